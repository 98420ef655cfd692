import Analysis
import ArgumentParser
import Planning

/// What a comparison is held to.
struct ComparisonOptions: ParsableArguments {
    @Option(
        name: .customLong("metric"),
        help: ArgumentHelp(
            "What is judged, and corrected for together: a metric, or one quantile of it as in "
                + "first_audio:p95; may be given again.",
            valueName: "name[:pNN]"))
    var metrics: [String] = []

    @Option(help: "Changes up to this much are no difference: 0% to 1000%.")
    var margin: Share = Share(0.05)

    /// The terms, their metrics looked up in the catalogue.
    func terms() throws -> ComparisonTerms {
        guard !metrics.isEmpty else { return ComparisonTerms(margin: margin.value) }
        let items = try metrics.flatMap { text -> [ComparisonTerms.Item] in
            let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
            guard let metric = MetricCatalogue.metric(named: parts.first ?? "") else {
                throw CommandFailure(
                    status: .usage,
                    message: "--metric \(text): no such metric; try first_audio, barge_in_cut, "
                        + "response_rate or any other that a report lists")
            }
            if metric.unit == .ratio {
                guard parts.count == 1 else {
                    throw CommandFailure(
                        status: .usage,
                        message: "--metric \(text): a rate has no quantile; write \(metric.name)")
                }
                return [.init(metric.name, "rate")]
            }
            guard parts.count > 1 else {
                return [.init(metric.name, "p50"), .init(metric.name, "p95")]
            }
            let known = MetricSummary.quantiles.map(\.name)
            guard known.contains(parts[1]) else {
                throw CommandFailure(
                    status: .usage,
                    message: "--metric \(text): write one of \(known.joined(separator: ", "))")
            }
            return [.init(metric.name, parts[1])]
        }
        return ComparisonTerms(family: items, margin: margin.value)
    }
}

/// A share on the command line, as in `5%` or `0.05`.
struct Share: ExpressibleByArgument {
    /// From 0 to `most`.
    let value: Double

    /// Ten times as much: what is allowed more than that is not measured for it.
    private static let most = 10.0

    init(_ value: Double) { self.value = value }

    init?(argument: String) {
        let isPercent = argument.hasSuffix("%")
        guard let number = Double(isPercent ? String(argument.dropLast()) : argument),
            (0...Self.most).contains(isPercent ? number / 100 : number)
        else { return nil }
        value = isPercent ? number / 100 : number
    }

    var defaultValueDescription: String { "\(Int((value * 100).rounded()))%" }
}

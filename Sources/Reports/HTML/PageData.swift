import Analysis

/// What the page's script draws from: the JSON summary and the curves, thinned.
enum PageData {
    /// Points that all curves of a page share: six arrays of as many numbers stay below 500 kB.
    private static let pointBudget = 11_000
    private static let pointsOfCurve = 40...200

    static func document(_ summary: RunSummary, _ detail: ReportDetail) -> JSONValue {
        let count = detail.curves.reduce(0) { $0 + $1.distributions.count }
        let limit = pointsOfCurve.clamped(pointBudget / max(1, count))
        return .object([
            ("summary", JSONReport.document(summary)),
            ("order", .array(summary.paths.map { .string($0.name) })),
            (
                "curves",
                .array(
                    summary.paths.map { path in
                        let found = detail.curves.first { $0.name == path.name }
                        return found.map { curves($0, limit: limit) } ?? .null
                    }
                )
            ),
        ])
    }

    private static func curves(_ curves: PathCurves, limit: Int) -> JSONValue {
        .object([
            ("bucket", .whole(curves.timeline.bucketSeconds)),
            ("metrics", .object(curves.distributions.map { ($0.metric, curve($0, limit: limit)) })),
            ("seconds", .array(curves.timeline.points.map(point))),
        ])
    }

    private static func curve(_ curve: DistributionCurve, limit: Int) -> JSONValue {
        let cdf = thinned(curve.cdf, to: limit)
        let isWhole = zip(cdf.dropFirst(), cdf).allSatisfy { $0.below == $1.fraction }
        let spectrum = thinned(curve.spectrum, to: limit)
        return .object([
            ("unit", .string(curve.unit)),
            ("n", .whole(curve.n)),
            ("censored", .whole(curve.censored)),
            ("censored_at", JSONValue(curve.censoredAt)),
            ("share", .array(cdf.map { millionths($0.fraction) })),
            // How much of it is at the value; of a curve that holds every value, all since the last.
            ("step", .array(isWhole ? [] : cdf.map { millionths($0.fraction - $0.below) })),
            ("value", .array(cdf.map { .number(rounded($0.value)) })),
            ("inverse", .array(spectrum.map { .number($0.inverse) })),
            ("at", .array(spectrum.map { .number(rounded($0.value)) })),
            ("low", .array(spectrum.map { JSONValue($0.interval.lower.map(rounded)) })),
            ("high", .array(spectrum.map { JSONValue($0.interval.upper.map(rounded)) })),
        ])
    }

    /// Whole, since a share needs more places than a number of the summary has.
    private static func millionths(_ share: Double) -> JSONValue {
        .whole(Int((share * 1e6).rounded()))
    }

    private static func point(_ point: PathTimeline.Point) -> JSONValue {
        var latencies: [(key: String, value: JSONValue)] = []
        for (name, latency) in [
            ("first_audio", point.firstAudio), ("barge_in_cut", point.bargeInCut),
        ]
        where latency.n > 0 {
            let values = [latency.p50, latency.p95].map { JSONValue($0.map(rounded)) }
            latencies.append((name, .array([.whole(latency.n)] + values)))
        }
        return .array([
            .whole(point.second), .whole(point.callers), .whole(point.isVoid ? 1 : 0),
            .object(latencies),
        ])
    }

    /// To a tenth, or finer where the value is small: finer than a pixel either way.
    private static func rounded(_ value: Double) -> Double {
        abs(value) < 10 ? value : (value * 10).rounded() / 10
    }

    /// At most `limit` elements: evenly by position, the first and last always.
    static func thinned<Element>(_ elements: [Element], to limit: Int) -> [Element] {
        guard elements.count > limit, limit > 1 else { return elements }
        return (0..<limit).map { elements[$0 * (elements.count - 1) / (limit - 1)] }
    }
}

extension ClosedRange<Int> {
    fileprivate func clamped(_ value: Int) -> Int {
        Swift.min(upperBound, Swift.max(lowerBound, value))
    }
}

@testable import Analysis

/// Runs of two sides, to be compared in a line.
enum Sides {
    /// Twenty-one samples around each median; those of a run whose median is infinite outlast the
    /// watch.
    static func runs(_ medians: [Double], of metric: String = "first_audio") -> [PathMeasurement] {
        medians.map { median in
            .showing(
                metric,
                median.isFinite
                    ? Distribution(values: (-10...10).map { median + Double($0) })
                    : Distribution(values: [300], censored: 20))
        }
    }

    /// Runs that show one rate.
    static func runs(
        rates: [(hits: Int, trials: Int)], of metric: String = "response_rate"
    ) -> [PathMeasurement] {
        rates.map { rate in
            PathMeasurement(
                name: "path", transport: "rtp", metrics: [],
                rates: [(metric, Proportion(hits: rate.hits, trials: rate.trials))])
        }
    }

    static func compare(
        _ first: [PathMeasurement], _ second: [PathMeasurement],
        family: [ComparisonTerms.Item]? = [.init("first_audio", "p50")],
        design: ComparisonDesign? = nil, level: Double = 0.05
    ) -> Comparison {
        Comparison(
            [
                PathComparison(
                    name: "path", design: design ?? .paired(first.count), first: first,
                    second: second)
            ], terms: ComparisonTerms(family: family, level: level), resampling: true)
    }

    static func gate(_ comparison: Comparison, allowed: Double = 0.1) -> [ObjectiveResult] {
        RelativeGate.judge(comparison, allowed: allowed, points: 0.02, baseline: "old")
    }
}

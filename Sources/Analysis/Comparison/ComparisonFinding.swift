/// What a comparison says about one figure of one path.
package enum ComparisonVerdict: String, Sendable, Codable, CaseIterable {
    /// The second side is better, and it is not chance.
    case better
    /// The second side is worse, and it is not chance.
    case worse
    /// Whatever difference there is lies within the margin.
    case equivalent
    case inconclusive
}

/// How the runs of two sides stand to each other.
package enum ComparisonDesign: Equatable, Sendable {
    /// Made in turns, A B B A: so many pairs.
    case paired(Int)
    /// Several of each, made apart.
    case independent(Int, Int)
    /// One of each: how much runs differ by themselves is unknown.
    case single

    /// Whether there are enough runs to state an interval, and to judge by it.
    var hasInterval: Bool {
        switch self {
        case .paired(let pairs): pairs >= RatioEstimate.fewestPairs
        case .independent(let first, let second): min(first, second) >= RatioEstimate.fewestRuns
        case .single: false
        }
    }
}

/// One quantile, or one rate, of both sides.
package struct ComparisonFinding: Equatable, Sendable {
    /// What one side shows.
    package struct Side: Equatable, Sendable {
        /// Geometric mean of the runs' quantiles in the metric's unit, or the rate of all runs
        /// together; `nil` in the censored tail and with too few samples.
        ///
        /// Where runs of either side lie beyond the watch it is the middle one of the runs.
        package var value: Double?
        /// Samples, or trials, of all runs.
        package var n: Int
        /// The end of the watch that the quantile lies beyond, in the metric's unit.
        package var beyond: Double?
    }

    package var path: String
    package var metric: String
    /// `p50`, `p95`, …, or `rate`.
    package var statistic: String
    /// `ms`, `score` or `ratio`.
    package var unit: String
    package var first: Side
    package var second: Side
    /// Second over first; `nil` for a rate, and where a quantile has no logarithm.
    package var estimate: RatioEstimate?
    /// Second less first in the metric's unit.
    package var difference: Double?
    /// Of the difference of a rate, at the level of the terms: Newcombe's interval over all trials.
    package var differenceInterval: Interval?
    /// Of the ratio, by drawing runs, calls and turns anew.
    package var bootstrap: Interval?
    /// p corrected for all tests of the comparison; `nil` where nothing was tested.
    package var adjustedRisk: Double?
    /// `nil` for what is described and not judged.
    package var verdict: ComparisonVerdict?
    /// One sentence: why, where it is not plain from the figures.
    package var reason: String?
}

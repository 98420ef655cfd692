/// How one path of a run differs from its fastest one in a headline latency.
///
/// Everything here holds within the run. How runs differ from each other cannot be known from one.
package struct PathDifference: Equatable, Sendable {
    /// `first_audio` or `barge_in_cut`.
    package let metric: String
    /// The path with the smallest median of the run, and the one it is held against.
    package let faster: String
    package let slower: String
    package let p50: Gap
    /// `nil` where a path has too few samples for a 95th percentile.
    package let p95: Gap?
    /// What the difference of the medians is made of; empty where the parts are not known.
    package let stages: [Stage]

    /// Two quantiles and what lies between them.
    package struct Gap: Equatable, Sendable {
        /// Milliseconds; `nil` in the censored tail, or with too few samples.
        package let faster: Double?
        package let slower: Double?
        /// Slower − faster, ms: of a 95th percentile below zero where the order is the other way.
        package let difference: Double?
        /// Of the difference, ms; bounds in the censored tail are `nil`.
        package let interval: Interval?
        package let conclusion: Conclusion
    }

    /// What the samples say about the order of two paths.
    package enum Conclusion: String, Sendable {
        /// The interval lies on one side of zero, and the difference is more than the instrument
        /// may add.
        case apart
        /// Apart, but by no more than the bias that the self-test allows.
        case withinBias = "within_bias"
        /// The interval holds zero.
        case alike
        /// Too few calls for an interval.
        case noInterval = "no_interval"
        /// A quantile is missing on either path, or both lie in the censored tail.
        case incomparable
    }

    /// One part of the difference of the medians.
    package struct Stage: Equatable, Sendable {
        package let stage: LatencyStage
        /// Slower − faster, ms: below zero where the slower path was quicker here.
        package let difference: Double
        package let interval: Interval
        /// Whether it is more than chance and the instrument may add.
        package var isCertain: Bool {
            guard let lower = interval.lower, let upper = interval.upper else { return false }
            return lower > 0 && difference > SelftestBias.biasLimit
                || upper < 0 && difference < -SelftestBias.biasLimit
        }
    }

    /// The metrics whose differences are told.
    static let metrics = [TurnMetric.firstAudio, .bargeInCut]

    /// Every path against the fastest, by metric and then by median; none with one path.
    ///
    /// The fastest is chosen by looking, so intervals hold for all pairs of paths together:
    /// each is wrong with at most 5 % over the number of pairs (Bonferroni).
    static func all(
        _ paths: [PathMeasurement], players: [String: PathPlayer], seed: UInt64
    ) -> [PathDifference] {
        guard paths.count > 1 else { return [] }
        return metrics.flatMap { metric in
            PathContrast(metric, paths, players: players, seed: seed).differences()
        }
    }
}

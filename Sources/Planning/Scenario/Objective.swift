package import Timeline

/// One threshold of the scenario, in k6's grammar: `p(95)<450ms`, `rate>0.97`, `max<2s`.
package struct Objective: Equatable, Sendable {
    /// A metric's name, as in `first_audio` or `response_rate`.
    package var metric: String
    package var aggregate: Aggregate
    package var comparison: Comparison
    /// Milliseconds for latencies, plain for rates and scores.
    package var limit: Double
    /// As the user wrote it.
    package var expression: String
    /// From when on a run is ended early if this is surely missed, counted from the path's first
    /// second; `nil` for never.
    package var abortAfter: Nanoseconds?

    package enum Aggregate: Equatable, Sendable {
        /// 0 < q < 1, as in 0.95 for `p(95)`.
        case quantile(Double)
        case average, minimum, median, maximum
        /// Hits over trials.
        case rate

        /// The quantile that it is, 0 < q < 1; `nil` where it is none.
        package var share: Double? {
            switch self {
            case .quantile(let share): share
            case .median: 0.5
            case .average, .minimum, .maximum, .rate: nil
            }
        }
    }

    package enum Comparison: String, Sendable, CaseIterable {
        case less = "<", atMost = "<=", greater = ">", atLeast = ">="
    }

    package init(
        metric: String, aggregate: Aggregate, comparison: Comparison, limit: Double,
        expression: String, abortAfter: Nanoseconds? = nil
    ) {
        self.metric = metric
        self.aggregate = aggregate
        self.comparison = comparison
        self.limit = limit
        self.expression = expression
        self.abortAfter = abortAfter
    }
}

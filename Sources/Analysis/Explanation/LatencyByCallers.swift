import Timeline

/// One metric of a path, by how many callers were connected when a turn began.
package struct LatencyByCallers: Equatable, Sendable {
    package let metric: String
    /// Of equal width from one caller to the most there were; those without a turn are left out.
    package let bins: [Bin]

    /// Turns that began with about as many callers.
    package struct Bin: Equatable, Sendable {
        package let callers: ClosedRange<Int>
        /// Quantiles with intervals; those that need more samples are `nil`.
        package let latency: MetricSummary
    }

    /// The fewest callers against the most, of the bins whose median has an interval.
    package struct Growth: Equatable, Sendable {
        package let fewest: Bin
        package let most: Bin
        /// Whether the intervals of both medians lie apart: stricter than 5 %.
        package let isApart: Bool
    }

    /// Whether the metric changed with the callers; `nil` with fewer than two such bins.
    package var growth: Growth? {
        let judged = bins.filter {
            $0.latency.intervals["p50"]?.lower != nil && $0.latency.p50 != nil
        }
        guard judged.count > 1, let fewest = judged.first, let most = judged.last,
            let left = fewest.latency.intervals["p50"], let right = most.latency.intervals["p50"],
            let leftLower = left.lower, let rightLower = right.lower
        else { return nil }
        let isApart =
            (left.upper ?? .infinity) < rightLower || (right.upper ?? .infinity) < leftLower
        return Growth(fewest: fewest, most: most, isApart: isApart)
    }

    private static let wantedBins = 5

    /// - Parameter seconds: merged by second; turns of a second without any are left out.
    /// - Returns: `nil` without a turn.
    init?(_ metric: TurnMetric, _ turns: [TurnInContext], seconds: [SecondRecord]) {
        self.metric = metric.name
        let callers = [Int64: Int](
            seconds.lazy.map { (Int64($0.second), $0.callers) },
            uniquingKeysWith: { first, _ in first })
        let most = max(1, callers.values.max() ?? 0)
        let width = (most + Self.wantedBins - 1) / Self.wantedBins
        var samples = [[Sample]](repeating: [], count: (most + width - 1) / width)
        for turn in turns {
            guard let sample = metric.sample(turn) else { continue }
            let second = turn.turn.scheduledOnset.wholeSecond
            guard let there = callers[second], there > 0 else { continue }
            samples[(there - 1) / width].append(sample)
        }
        bins = samples.indices.compactMap { index in
            let latency = MetricSummary(
                name: metric.name, unit: "ms", distribution: Distribution(samples[index]))
            let from = index * width + 1
            return latency.n == 0
                ? nil : Bin(callers: from...min(most, from + width - 1), latency: latency)
        }
        if bins.isEmpty { return nil }
    }
}

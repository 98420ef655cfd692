import Timeline

/// Callers and latencies of one path over its time.
package struct PathTimeline: Equatable, Sendable {
    /// Width of a bucket: 1, 2 or 5 seconds, or a multiple of 5 for runs of many minutes.
    package let bucketSeconds: Int
    /// From the path's first second on, without gaps; empty where no second was kept, as of several
    /// runs together.
    package let points: [Point]

    package struct Point: Equatable, Sendable {
        /// Begin of the bucket, in seconds since the path's first one.
        package var second: Int
        /// Most callers connected at once.
        package var callers = 0
        package var firstAudio = Latency()
        package var bargeInCut = Latency()
        /// The host stalled: turns that touch this bucket may be void.
        package var isVoid = false
    }

    /// Descriptive: from however few turns fall into a bucket, without an interval.
    package struct Latency: Equatable, Sendable {
        /// Turns, censored ones included.
        package var n = 0
        /// Milliseconds; `nil` without turns, or beyond the limit of the watch.
        package var p50: Double?
        package var p95: Double?

        package init() {}

        init(_ samples: [Sample]) {
            let distribution = Distribution(samples)
            n = distribution.count
            guard n > 0 else { return }
            p50 = distribution.value(rank: QuantileRanks.estimate(0.5, count: n))
            p95 = distribution.value(rank: QuantileRanks.estimate(0.95, count: n))
        }
    }

    private static let wantedPoints = 120

    /// Turns count in the bucket in which they end, interjections in which they begin.
    init(_ material: PathMaterial, turns: [TurnInContext]) {
        let seconds = material.sorted().seconds
        let starts = turns.map { Self.second($0.turn.scheduledOnset) }
        let ends = turns.map { Self.second($0.turn.scheduledEnd) }
        guard !seconds.isEmpty, let origin = (seconds.map(\.second) + starts).min(),
            let last = (seconds.map(\.second) + ends).max()
        else {
            bucketSeconds = 1
            points = []
            return
        }
        let width = Self.bucket(for: last - origin + 1)
        let count = (last - origin) / width + 1
        var points = (0..<count).map { Point(second: $0 * width) }
        var answers = [[Sample]](repeating: [], count: count)
        var cuts = answers
        for second in seconds {
            let index = (second.second - origin) / width
            points[index].callers = max(points[index].callers, second.callers)
            if second.isVoid { points[index].isVoid = true }
        }
        for (index, turn) in turns.enumerated() {
            if let sample = TurnMetric.firstAudio.sample(turn) {
                answers[(ends[index] - origin) / width].append(sample)
            }
            if let sample = TurnMetric.bargeInCut.sample(turn) {
                cuts[(starts[index] - origin) / width].append(sample)
            }
        }
        for index in points.indices {
            points[index].firstAudio = Latency(answers[index])
            points[index].bargeInCut = Latency(cuts[index])
        }
        bucketSeconds = width
        self.points = points
    }

    private static func bucket(for seconds: Int) -> Int {
        if seconds <= wantedPoints { return 1 }
        if seconds <= 2 * wantedPoints { return 2 }
        return 5 * max(1, (seconds + 5 * wantedPoints - 1) / (5 * wantedPoints))
    }

    private static func second(_ instant: RunInstant) -> Int {
        Int((Double(instant.nanoseconds) / 1e9).rounded(.down))
    }
}

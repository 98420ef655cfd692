import Timeline

/// The samples of one metric of one path, drawn again call by call.
///
/// Turns of one call resemble each other, so what is drawn with replacement is whole calls
/// (the cluster bootstrap of Davison and Hinkley, 1997, §3.8).
struct CallBootstrap {
    /// Ascending; +∞ where a sample is censored.
    private let values: [Double]
    /// The call of each value, by its place among those that have one.
    private let owners: [Int]
    /// Samples of each call.
    private let sizes: [Int]
    /// By stage, then by value: what the value is made of, NaN where that is not known.
    private let parts: [[Double]]

    /// Calls with at least one sample.
    var calls: Int { sizes.count }
    /// Samples, censored ones included.
    var count: Int { values.count }

    /// What one drawing comes to.
    struct Replicate: Equatable {
        /// Type-1 estimates, ms; +∞ in the censored tail.
        var p50: Double
        var p95: Double
        /// Means of the stages over the middle fifth of the samples, ms: about the median together.
        ///
        /// Empty where fewer than nine in ten of these samples have stages.
        var stages: [Double]
    }

    /// Of a metric with fewer calls the spread between calls is not known.
    static let fewestCalls = 20
    /// The ranks around the median whose stages are averaged, as shares of all.
    private static let middle = (from: 0.4, to: 0.6)

    init(_ metric: TurnMetric, _ turns: [TurnInContext], player: PathPlayer?) {
        let stages = LatencyStage.stages(of: metric.name)
        var places: [CallID: Int] = [:]
        var sizes: [Int] = []
        var samples: [(value: Double, owner: Int, parts: [Double]?)] = []
        for turn in turns {
            let value: Double
            switch metric.sample(turn) {
            case .value(let milliseconds): value = milliseconds
            case .censored: value = .infinity
            case .void, nil: continue
            }
            let owner = places[turn.turn.call] ?? sizes.count
            if owner == sizes.count {
                places[turn.turn.call] = owner
                sizes.append(0)
            }
            sizes[owner] += 1
            let parts =
                value.isFinite
                ? LatencyStage.parts(of: metric.name, turn, player: player) : nil
            samples.append((value, owner, parts))
        }
        samples.sort { ($0.value, $0.owner) < ($1.value, $1.owner) }
        values = samples.map(\.value)
        owners = samples.map(\.owner)
        self.sizes = sizes
        parts = stages.indices.map { stage in samples.map { $0.parts?[stage] ?? .nan } }
    }

    /// The samples as they were taken; `nil` without one.
    var estimate: Replicate? { replicate([Int](repeating: 1, count: sizes.count)) }

    /// As many drawings as asked for, the same for the same generator; none without a sample.
    func replicates(_ count: Int, using chance: inout SeededGenerator) -> [Replicate] {
        var drawn = [Int](repeating: 0, count: sizes.count)
        return (0..<count).compactMap { _ in
            for call in drawn.indices { drawn[call] = 0 }
            for _ in drawn.indices { drawn[Int(chance.unit() * Double(drawn.count))] += 1 }
            return replicate(drawn)
        }
    }

    /// - Parameter drawn: how often each call was drawn.
    private func replicate(_ drawn: [Int]) -> Replicate? {
        var total = 0
        for call in drawn.indices { total += drawn[call] * sizes[call] }
        guard total > 0 else { return nil }
        let ranks = (
            p50: QuantileRanks.estimate(0.5, count: total),
            p95: QuantileRanks.estimate(0.95, count: total)
        )
        let band = (
            from: Self.middle.from * Double(total), to: Self.middle.to * Double(total)
        )
        var found = Replicate(p50: .infinity, p95: .infinity, stages: [])
        var sums = [Double](repeating: 0, count: parts.count)
        var known = 0.0
        var seen = 0
        for index in values.indices {
            let times = drawn[owners[index]]
            guard times > 0 else { continue }
            let before = Double(seen)
            seen += times
            if before < band.to, Double(seen) > band.from, let first = parts.first,
                !first[index].isNaN
            {
                let weight = min(Double(seen), band.to) - max(before, band.from)
                known += weight
                for stage in parts.indices { sums[stage] += weight * parts[stage][index] }
            }
            if seen - times < ranks.p50, seen >= ranks.p50 { found.p50 = values[index] }
            guard seen >= ranks.p95 else { continue }
            found.p95 = values[index]
            break
        }
        if known >= 0.9 * (band.to - band.from) { found.stages = sums.map { $0 / known } }
        return found
    }
}

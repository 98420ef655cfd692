import Timeline

/// The paths of a run side by side in one metric, drawn again so often that chance shows.
struct PathContrast {
    private struct Side {
        var name: String
        var samples: CallBootstrap
        var estimate: CallBootstrap.Replicate
        var replicates: [CallBootstrap.Replicate]
    }

    private let metric: TurnMetric
    /// Paths with samples, the smallest median first.
    private let sides: [Side]
    /// Risk on each side of an interval.
    private let risk: Double

    /// Drawings; fewer where there are so many samples that chance hardly matters.
    private static let mostReplicates = 2_000
    private static let fewestReplicates = 400
    private static let mostSteps = 200_000_000

    init(
        _ metric: TurnMetric, _ paths: [PathMeasurement], players: [String: PathPlayer],
        seed: UInt64
    ) {
        self.metric = metric
        let found = paths.enumerated().compactMap { index, path -> Side? in
            let samples = CallBootstrap(metric, path.turns, player: players[path.name])
            guard let estimate = samples.estimate else { return nil }
            // A stream of its own for each path: one more path moves no other's interval.
            var chance = SeededGenerator(
                seed: seed, stream: "path-differences", number: UInt64(index))
            return Side(
                name: path.name, samples: samples, estimate: estimate,
                replicates: samples.replicates(
                    Self.replicates(of: samples), using: &chance))
        }
        sides = found.enumerated()
            .sorted { ($0.element.estimate.p50, $0.offset) < ($1.element.estimate.p50, $1.offset) }
            .map(\.element)
        risk = 0.025 / Double(max(1, found.count * (found.count - 1) / 2))
    }

    func differences() -> [PathDifference] {
        guard let fastest = sides.first else { return [] }
        return sides.dropFirst().map { side in
            let isKnown =
                side.samples.count >= QuantileRanks.fewestSamples(0.95, risk: .twoSided)
                && fastest.samples.count >= QuantileRanks.fewestSamples(0.95, risk: .twoSided)
            return PathDifference(
                metric: metric.name, faster: fastest.name, slower: side.name,
                p50: gap(fastest, side, 0.5, \.p50),
                p95: isKnown ? gap(fastest, side, 0.95, \.p95) : nil,
                stages: stages(fastest, side))
        }
    }

    private static func replicates(of samples: CallBootstrap) -> Int {
        guard samples.calls >= CallBootstrap.fewestCalls else { return 0 }
        return max(fewestReplicates, min(mostReplicates, mostSteps / max(1, samples.count)))
    }

    private func gap(
        _ fast: Side, _ slow: Side, _ quantile: Double,
        _ value: KeyPath<CallBootstrap.Replicate, Double>
    ) -> PathDifference.Gap {
        let fewest = QuantileRanks.fewestSamples(quantile, risk: .twoSided)
        let isPublished = fast.samples.count >= fewest && slow.samples.count >= fewest
        let left = fast.estimate[keyPath: value]
        let right = slow.estimate[keyPath: value]
        let differences = zip(fast.replicates, slow.replicates)
            .map { $1[keyPath: value] - $0[keyPath: value] }
        let bounds =
            isPublished && (left.isFinite || right.isFinite) ? self.bounds(differences) : nil
        let difference = right - left
        return PathDifference.Gap(
            faster: isPublished ? left.finite : nil, slower: isPublished ? right.finite : nil,
            difference: isPublished ? difference.finite : nil,
            interval: bounds.map {
                Interval(lower: $0.lower.finite, upper: $0.upper.finite)
            },
            conclusion: !isPublished || difference.isNaN
                ? .incomparable : Self.conclusion(difference, bounds))
    }

    private static func conclusion(
        _ difference: Double, _ bounds: (lower: Double, upper: Double)?
    ) -> PathDifference.Conclusion {
        guard let bounds else { return .noInterval }
        guard bounds.lower > 0 || bounds.upper < 0 else { return .alike }
        return abs(difference) > SelftestBias.biasLimit ? .apart : .withinBias
    }

    private func stages(_ fast: Side, _ slow: Side) -> [PathDifference.Stage] {
        let names = LatencyStage.stages(of: metric.name)
        let left = fast.estimate.stages
        let right = slow.estimate.stages
        guard left.count == names.count, right.count == names.count else { return [] }
        let drawn = zip(fast.replicates, slow.replicates)
            .filter { $0.stages.count == names.count && $1.stages.count == names.count }
        return names.indices.compactMap { index in
            guard let bounds = bounds(drawn.map { $1.stages[index] - $0.stages[index] }) else {
                return nil
            }
            return PathDifference.Stage(
                stage: names[index], difference: right[index] - left[index],
                interval: Interval(lower: bounds.lower.finite, upper: bounds.upper.finite))
        }
    }

    /// Percentiles of the drawings; `nil` with too few of them.
    ///
    /// Where both quantiles lie in the censored tail nothing is known: such a drawing counts as
    /// the least on one side and the greatest on the other.
    private func bounds(_ drawn: [Double]) -> (lower: Double, upper: Double)? {
        guard drawn.count >= Self.fewestReplicates else { return nil }
        let outer = Int(risk * Double(drawn.count))
        let least = drawn.map { $0.isNaN ? -.infinity : $0 }.sorted()
        let most = drawn.map { $0.isNaN ? .infinity : $0 }.sorted()
        return (least[outer], most[most.count - 1 - outer])
    }
}

extension Double {
    /// The number itself; `nil` where it is none, or beyond all.
    fileprivate var finite: Double? { isFinite ? self : nil }
}

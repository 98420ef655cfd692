import Planning
import Timeline

/// What a report shows of one path to answer *why* it is as fast as it is.
package struct PathExplanation: Equatable, Sendable {
    package var name: String
    package let player: PathPlayer?
    /// Of each headline metric that has parts.
    package let makeups: [Makeup]
    /// The slowest turns of each headline metric, the slowest first.
    package let slowest: [SlowTurns]
    /// Latency at the number of callers connected when a turn began.
    package let byCallers: [LatencyByCallers]
    /// Packets that came too late to be played, of those expected; no trials without packets.
    package let latePackets: Proportion

    /// What a latency is made of around its median.
    package struct Makeup: Equatable, Sendable {
        package let metric: String
        /// Means over the middle fifth of the turns, ms; they add up to about the median.
        package let parts: [Part]
    }

    /// One stage of a latency, in ms.
    package struct Part: Equatable, Sendable {
        package let stage: LatencyStage
        package let milliseconds: Double
    }

    /// The slowest turns of one metric.
    package struct SlowTurns: Equatable, Sendable {
        package let metric: String
        package let turns: [SlowTurn]
    }

    /// - Parameter player: what turns the path's audio into sound; `nil` where it is not known.
    init(_ material: PathMaterial, _ measurement: PathMeasurement, player: PathPlayer?) {
        name = material.name
        self.player = player
        makeups = PathDifference.metrics.compactMap { metric in
            let samples = CallBootstrap(metric, measurement.turns, player: player)
            guard let found = samples.estimate?.stages, !found.isEmpty else { return nil }
            let stages = LatencyStage.stages(of: metric.name)
            return Makeup(
                metric: metric.name,
                parts: zip(stages, found).map { Part(stage: $0, milliseconds: $1) })
        }
        let connected = [CallID: RunInstant](
            material.calls.lazy.compactMap { call in call.connected.map { (call.id, $0) } },
            uniquingKeysWith: { first, _ in first })
        slowest = PathDifference.metrics.map { metric in
            SlowTurns(
                metric: metric.name,
                turns: SlowTurn.slowest(
                    metric, measurement.turns, player: player, connected: connected,
                    origins: material.origins))
        }
        byCallers = PathDifference.metrics.compactMap { metric in
            LatencyByCallers(metric, measurement.turns, seconds: material.sorted().seconds)
        }
        latePackets = material.calls.reduce(Proportion(hits: 0, trials: 0)) { sum, call in
            let expected = call.media.packetsExpected
            guard expected > 0 else { return sum }
            return Proportion(
                hits: sum.hits + min(max(0, call.media.packetsLate), expected),
                trials: sum.trials + expected)
        }
    }

    /// One entry for each path of a run, in its order.
    package static func all(of material: RunMaterial) -> [PathExplanation] {
        material.paths.map { path in
            let configuration = material.scenario.paths.first { $0.name == path.name }
            return PathExplanation(
                path, PathMeasurement(path, scenario: material.scenario),
                player: configuration.map { PathPlayer($0.player) })
        }
    }
}

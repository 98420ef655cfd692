package import Planning
package import Timeline

/// All that was observed of a run, as the store keeps it: what a summary is computed from.
package struct RunMaterial: Sendable {
    package var run: RunFacts
    package var state: RunState
    package var scenario: Scenario
    package var paths: [PathMaterial]
    /// The self-test of this host that was current when the run began.
    package var selftest: Selftest?

    package init(run: RunFacts, state: RunState, scenario: Scenario, paths: [PathMaterial]) {
        self.run = run
        self.state = state
        self.scenario = scenario
        self.paths = paths
    }
}

/// How far a run got.
package enum RunState: String, Sendable, Codable {
    /// Still going, or killed: nothing has closed it.
    case unfinished
    case finished
    case interrupted
}

/// What was observed on one path.
///
/// Merging is associative: shards of a path add up to the whole.
package struct PathMaterial: Sendable {
    package var index: Int
    package var name: String
    package var transport: String
    package var hearing: String
    package var calls: [CallRecord] = []
    package var turns: [TurnRecord] = []
    package var seconds: [SecondRecord] = []
    /// Per-frame values by metric.
    package var frames: [FrameMetric: FrameTally] = [:]
    /// CPU time and memory of the generator while the path ran; `nil` in simulation.
    package var usage: GeneratorUsage?
    /// What the ear was found to add to the instants it reports, and takes off them; `nil` where
    /// it was not measured.
    package var detector: DetectorBias?
    /// The runs that its calls are of, in order of their numbers; empty where all are of one.
    package var origins: [CallOrigin] = []

    package init(index: Int, name: String, transport: String, hearing: String) {
        self.index = index
        self.name = name
        self.transport = transport
        self.hearing = hearing
    }
}

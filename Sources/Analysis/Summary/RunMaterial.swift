package import Planning
package import Timeline

/// All that was observed of a run, as the store keeps it: what a summary is computed from.
package struct RunMaterial: Sendable {
    package var run: RunFacts
    package var state: RunState
    package var scenario: Scenario
    package var paths: [PathMaterial]

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

    package init(index: Int, name: String, transport: String, hearing: String) {
        self.index = index
        self.name = name
        self.transport = transport
        self.hearing = hearing
    }
}

/// What the generator process spent from a path's first call to its last one's end.
package struct GeneratorUsage: Equatable, Sendable, Codable {
    /// User and system time.
    package var cpu: Nanoseconds
    package var wall: Nanoseconds
    package var rssBytes: Int
    package var droppedObservations: Int
    /// Loop time spent on connecting WebRTC calls, and how many were begun.
    ///
    /// Candidates, DTLS and keys; what HTTP costs is not in it.
    package var setupTime = Nanoseconds.zero
    package var setups = 0
    /// What resident memory grew by from the path's first call on; 0 where it did not.
    package var growthBytes = 0

    package init(cpu: Nanoseconds, wall: Nanoseconds, rssBytes: Int, droppedObservations: Int) {
        self.cpu = cpu
        self.wall = wall
        self.rssBytes = rssBytes
        self.droppedObservations = droppedObservations
    }
}

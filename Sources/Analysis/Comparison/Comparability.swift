package import Planning
import Timeline

/// What keeps two runs from being compared, and what merely sets them apart.
package struct Comparability: Equatable, Sendable {
    /// Each makes a difference between the runs something else than one between the agents.
    package var obstacles: [String] = []
    /// What differs and may well be what is compared: agent, path, revision, host.
    package var differences: [String] = []

    /// One path of one run.
    package struct Subject: Sendable {
        package var run: RunFacts
        package var scenario: Scenario
        package var path: PathMaterial

        package init(run: RunFacts, scenario: Scenario, path: PathMaterial) {
            self.run = run
            self.scenario = scenario
            self.path = path
        }

        fileprivate var configuration: PathConfiguration? {
            scenario.paths.first { $0.name == path.name }
        }

        /// How long each clip lasts in this run: a clip that was recorded anew is another one.
        fileprivate var spans: [String: Nanoseconds] {
            path.turns.reduce(into: [:]) { spans, turn in
                spans[turn.clip] = turn.scheduledEnd - turn.scheduledOnset
            }
        }
    }

    /// Nothing differs.
    package init() {}

    /// - Parameter ofOneSide: whether both are to stand for the same thing: then the seeds may
    ///   differ, and what may be compared otherwise may not.
    package init(_ first: Subject, _ second: Subject, ofOneSide: Bool = false) {
        let (a, b) = (first.scenario, second.scenario)
        func oppose(_ isSame: Bool, _ what: String) { if !isSame { obstacles.append(what) } }
        oppose(
            first.run.mode == second.run.mode,
            "one is \(first.run.mode.rawValue), the other \(second.run.mode.rawValue)")
        oppose(a.dialogue == b.dialogue, "the dialogues differ")
        oppose(Self.agree(first.spans, second.spans), "clips of the same name last differently")
        oppose(ofOneSide || a.seed == b.seed, "the seeds differ: \(a.seed) and \(b.seed)")
        oppose(a.load == b.load, "the loads differ")
        oppose(a.control == b.control, "the control arms differ")
        oppose(
            a.turnTimeout == b.turnTimeout && a.hold == b.hold && a.warmupTurns == b.warmupTurns,
            "turn_timeout, hold or warmup_turns differ")
        oppose(
            first.path.hearing == second.path.hearing
                || first.path.transport != second.path.transport,
            "hearing differs: \(first.path.hearing) and \(second.path.hearing)")

        func note(_ isSame: Bool, _ what: String) { if !isSame { differences.append(what) } }
        func subject(_ isSame: Bool, _ what: String) {
            if ofOneSide { oppose(isSame, what) } else { note(isSame, what) }
        }
        var agent = b.agent
        // Unless it is told otherwise the agent draws from the run's seed.
        if ofOneSide, let seed = a.agent?.seed { agent?.seed = seed }
        subject(a.agent == agent, "the embedded agents behave differently")
        subject(
            first.path.transport == second.path.transport,
            "transport: \(first.path.transport) and \(second.path.transport)")
        subject(
            first.configuration == second.configuration || first.path.name != second.path.name,
            "the path is configured differently")
        note(a.name == b.name, "scenario: \(a.name) and \(b.name)")
        note(
            first.run.gitRevision == second.run.gitRevision,
            "revision: \(first.run.gitRevision ?? "none") and \(second.run.gitRevision ?? "none")")
        note(
            first.run.version == second.run.version,
            "talkover: \(first.run.version) and \(second.run.version)")
        note(first.run.host == second.run.host, "the hosts differ")
    }

    private static func agree(_ a: [String: Nanoseconds], _ b: [String: Nanoseconds]) -> Bool {
        a.allSatisfy { clip, span in b[clip].map { $0 == span } ?? true }
    }
}

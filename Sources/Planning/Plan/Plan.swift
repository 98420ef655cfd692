package import Audio
import Timeline

/// A scenario made ready to run: clips loaded, speech encoded, chance decided by the seed.
///
/// Immutable, and the same for the same scenario and clips: both runners work from it.
package struct Plan: Sendable {
    package let scenario: Scenario
    /// What callers say, by the name the dialogue uses.
    package let clips: [String: Clip]
    /// What the embedded agent replies with, by name; empty without one, or with the calibration sound.
    package let agentClips: [String: Clip]
    /// In the order of the scenario.
    package let paths: [PathPlan]
    /// The same on every path.
    package let arrivals: Arrivals
    private let control: ControlArm

    /// Loads and encodes; takes tens of milliseconds for a few clips.
    ///
    /// - Throws: the first clip that cannot be used.
    package init(scenario: Scenario, library: ClipLibrary) throws(PlanProblem) {
        self.scenario = scenario
        clips = try Self.load(scenario.dialogue.compactMap(\.clip), from: library)
        var replies: [String] = []
        if case .clips(let names) = scenario.agent?.reply { replies = names }
        agentClips = try Self.load(replies, from: library)
        arrivals = Arrivals(scenario.load, seed: scenario.seed)
        let hasInterjection = scenario.dialogue.contains { step in
            if case .say(let utterance) = step { utterance.kind.isInterjection } else { false }
        }
        control = ControlArm(
            share: hasInterjection ? scenario.control : 0, seed: scenario.seed,
            plannedCalls: arrivals.plannedCalls
        )
        var encoder = SpeechEncoder(clips: clips)
        var paths: [PathPlan] = []
        for configuration in scenario.paths { paths.append(try encoder.path(configuration)) }
        self.paths = paths
    }

    /// What the call of this number does, on every path the same.
    ///
    /// - Parameter number: from 0, in order of planned start.
    package func script(forCall number: Int) -> CallScript {
        var generator = SeededGenerator(
            seed: scenario.seed, stream: "dialogue", number: UInt64(number))
        let dialogue = scenario.dialogue
        var steps: [ScriptStep] = []
        for (index, step) in dialogue.enumerated() {
            switch step {
            case .say(let utterance):
                let isNextAnchored =
                    dialogue.indices.contains(index + 1) && dialogue[index + 1].waitsForOnset
                steps.append(
                    .say(
                        ScriptedUtterance(
                            clip: utterance.clip, anchor: utterance.anchor,
                            delay: utterance.delay.draw(using: &generator), kind: utterance.kind,
                            expect: utterance.expect, doneWhenReplyBegins: isNextAnchored
                        )
                    )
                )
            case .wait(let what): steps.append(.wait(what))
            case .listenToGreeting: steps.append(.listenToGreeting)
            case .pause(let span): steps.append(.pause(span.draw(using: &generator)))
            case .hangUp: steps.append(.hangUp)
            }
        }
        return CallScript(number: number, steps: steps, isControl: control.contains(number))
    }

    private static func load(
        _ names: [String], from library: ClipLibrary
    ) throws(PlanProblem) -> [String: Clip] {
        var clips: [String: Clip] = [:]
        for name in names where clips[name] == nil {
            do {
                clips[name] = try library.clip(named: name)
            } catch {
                throw PlanProblem(message: error.message)
            }
        }
        return clips
    }
}

/// Why a validated scenario cannot be run: a clip has changed since, or a codec refused it.
package struct PlanProblem: Error, Equatable, Sendable, CustomStringConvertible {
    package let message: String
    package var description: String { message }

    package init(message: String) { self.message = message }
}

extension Step {
    /// The clip that a `say` step says.
    fileprivate var clip: String? {
        if case .say(let utterance) = self { utterance.clip } else { nil }
    }
}

package import Timeline

/// One step of a call's script.
package enum Step: Equatable, Sendable {
    case say(Utterance)
    case wait(WaitFor)
    /// Waits for the agent to speak first and be done.
    case listenToGreeting
    case pause(DurationDistribution)
    case hangUp
}

/// What a `wait` step waits for.
package enum WaitFor: String, Sendable, CaseIterable {
    /// The agent speaks, and is done.
    case response
    /// The agent is silent for the scenario's `hold`.
    case silence
}

/// Something a caller says: what, when, and what it expects.
package struct Utterance: Equatable, Sendable {
    /// Name of a clip of the gallery, or path of a WAV file.
    package var clip: String
    package var anchor: Anchor
    /// From the anchor to the first voiced sample.
    package var delay: DurationDistribution
    package var kind: SpeechKind
    package var expect: Expectation

    package init(
        clip: String, anchor: Anchor, delay: DurationDistribution, kind: SpeechKind,
        expect: Expectation
    ) {
        self.clip = clip
        self.anchor = anchor
        self.delay = delay
        self.kind = kind
        self.expect = expect
    }
}

/// What an utterance's delay counts from.
package enum Anchor: String, Sendable, CaseIterable {
    /// The end of the step before.
    case previous
    case callStart = "call_start"
    /// The agent became audible at the caller's ear.
    case agentSpeechStart = "agent_speech_start"
}

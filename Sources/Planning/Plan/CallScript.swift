package import Timeline

/// What one call does: the dialogue with everything drawn that was left to chance.
package struct CallScript: Equatable, Sendable {
    /// Its number on its path, from 0 in order of planned start.
    package let number: Int
    /// Ends with `hangUp`.
    package let steps: [ScriptStep]
    /// In the control arm: interjections are scheduled as in any call, and not said.
    package let isControl: Bool

    package init(number: Int, steps: [ScriptStep], isControl: Bool) {
        self.number = number
        self.steps = steps
        self.isControl = isControl
    }
}

/// One step of a call, its delays drawn.
package enum ScriptStep: Equatable, Sendable {
    case say(ScriptedUtterance)
    case wait(WaitFor)
    /// Waits for the agent to speak first and be done.
    case listenToGreeting
    case pause(Nanoseconds)
    case hangUp
}

/// Something to say, and when.
package struct ScriptedUtterance: Equatable, Sendable {
    package let clip: String
    package let anchor: Anchor
    /// From the anchor to the first voiced sample.
    package let delay: Nanoseconds
    package let kind: SpeechKind
    package let expect: Expectation
    /// Whether the step is done as soon as the reply begins, because the next one counts from that.
    package let doneWhenReplyBegins: Bool

    /// Whether its delay counts from the agent's onset at the caller's ear.
    package var beginsWhenReplyBegins: Bool { anchor == .agentSpeechStart }

    package init(
        clip: String, anchor: Anchor, delay: Nanoseconds, kind: SpeechKind, expect: Expectation,
        doneWhenReplyBegins: Bool
    ) {
        self.clip = clip
        self.anchor = anchor
        self.delay = delay
        self.kind = kind
        self.expect = expect
        self.doneWhenReplyBegins = doneWhenReplyBegins
    }
}

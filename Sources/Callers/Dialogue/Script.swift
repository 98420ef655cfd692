import Planning
import Timeline

/// A call's script with its clips resolved to the path's encoded speech.
struct Script: Equatable, Sendable {
    enum Step: Equatable, Sendable {
        case say(Line)
        case wait(WaitFor)
        case listenToGreeting
        case pause(Nanoseconds)
        case hangUp
    }

    /// One utterance as this call says it.
    struct Line: Equatable, Sendable {
        /// Index into the path's voice.
        var clip: Int
        var name: String
        var anchor: Anchor
        var delay: Nanoseconds
        var kind: SpeechKind
        var expect: Expectation
        /// Done as soon as the reply begins, since the next line counts from there.
        var doneWhenReplyBegins: Bool
        var timing: ClipTiming
    }

    var steps: [Step]
    /// Interjections are scheduled and not said.
    var isControl: Bool
}

/// Where speech lies in a clip, from the clip's first sample.
struct ClipTiming: Equatable, Sendable {
    var onset: Nanoseconds
    var end: Nanoseconds
    var length: Nanoseconds
    var pauses: [Pause]

    struct Pause: Equatable, Sendable {
        var start: Nanoseconds
        var end: Nanoseconds
    }

    /// Whether the speaker is voiced at an offset into the clip.
    func isVoiced(at offset: Nanoseconds) -> Bool {
        offset >= onset && offset <= end
            && !pauses.contains { offset > $0.start && offset < $0.end }
    }
}

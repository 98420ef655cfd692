import Timeline

/// When the caller's talkspurts began and ended, by when their packets left for the agent.
struct TalkspurtWatch {
    enum Event: Equatable {
        case started(turn: Int, at: RunInstant)
        case ended(turn: Int, at: RunInstant)
    }

    /// Quiet shorter than this belongs to the speech around it (ITU-T P.59).
    static let bridge = Nanoseconds.milliseconds(200)

    /// Number of the talkspurt that is open or was open last; −1 before the first.
    private(set) var turn = -1
    private var isOpen = false
    private var last = RunInstant.zero
    private var silence = Nanoseconds.zero
    private var wasVoiced = false

    /// Tells that a message left.
    ///
    /// - Parameter length: audio in it.
    mutating func left(
        _ verdict: SpeechMeter.Verdict, length: Nanoseconds, at now: RunInstant
    ) -> Event? {
        defer { wasVoiced = verdict.isVoiced }
        if verdict.isVoiced {
            last = now
            silence = .zero
            guard !isOpen else { return nil }
            isOpen = true
            turn += 1
            return .started(turn: turn, at: now)
        }
        guard isOpen else { return nil }
        if verdict.isTail, wasVoiced { last = now }
        silence += length
        return silence >= Self.bridge ? end() : nil
    }

    /// Ends a talkspurt that is open, as when the call ends.
    mutating func end() -> Event? {
        guard isOpen else { return nil }
        isOpen = false
        return .ended(turn: turn, at: last)
    }
}

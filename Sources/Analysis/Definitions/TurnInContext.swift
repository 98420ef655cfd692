package import Timeline

/// A turn with what its call tells about it.
package struct TurnInContext: Sendable {
    package var turn: TurnRecord
    /// How the call ended; `nil` while it has not, or when its end was never recorded.
    package var callOutcome: CallOutcome?
    /// Median round trip of the call, for turns without one of their own.
    package var callRoundTrip: Nanoseconds?

    package init(_ turn: TurnRecord, in call: CallRecord?) {
        self.turn = turn
        callOutcome = call?.outcome
        callRoundTrip = call?.media.roundTrip
    }

    /// An utterance that the script wants a reply to.
    var expectsReply: Bool { turn.kind == .utterance && turn.expect == .response }

    /// An interjection that was really said.
    var isSpokenInterjection: Bool { turn.kind.isInterjection && !turn.isControl }

    /// A barge-in that was really said.
    var isSpokenInterrupt: Bool { turn.kind == .interrupt && !turn.isControl }

    /// Whether the agent spoke when the interjection began.
    ///
    /// Not so either where the last sound it played lies before the onset: it had just
    /// stopped by itself, in a pause short enough to be bridged.
    var metSpeech: Bool {
        guard turn.agentAudibleAtOnset else { return false }
        return turn.heardStop.map { $0 >= turn.scheduledOnset } ?? true
    }

    /// Scheduled onset to the last audible sample played, if that is within `limit`.
    func stopped(within limit: Nanoseconds) -> Nanoseconds? {
        guard let stop = turn.heardStop, stop - turn.scheduledOnset <= limit else { return nil }
        return stop - turn.scheduledOnset
    }

    /// Why nothing about the turn counts; `nil` when it does.
    ///
    /// A turn whose call failed under it is no void: nobody answered. One that the script's own
    /// end, or the end of the run, cut off is.
    var void: VoidReason? {
        switch turn.voidReason {
        case .callEnded: callOutcome == .failed ? nil : .callEnded
        case .hostStall: .hostStall
        // About the onset of an interjection; a caller's own turn does not ask for speech there.
        case .agentSilentAtOnset: turn.kind.isInterjection ? .agentSilentAtOnset : nil
        case nil: isCutOff && callOutcome != .failed ? .callEnded : nil
        }
    }

    /// The call ended before the turn was decided; a reply that had begun by then did count.
    private var isCutOff: Bool { turn.outcome == .abandoned && turn.heardOnset == nil }

    /// Round trip while the turn ran, else the call's median.
    var roundTrip: Nanoseconds? { turn.roundTrip ?? callRoundTrip }
}

extension Nanoseconds {
    /// How long an agent may take to stop before a cut counts as missed.
    package static let cutLimit = Nanoseconds.seconds(2)
    /// How soon after a backchannel or noise a stop counts as caused by it.
    package static let falseStopLimit = Nanoseconds.seconds(1)
    /// How late a frame may be before a player of this depth conceals it.
    package static let lateFrameLimit = Nanoseconds.milliseconds(60)
}

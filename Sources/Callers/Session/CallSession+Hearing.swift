import Timeline

/// What a call knows of its agent, and when it has to know more.
extension CallSession {
    var hearing: Dialogue.Hearing {
        Dialogue.Hearing(
            isAgentTalking: ear.isAgentTalking,
            lastOnset: ear.lastOnset,
            lastAudible: ear.lastAudible,
            duckedAt: ear.loudness.duckedAt,
            buffered: dialogue.onsetToPass.map { buffered(at: $0) } ?? .zero,
            roundTrip: dialogue.onsetToPass == nil ? nil : currentRoundTrip
        )
    }

    private func buffered(at instant: RunInstant) -> Nanoseconds {
        webSocket?.queue.buffered(at: instant) ?? rtp?.buffered(at: instant) ?? .zero
    }

    private var currentRoundTrip: Nanoseconds? { rtp?.lastRoundTrip ?? roundTrips.last }

    /// The slot that has to listen next, where that is not the next one.
    ///
    /// Packets that are read and heard several at a time cost less, and none is heard differently for
    /// it: each has the kernel's time of arrival. Reports tell of what has been read.
    func nextAttention(after scheduled: RunInstant) -> RunInstant? {
        guard let undisturbed = dialogue.undisturbedUntil else { return nil }
        return min(
            undisturbed - interval, rtp?.nextReport ?? undisturbed,
            scheduled + interval * Int(Self.longestRest / interval))
    }

    /// Longer ones cost more than they save: packets that wait are cold when they are read.
    private static let longestRest = Nanoseconds.milliseconds(60)
}

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

    /// Lets the ear hear all that has played by now.
    func hear(until now: RunInstant) {
        compareFrames(endingBy: now)
        play(until: now)
    }

    /// Compares what the caller has said with what the agent sounded like meanwhile.
    func compareFrames(endingBy now: RunInstant) {
        while let end = overlap.next(endingBy: now) {
            play(until: end)
            overlap.compare(
                frameEnding: end, lastAudible: ear.isAgentTalking ? ear.lastAudible : nil)
        }
    }

    private func play(until now: RunInstant) {
        heardUntil = max(heardUntil, now)
        webSocket?.play(until: now, ear: &ear, room: room, events: &events)
        rtp?.play(until: now, ear: &ear, room: room, events: &events)
        deliverEvents()
    }

    func deliverEvents() {
        guard !events.isEmpty else { return }
        for event in events {
            dialogue.heard(
                event,
                firstPacket: webSocket?.replyFirstArrival ?? rtp?.talkspurtArrival,
                lastAudibleArrival: webSocket?.lastAudibleArrival ?? rtp?.lastAudibleArrival
            )
        }
        // Events are rare: room kept for them would be looked at, and waited for, at every packet.
        events = []
        settleOutputs()
    }

    /// The slot that has to listen next, where that is not the next one.
    ///
    /// Packets that are read and heard several at a time cost less, and none is heard differently for
    /// it: each has the kernel's time of arrival. Reports tell of what has been read.
    func nextAttention(after scheduled: RunInstant) -> RunInstant? {
        guard let undisturbed = dialogue.undisturbedUntil else { return nil }
        // Messages are read at once: what they change while the caller speaks, they change at once.
        if webSocket != nil, mouth.isSpeaking { return nil }
        return min(
            undisturbed - interval, rtp?.nextReport ?? undisturbed,
            scheduled + interval * Int(Self.longestRest / interval))
    }

    /// Longer ones cost more than they save: packets that wait are cold when they are read.
    private static let longestRest = Nanoseconds.milliseconds(60)
}

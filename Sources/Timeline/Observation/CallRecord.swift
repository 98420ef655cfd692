/// One call from the plan to its end.
package struct CallRecord: Equatable, Sendable, Codable {
    package var id: CallID
    /// The name the agent knows it by: the SSRC on RTP, `X-Talkover-Call` elsewhere.
    package var wireID: UInt32
    /// In the control arm: interjections are scheduled and not said.
    package var isControl = false
    package var planned: RunInstant
    package var started: RunInstant?
    /// When media could flow.
    package var connected: RunInstant?
    package var ended: RunInstant?
    package var outcome = CallOutcome.failed
    /// Why it failed: a closed set of short words, fit for a table's row.
    package var reason: String?
    package var setup = SetupTimes()
    package var media = MediaRecord()
    /// Connected to the first audible sample of an opening greeting, where one was listened for.
    package var greeting: Nanoseconds?

    package init(id: CallID, wireID: UInt32, planned: RunInstant) {
        self.id = id
        self.wireID = wireID
        self.planned = planned
    }
}

/// How a call ended.
package enum CallOutcome: String, Sendable, Codable, CaseIterable {
    case completed, failed, interrupted
}

/// Phases of setting a call up; `nil` where the path has no such phase.
package struct SetupTimes: Equatable, Sendable, Codable {
    package var dns: Nanoseconds?
    package var tcp: Nanoseconds?
    package var tls: Nanoseconds?
    package var upgrade: Nanoseconds?

    package init() {}
}

/// What a call's media path did, both players and reception statistics together.
package struct MediaRecord: Equatable, Sendable, Codable {
    package var framesSent = 0
    package var framesReceived = 0
    /// By RFC 3550 appendix A.3: highest extended sequence number − first + 1.
    ///
    /// RTP only.
    package var packetsExpected = 0
    package var packetsLost = 0
    package var packetsDuplicated = 0
    package var packetsReordered = 0
    /// Arrived after their turn in the player.
    package var packetsLate = 0
    package var framesPlayed = 0
    package var framesConcealed = 0
    /// Mean length of a run of losses over the length expected of random loss (G.107 BurstR).
    package var burstRatio: Double?
    /// Interarrival jitter of RFC 3550 §6.4.1 at the end of the call.
    package var jitter: Nanoseconds?
    /// Median of the path's round trips: RTCP on RTP, ping and pong on WebSocket.
    package var roundTrip: Nanoseconds?
    /// Codec look-ahead + ptime + half the round trip + player.
    package var mouthToEar: Nanoseconds?
    /// Both sides audible at once.
    package var overlap = Nanoseconds.zero
    /// How long a player stood empty while a reply was open, and how often.
    package var underrun = Nanoseconds.zero
    package var underruns = 0
    /// Packets refused: wrong version, truncated, or from a stranger's address.
    package var packetsRefused = 0

    package init() {}
}

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
    /// What happened, in a sentence for people; without secrets.
    package var detail: String?
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
    /// Offer sent to answer received.
    package var signalling: Nanoseconds?
    /// First connectivity check to the selected pair.
    package var ice: Nanoseconds?
    /// First flight to keys.
    package var dtls: Nanoseconds?

    package init() {}
}

/// What a call's media path did, both players and reception statistics together.
package struct MediaRecord: Equatable, Sendable, Codable {
    package var framesSent = 0
    package var framesReceived = 0
    /// By RFC 3550 appendix A.3: highest extended sequence number − first + 1.
    ///
    /// Only where packets carry the call.
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
    /// Median of the path's round trips: RTCP with packets, ping and pong on WebSocket.
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
    /// Packets of ours that the peer missed: cumulative lost of its last receiver report.
    ///
    /// RFC 3550 §6.4.1; `nil` without a report.
    package var remotePacketsLost: Int?
    /// Packets of ours that the peer should have had by then: the report's highest extended
    /// sequence number − first sent + 1.
    package var remotePacketsExpected: Int?
    /// Our end of the candidate pair that ICE selected, and the peer's.
    package var localCandidate: CandidateKind?
    package var remoteCandidate: CandidateKind?

    package init() {}

    /// Share of our packets that the peer missed, 0...1; `nil` where it never said.
    package var remoteLossFraction: Double? {
        guard let lost = remotePacketsLost, let expected = remotePacketsExpected, expected > 0
        else { return nil }
        // Duplicates can push the RFC's count of losses below zero.
        return Double(min(max(0, lost), expected)) / Double(expected)
    }
}

/// How ICE came by a candidate (RFC 8445 §5.1.1).
package enum CandidateKind: String, Sendable, Codable, CaseIterable {
    case host
    case serverReflexive = "srflx"
    case peerReflexive = "prflx"
    case relay
}

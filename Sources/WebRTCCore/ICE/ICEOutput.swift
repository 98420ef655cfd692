package import Timeline

/// Which of two agents decides on the pair (RFC 8445 §6.1.1).
package enum ICERole: Equatable, Sendable {
    case controlling, controlled
}

/// The two ends that media takes.
package struct ICEPair: Equatable, Sendable {
    /// As the peer sees us; peer-reflexive where no candidate told of that address.
    package let local: ICECandidate
    package let remote: ICECandidate
    /// Where to send from: a socket's address, or a relayed one.
    package let base: TransportAddress

    package init(local: ICECandidate, remote: ICECandidate, base: TransportAddress) {
        self.local = local
        self.remote = remote
        self.base = base
    }
}

/// What an ``ICEAgent`` wants done or known.
package enum ICEOutput: Equatable, Sendable {
    /// Send what is in the buffer; `from` is a base, for relayed candidates the relayed address.
    case transmit(from: TransportAddress, to: TransportAddress)
    /// Media may flow on this pair; said again where a better one replaces it.
    case selected(ICEPair)
    /// A check that was sent once was answered after this long.
    case roundTrip(Nanoseconds)
    /// The last thing an agent says.
    case failed(ICEFailure)
}

/// Why two peers could not, or can no longer, reach each other.
package struct ICEFailure: Error, Equatable, Sendable {
    package enum Code: String, Sendable {
        /// No pair of addresses worked in time.
        case noPair
        /// The peer stopped answering on the selected pair (RFC 7675 §5.1).
        case consentLost
        /// A STUN server did not answer.
        case serverSilent
        /// A STUN server answered with an error, or with nothing useful.
        case serverRefused
    }

    package let code: Code
    /// One sentence: what was tried, and what came of it.
    package let message: String

    package init(code: Code, message: String) {
        self.code = code
        self.message = message
    }
}

/// What an agent met that led to nothing.
package struct ICECounts: Equatable, Sendable {
    /// Requests of ours, with retransmissions.
    package var checksSent: UInt32 = 0
    /// Requests answered with 400, 401, 420 or 487.
    package var requestsRefused: UInt32 = 0
    /// Responses without request, without valid integrity, or from elsewhere.
    package var responsesIgnored: UInt32 = 0
    /// What is no STUN message, or none for ICE.
    package var malformed: UInt32 = 0
    /// Candidates that cannot be used, or too many.
    package var candidatesIgnored: UInt32 = 0
}

extension Nanoseconds {
    /// As a sentence has it: `10 s`, or milliseconds where the seconds are not whole.
    var inSeconds: String { count % 1_000_000_000 == 0 ? "\(count / 1_000_000_000) s" : "\(self)" }
}

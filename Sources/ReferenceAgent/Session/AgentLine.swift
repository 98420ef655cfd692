package import Audio
package import Dialects
package import Timeline

/// How a caller is connected to the agent.
package enum AgentLine: Equatable, Sendable {
    /// Plain RTP in both directions, one codec.
    ///
    /// - Parameters:
    ///   - ptime: audio in one packet, both ways.
    ///   - levelID: id of the audio-level extension, 1...14; `nil` where there is none.
    ///   - ssrc: the agent's own; never the caller's.
    ///   - events: protocol of a channel for events beside the media, as WebRTC has it; `nil`
    ///     for none.
    ///   - extendedReports: whether both ends report their clocks (RFC 3611).
    case rtp(
        codec: CodecName, ptime: Nanoseconds, payloadType: UInt8, levelID: UInt8?, ssrc: UInt32,
        events: DialectKind? = nil, extendedReports: Bool = false)
    case webSocket(DialectKind)
}

/// What an agent session wants done.
package enum AgentOutput: Equatable, Sendable {
    /// Send what is in the lent buffer: a datagram, or a message of that form.
    case transmit(MessageForm)
    /// Write to the truth log.
    case truth(TruthEvent)
    /// Nothing more will come: hang up.
    case close(AgentEnd)
}

/// Why a session ended.
package enum AgentEnd: String, Sendable, CaseIterable {
    /// The connection is gone.
    case disconnected
    /// The caller said so: an RTCP BYE, a `stop`.
    case farewell
    /// Nothing came for too long.
    case idle
    /// Too much that is not understood.
    case garbage
    /// A codec or packet length for which there are no replies.
    case unsupported
}

/// Bounds that keep one caller from harming the others.
package struct AgentLimits: Equatable, Sendable {
    /// An RTP caller that sends neither media nor reports is gone after this.
    package var idle: Nanoseconds = .seconds(10)
    /// The same on WebSocket, where the connection tells more.
    package var webSocketIdle: Nanoseconds = .seconds(60)
    /// Bytes of a message.
    package var message = 1 << 20
    /// Messages or packets that are not understood before the session is closed.
    package var problems = 1_000
    /// How many of them are answered with an error event.
    package var answeredProblems = 10

    package init() {}
}

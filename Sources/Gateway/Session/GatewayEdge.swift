package import Audio
package import Dialects
package import RTPCore
package import Timeline

/// The gateway's end of a caller's media: what its RTP packets hold, both ways.
package struct GatewayEdge: Equatable, Sendable {
    package var codec: CodecName
    /// Audio in one packet that the gateway sends; what it receives may be cut otherwise.
    package var ptime: Nanoseconds
    /// 0...127; the same in both directions, packets of others are no audio.
    package var payloadType: UInt8
    /// Id of the audio-level extension (RFC 6464), 1...14; `nil` where it was not negotiated.
    package var levelID: UInt8?
    /// The gateway's own.
    package var ssrc: UInt32
    /// Whether there is a data channel, so that the upstream's events reach the caller.
    package var hasEvents: Bool
    /// Whether reports tell the gateway's time (RFC 3611), as both ends must have agreed on.
    package var hasExtendedReports: Bool
    /// Names the media section in every packet, where it was negotiated (RFC 9143 §15).
    package var mediaID: MediaIDElement

    package init(
        codec: CodecName, ptime: Nanoseconds, payloadType: UInt8, levelID: UInt8?, ssrc: UInt32,
        hasEvents: Bool = false, hasExtendedReports: Bool = false,
        mediaID: MediaIDElement = .none
    ) {
        self.codec = codec
        self.ptime = ptime
        self.payloadType = payloadType
        self.levelID = levelID.flatMap { (1...14).contains($0) ? $0 : nil }
        self.ssrc = ssrc
        self.hasEvents = hasEvents
        self.hasExtendedReports = hasExtendedReports
        self.mediaID = mediaID
    }
}

/// The gateway's end of the agent's WebSocket.
package struct GatewayUpstream: Sendable {
    package let kind: DialectKind
    package var dialect: CallerDialect
    /// Of both directions, as the dialect was told.
    package var codec: CodecName
    /// Audio in one message that the gateway sends: the edge's `ptime`, or a longer `chunk`.
    package var interval: Nanoseconds

    /// - Parameter session: JSON object merged into the session message; `nil` for none.
    package init(
        kind: DialectKind, codec: CodecName, interval: Nanoseconds, session: String? = nil
    ) {
        self.kind = kind
        dialect = CallerDialect(name: kind, codec: codec, interval: interval, session: session)
        self.codec = codec
        self.interval = interval
    }
}

package import RTPCore

/// What two ends agreed on about their RTP before it flows, where they talk about it at all.
package struct MediaAgreement: Equatable, Sendable {
    /// Of packets to the agent, 0...127.
    package var payloadType: UInt8
    /// Of packets from the agent, 0...127.
    package var receivedPayloadType: UInt8
    /// Extension id of audio levels (RFC 6464), 1...14; `nil` where there are none.
    package var levelID: UInt8?
    /// What names the media section in every packet of the caller.
    package var mediaID: MediaIDElement
    /// Whether both ends answer receiver reference time reports (RFC 3611).
    package var reportsRoundTrip: Bool
    /// Whether the other end has a channel for events beside the media.
    package var hasEvents: Bool

    package init(
        payloadType: UInt8, receivedPayloadType: UInt8, levelID: UInt8?,
        mediaID: MediaIDElement = .none, reportsRoundTrip: Bool = false, hasEvents: Bool
    ) {
        self.payloadType = payloadType
        self.receivedPayloadType = receivedPayloadType
        self.reportsRoundTrip = reportsRoundTrip
        self.levelID = levelID
        self.mediaID = mediaID
        self.hasEvents = hasEvents
    }
}

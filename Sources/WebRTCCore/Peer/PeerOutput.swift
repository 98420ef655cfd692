package import RTPCore
package import Timeline

/// What a peer session asks of its runner, drained by ``PeerSession/poll(into:)`` until `nil`.
package enum PeerOutput: Equatable, Sendable {
    /// Send what is in the lent buffer.
    case transmit(PeerWire)
    /// From now on protected media go this way.
    case routed(PeerWire)
    /// A local candidate was found after the description was written: trickle it.
    case discovered(ICECandidate)
    /// No more local candidates will be found.
    case gathered
    /// Media can flow.
    case connected(PeerSetup)
    /// A plain RTP or RTCP packet is in the lent buffer; only what came through a relay.
    case media
    /// A message of a data channel is in the lent buffer.
    case message(isText: Bool)
    /// A data channel of this label is open.
    case channelOpened(label: String)
    /// The peer said goodbye on the transport itself.
    case closed
    /// The call cannot be set up, or is lost. Nothing but closing comes after it.
    case failed(PeerFailure)
}

/// Which way bytes leave.
package enum PeerWire: Hashable, Sendable {
    /// From the socket with this base, as a datagram.
    case datagram(base: TransportAddress, to: TransportAddress)
    /// On the TCP connection to the ICE server at this place in the settings.
    case stream(server: Int)
}

/// What became of a datagram that was handed in.
package enum PeerReception: Equatable, Sendable {
    /// The first bytes now hold this many of a plain RTP or RTCP packet.
    case media(Int)
    /// Something may wait to be polled.
    case control
    /// Nothing came of it: garbage, a replay, a packet before there are keys.
    case refused
}

/// How long the steps of setting up took, and what they settled.
package struct PeerSetup: Equatable, Sendable {
    /// From the first check to the selected pair.
    package var ice: Nanoseconds
    /// From the selected pair to keys.
    package var dtls: Nanoseconds
    package var local: ICECandidate.Kind
    package var remote: ICECandidate.Kind
    package var profile: SRTPProfile
}

/// Why a peer session could not be set up or did not last.
package struct PeerFailure: Error, Equatable, Sendable {
    /// Low in number and named after the step, as in `sdp`, `ice_no_pair`, `dtls_fingerprint`.
    package var code: String
    /// A sentence for a person, without secrets.
    package var detail: String

    package init(code: String, detail: String) {
        self.code = code
        self.detail = detail
    }
}

/// What two descriptions have settled about the packets.
package struct PeerAgreement: Equatable, Sendable {
    package var codec: SDPCodec
    /// Of packets to the peer.
    package var payloadType: UInt8
    /// Of packets from the peer.
    package var receivedPayloadType: UInt8
    /// Extension id of audio levels; `nil` where they were not agreed on.
    package var levelID: UInt8?
    /// Names our media section in every packet, where the extension was agreed on.
    package var mediaID: MediaIDElement
    /// The peer's stream, where its description names it.
    package var remoteSSRC: UInt32?
    /// Packet length the peer asks for, in milliseconds.
    package var packetTime: Int?
    /// Whether both answer receiver reference time reports (RFC 3611).
    package var reportsRoundTrip: Bool
    package var hasChannel: Bool
}

/// How offer and answer are exchanged, as scenarios write it.
package enum SignallingName: String, Sendable, CaseIterable {
    /// WebRTC-HTTP ingestion (RFC 9725): the offer is the body, trickled by PATCH.
    case whip
    /// An SDP body, or a form of `sdp` and `session`, posted to OpenAI's `/v1/realtime/calls`.
    case sdpPost = "sdp-post"
    /// `{"sdp": …, "type": "offer"}` with fields of one's own, as aiortc, FastRTC and Pipecat take.
    case jsonOffer = "json-offer"
}

/// What is spoken on the data channel of a WebRTC path.
package enum EventsDialect: String, Sendable, CaseIterable {
    /// OpenAI's events on a channel named `oai-events`.
    case openAIRealtime = "openai-realtime"
    /// A channel named `events`, whose messages are not read.
    case text

    /// The label its channel is opened with.
    package var channelLabel: String {
        switch self {
        case .openAIRealtime: "oai-events"
        case .text: "events"
        }
    }
}

/// Which of its candidates ICE may use.
package enum ICETransportPolicy: String, Sendable, CaseIterable {
    case all
    /// Candidates of a TURN server alone.
    case relay
}

/// STUN or TURN servers that share one login: an item of `ice_servers`.
package struct ICEServer: Equatable, Sendable {
    package var urls: [ICEServerURL]
    /// TURN's user; `nil` for STUN.
    package var username: ICEUsername?
    /// Environment variable with TURN's password; `nil` for STUN.
    package var credentialVariable: String?

    package init(
        urls: [ICEServerURL], username: ICEUsername? = nil, credentialVariable: String? = nil
    ) {
        self.urls = urls
        self.username = username
        self.credentialVariable = credentialVariable
    }
}

/// A TURN user's name, which unlike the password may stand in a scenario.
package enum ICEUsername: Equatable, Sendable {
    case text(String)
    case variable(String)
}

/// The address of a STUN or TURN server (RFC 7064, RFC 7065).
package struct ICEServerURL: Equatable, Sendable {
    package enum Scheme: String, Sendable, CaseIterable { case stun, turn }
    /// What carries messages to the server; UDP for STUN.
    package enum Transport: String, Sendable, CaseIterable { case udp, tcp }

    package var scheme: Scheme
    /// A name or an address, IPv6 without its brackets.
    package var host: String
    package var port: UInt16
    package var transport: Transport

    /// Where a URL names no port (RFC 8489 §8.1, RFC 8656 §3.1).
    package static let standardPort: UInt16 = 3_478

    package init(
        scheme: Scheme, host: String, port: UInt16 = ICEServerURL.standardPort,
        transport: Transport = .udp
    ) {
        self.scheme = scheme
        self.host = host
        self.port = port
        self.transport = transport
    }
}

/// What carries a hybrid's call from the caller to its gateway, as scenarios write it.
package enum HybridEdge: String, Sendable, CaseIterable { case webrtc, rtp }

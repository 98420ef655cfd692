package import Audio
package import Timeline

/// One path: a transport with everything it needs to carry a call.
package struct PathConfiguration: Equatable, Sendable {
    package var name: String
    package var transport: Transport
    /// The agent's address, or on hybrid a gateway's; `nil` for what the run starts itself.
    package var url: String?
    /// Wire protocol of a WebSocket path; `nil` elsewhere.
    package var dialect: DialectName?
    package var codec: CodecName
    package var ptime: Nanoseconds
    /// Audio in one WebSocket message.
    package var chunk: Nanoseconds
    /// Stop sending in silence.
    package var dtx: Bool
    package var player: PlayerConfiguration
    /// JSON merged into the dialect's session message, as text; `nil` for none.
    package var session: String?
    package var headers: [Header]
    package var authorization: Authorization?
    package var tls: TLSTrust
    /// RTP payload type for Opus; G.711 has its static ones.
    package var payloadType: UInt8
    /// RFC 8285 id of the audio-level extension, 1...14.
    package var levelID: UInt8
    /// WebRTC: how offer and answer are exchanged.
    package var signalling: SignallingName
    /// Fields beside a JSON offer, as JSON text of an object; `{call_id}` stands in it as written.
    package var signallingFields: String?
    /// WebRTC: what the data channel speaks; `nil` for no channel.
    package var events: EventsDialect?
    package var iceServers: [ICEServer]
    package var icePolicy: ICETransportPolicy
    /// Hybrid: what carries the call to the gateway.
    package var edge: HybridEdge
    /// Hybrid: the gateway's way to the agent; `nil` elsewhere, and where `url` names a gateway.
    package var upstream: UpstreamConfiguration?

    package init(
        name: String,
        transport: Transport,
        url: String? = nil,
        dialect: DialectName? = nil,
        codec: CodecName,
        ptime: Nanoseconds = .milliseconds(20),
        chunk: Nanoseconds = .milliseconds(20),
        dtx: Bool = false,
        player: PlayerConfiguration,
        session: String? = nil,
        headers: [Header] = [],
        authorization: Authorization? = nil,
        tls: TLSTrust = TLSTrust(),
        payloadType: UInt8 = 111,
        levelID: UInt8 = 1,
        signalling: SignallingName = .whip,
        signallingFields: String? = nil,
        events: EventsDialect? = nil,
        iceServers: [ICEServer] = [],
        icePolicy: ICETransportPolicy = .all,
        edge: HybridEdge = .webrtc,
        upstream: UpstreamConfiguration? = nil
    ) {
        self.name = name
        self.transport = transport
        self.url = url
        self.dialect = dialect
        self.codec = codec
        self.ptime = ptime
        self.chunk = chunk
        self.dtx = dtx
        self.player = player
        self.session = session
        self.headers = headers
        self.authorization = authorization
        self.tls = tls
        self.payloadType = payloadType
        self.levelID = levelID
        self.signalling = signalling
        self.signallingFields = signallingFields
        self.events = events
        self.iceServers = iceServers
        self.icePolicy = icePolicy
        self.edge = edge
        self.upstream = upstream
    }

    /// Whether its calls end at the reference agent, directly or behind a gateway of the run.
    package var usesEmbeddedAgent: Bool { url == nil && upstream?.url == nil }

    /// Whether a peer session carries its calls: WebRTC to the agent, or to a gateway.
    package var hasPeerSession: Bool {
        switch transport {
        case .webrtc: true
        case .hybrid: edge == .webrtc
        case .websocket, .rtp: false
        }
    }
}

/// What carries a call.
package enum Transport: String, Sendable, CaseIterable {
    case websocket, rtp, webrtc
    /// RTP or WebRTC to a gateway, WebSocket from there to the agent.
    case hybrid

    /// Whether callers send and receive RTP packets.
    package var carriesPackets: Bool { self != .websocket }
}

/// The wire protocol of a WebSocket path, as scenarios write it.
package enum DialectName: String, Sendable, CaseIterable {
    case openAIRealtime = "openai-realtime"
    case binary
}

/// What turns received audio into heard audio.
package enum PlayerConfiguration: Equatable, Sendable {
    /// Packets: fixed delay from arrival to the ear.
    case jitterBuffer(Nanoseconds)
    /// Packets: delay follows the jitter seen.
    case adaptiveJitterBuffer
    /// WebSocket: plays on at its own pace; a stop signal empties it, or never does.
    case playback(flushesOnEvent: Bool)
}

/// One HTTP header of a path; never a secret, those are named by ``Authorization``.
package struct Header: Equatable, Sendable {
    package var name: String
    package var value: String

    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// Where a secret comes from: the name of an environment variable, never the secret.
package enum Authorization: Equatable, Sendable {
    case bearer(variable: String)
    case header(name: String, variable: String)
}

/// Whom a path over TLS believes.
package struct TLSTrust: Equatable, Sendable {
    /// PEM file of authorities to trust instead of the system's.
    package var authorityFile: String?
    /// Accept any certificate.
    package var isInsecure: Bool

    package init(authorityFile: String? = nil, isInsecure: Bool = false) {
        self.authorityFile = authorityFile
        self.isInsecure = isInsecure
    }
}

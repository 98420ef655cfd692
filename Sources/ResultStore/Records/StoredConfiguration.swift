import Planning
import Timeline

/// What a path was, for whoever reads the store by hand.
///
/// Names of headers, never their values; of servers the addresses, never a login.
struct StoredConfiguration: Encodable {
    var transport: String?
    var dialect: String?
    var codec: String?
    var ptimeMs: Double?
    var chunkMs: Double?
    var dtx: Bool?
    var player: String?
    var isEmbedded: Bool?
    var headers: [String]?
    var peer: Peer?
    var edge: String?
    var upstream: Upstream?

    /// How a peer session comes about.
    struct Peer: Encodable {
        var signalling: String
        var events: String?
        var iceServers: [String]?
        var iceTransport: String

        enum CodingKeys: String, CodingKey {
            case signalling, events
            case iceServers = "ice_servers"
            case iceTransport = "ice_transport"
        }

        init(_ path: PathConfiguration) {
            signalling = path.signalling.rawValue
            events = path.events?.rawValue
            iceTransport = path.icePolicy.rawValue
            let urls = path.iceServers.flatMap(\.urls).map { url in
                "\(url.scheme.rawValue):\(url.host):\(url.port)?transport=\(url.transport.rawValue)"
            }
            iceServers = urls.isEmpty ? nil : urls
        }
    }

    /// The way from a gateway to the agent.
    struct Upstream: Encodable {
        var dialect: String
        var codec: String
        var chunkMs: Double
        var isEmbedded: Bool
        var headers: [String]?

        enum CodingKeys: String, CodingKey {
            case dialect, codec
            case chunkMs = "chunk_ms"
            case isEmbedded = "embedded"
            case headers
        }

        init(_ upstream: UpstreamConfiguration) {
            dialect = upstream.dialect.rawValue
            codec = "\(upstream.codec)"
            chunkMs = upstream.chunk.milliseconds
            isEmbedded = upstream.url == nil
            headers = upstream.headers.isEmpty ? nil : upstream.headers.map(\.name)
        }
    }

    enum CodingKeys: String, CodingKey {
        case transport, dialect, codec
        case ptimeMs = "ptime_ms"
        case chunkMs = "chunk_ms"
        case dtx, player
        case isEmbedded = "embedded"
        case headers, peer, edge, upstream
    }

    init(_ path: PathConfiguration?) {
        guard let path else { return }
        transport = path.transport.rawValue
        dialect = path.dialect?.rawValue
        codec = "\(path.codec)"
        ptimeMs = path.ptime.milliseconds
        chunkMs = path.transport == .websocket ? path.chunk.milliseconds : nil
        dtx = path.dtx
        isEmbedded = path.usesEmbeddedAgent
        peer = path.hasPeerSession ? Peer(path) : nil
        edge = path.transport == .hybrid ? path.edge.rawValue : nil
        upstream = path.upstream.map { Upstream($0) }
        headers = path.headers.isEmpty ? nil : path.headers.map(\.name)
        player =
            switch path.player {
            case .jitterBuffer(let depth): "jitter buffer of \(depth)"
            case .adaptiveJitterBuffer: "adaptive jitter buffer"
            case .playback(let flushes): flushes ? "flushed on event" : "never flushed"
            }
    }
}

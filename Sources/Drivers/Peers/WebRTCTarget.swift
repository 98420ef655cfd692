import Audio
import Callers
import Dialects
import Planning
import Timeline
import WebRTCCore

/// The agent's end of a WebRTC path: how it is reached, and what it is offered.
package struct WebRTCTarget: Sendable {
    let settings: PeerSettings
    let signalling: SignallingTarget
    /// Of this run; one certificate serves all callers.
    let identity: DTLSIdentity
    /// Where signalling leads: gives the address family of a caller's socket.
    let server: PeerAddress
    /// This host's address on the way there.
    let localHost: IPAddress
    /// Whether candidates may follow an offer.
    let trickles: Bool
}

extension PeerSettings {
    /// What a path's callers offer.
    init(_ path: PathConfiguration, servers: [Server]) {
        let codec: SDPCodec =
            switch path.codec {
            case .pcmu: .pcmu
            case .pcma: .pcma
            case .opus, .pcm16: .opus
            }
        self.init(codecs: [.usual(codec, payloadType: path.wirePayloadType)])
        levelID = path.levelID
        packetTime = Int(path.ptime / .milliseconds(1))
        channel = path.events?.channelLabel
        self.servers = servers
        isRelayOnly = path.icePolicy == .relay
    }
}

extension PeerSettings.Server {
    var isTCP: Bool {
        if case .turn(overTCP: true, _, _) = kind { true } else { false }
    }

    /// Looks up a path's servers, and their passwords in the environment.
    ///
    /// - Throws: a name without an address, a variable that is not set.
    static func all(
        of path: PathConfiguration, environment: [String: String]
    ) throws(RunProblem) -> [PeerSettings.Server] {
        var found: [PeerSettings.Server] = []
        for server in path.iceServers {
            for url in server.urls {
                guard var raw = PeerAddress.resolve(host: url.host, port: url.port).first?.raw,
                    let address = TransportAddress(&raw)
                else {
                    throw RunProblem(message: "the ICE server '\(url.host)' has no address")
                }
                found.append(
                    PeerSettings.Server(
                        address: address, kind: try kind(url, of: server, environment)))
            }
        }
        return found
    }

    /// Those of an answer that can be used; blocks while names are looked up.
    static func all(_ named: [SignallingICEServer]) -> [PeerSettings.Server] {
        var found: [PeerSettings.Server] = []
        for server in named.prefix(4) {
            for text in server.urls.prefix(4) {
                guard let url = try? ICEServerURL(text),
                    var raw = PeerAddress.resolve(host: url.host, port: url.port).first?.raw,
                    let address = TransportAddress(&raw)
                else { continue }
                guard url.scheme == .turn else {
                    found.append(PeerSettings.Server(address: address, kind: .stun))
                    continue
                }
                guard let username = server.username, let password = server.credential else {
                    continue
                }
                found.append(
                    PeerSettings.Server(
                        address: address,
                        kind: .turn(
                            overTCP: url.transport == .tcp, username: username,
                            password: password)))
            }
        }
        return found
    }

    private static func kind(
        _ url: ICEServerURL, of server: ICEServer, _ environment: [String: String]
    ) throws(RunProblem) -> Kind {
        guard url.scheme == .turn else { return .stun }
        let username: String
        switch server.username {
        case .text(let text): username = text
        case .variable(let name): username = try value(of: name, environment)
        case nil: username = ""
        }
        guard let variable = server.credentialVariable else {
            throw RunProblem(message: "the TURN server '\(url.host)' has no credential")
        }
        return .turn(
            overTCP: url.transport == .tcp, username: username,
            password: try value(of: variable, environment))
    }

    private static func value(
        of variable: String, _ environment: [String: String]
    ) throws(RunProblem) -> String {
        guard let value = environment[variable], !value.isEmpty else {
            throw RunProblem(message: "the environment variable \(variable) is not set")
        }
        return value
    }
}

extension WebRTCTarget {
    /// - Parameters:
    ///   - url: of signalling.
    ///   - secret: the path's authorization, its value already taken from the environment.
    /// - Throws: what cannot be used as it is configured; a host that cannot be reached at all is
    ///   `nil`.
    init?(
        path: PathConfiguration, url: String, secret: Header?, identity: DTLSIdentity,
        environment: [String: String]
    ) throws(RunProblem) {
        do throws(SignallingProblem) {
            signalling = try SignallingTarget(
                kind: SignallingKind(path.signalling), url: url, headers: path.headers,
                secret: secret, trust: path.tls, fields: path.signallingFields,
                session: path.session)
        } catch {
            throw RunProblem(message: "path '\(path.name)': \(error.message)")
        }
        let servers = try PeerSettings.Server.all(of: path, environment: environment)
        let target = signalling.url
        guard let address = PeerAddress.resolve(host: target.host, port: target.port).first,
            let host = address.localHost
        else { return nil }
        server = address
        localHost = host
        self.identity = identity
        settings = PeerSettings(path, servers: servers)
        trickles = path.signalling == .whip
    }
}

extension SignallingKind {
    init(_ name: SignallingName) {
        switch name {
        case .whip: self = .whip
        case .sdpPost: self = .sdpPost
        case .jsonOffer: self = .jsonOffer
        }
    }
}

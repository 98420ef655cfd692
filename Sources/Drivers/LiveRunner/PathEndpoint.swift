package import Callers
package import Planning
package import WebRTCCore

/// Where the calls of a path go.
package enum PathEndpoint: Sendable {
    case webSocket(WebSocketTarget)
    case rtp(PeerAddress)
    case webRTC(WebRTCTarget)
    /// Every call of the path fails with this.
    case unreachable(CallFailure)
}

/// Where an embedded agent serves: what paths without a URL of their own are pointed at.
package struct AgentAddresses: Equatable, Sendable {
    /// Speaks `openai-realtime`, as in `ws://127.0.0.1:9000/v1/realtime`.
    package var openAIRealtime: String
    /// Speaks `binary`.
    package var binary: String
    /// As in `rtp://127.0.0.1:5004`.
    package var rtp: String
    /// Where WebRTC offers are put, by kind of signalling.
    package var offers: [SignallingName: String]

    package init(
        openAIRealtime: String, binary: String, rtp: String, offers: [SignallingName: String] = [:]
    ) {
        self.openAIRealtime = openAIRealtime
        self.binary = binary
        self.rtp = rtp
        self.offers = offers
    }

    func url(for path: PathConfiguration) -> String? {
        switch (path.transport, path.dialect) {
        case (.rtp, _): rtp
        case (.webrtc, _): offers[path.signalling]
        case (.hybrid, _): nil
        case (.websocket, .binary): binary
        case (.websocket, .openAIRealtime), (.websocket, nil): openAIRealtime
        }
    }
}

/// Where a gateway of the run serves: what hybrid paths without a URL of their own are pointed at.
package struct GatewayAddresses: Equatable, Sendable {
    package var rtp: String
    /// Where WebRTC offers are put, by kind of signalling.
    package var offers: [SignallingName: String]

    package init(rtp: String, offers: [SignallingName: String]) {
        self.rtp = rtp
        self.offers = offers
    }

    func url(for path: PathConfiguration) -> String? {
        path.edge == .rtp ? rtp : offers[path.signalling]
    }
}

/// What keeps a run from beginning: found before anything is dialled.
package struct RunProblem: Error, Equatable, Sendable, CustomStringConvertible {
    package let message: String

    package init(message: String) { self.message = message }

    package var description: String { message }
}

extension PathEndpoint {
    /// - Parameters:
    ///   - agent: where the embedded agent serves, if there is one.
    ///   - gateway: where the path's own gateway serves, if it has one.
    ///   - identity: of this run's callers; needed where the path has peer sessions.
    ///   - environment: where secrets are looked up; their values go to the agent and nowhere else.
    /// - Throws: a URL that is none, a variable that is not set, a certificate file that cannot
    ///   be read.
    package init(
        path: PathConfiguration, agent: AgentAddresses?, gateway: GatewayAddresses? = nil,
        identity: DTLSIdentity? = nil, environment: [String: String]
    ) throws(RunProblem) {
        let own = gateway?.url(for: path) ?? agent?.url(for: path)
        guard let text = path.url ?? own else {
            throw RunProblem(
                message: "path '\(path.name)' has no url, and there is no embedded agent to call"
            )
        }
        if path.hasPeerSession, let identity {
            self = try Self.webRTC(path, url: text, identity, environment)
            return
        }
        do throws(AgentURL.Problem) {
            let url = try AgentURL(text)
            guard (url.scheme == .rtp) == path.transport.carriesPackets else {
                throw AgentURL.Problem(
                    message:
                        "a \(path.transport.rawValue) path cannot call a \(url.scheme.rawValue) URL"
                )
            }
            if url.scheme == .rtp {
                self = Self.media(url)
            } else {
                self = .webSocket(
                    try WebSocketTarget(
                        url: url,
                        headers: path.headers,
                        secret: try Self.secret(path.authorization, environment),
                        trust: path.tls
                    )
                )
            }
        } catch {
            throw RunProblem(message: "path '\(path.name)': \(error.message)")
        }
    }

    private static func webRTC(
        _ path: PathConfiguration, url: String, _ identity: DTLSIdentity,
        _ environment: [String: String]
    ) throws(RunProblem) -> PathEndpoint {
        let secret: Header?
        do throws(AgentURL.Problem) {
            secret = try Self.secret(path.authorization, environment)
        } catch {
            throw RunProblem(message: "path '\(path.name)': \(error.message)")
        }
        let target = try WebRTCTarget(
            path: path, url: url, secret: secret, identity: identity, environment: environment)
        if let target { return .webRTC(target) }
        return .unreachable(
            CallFailure(code: "dns", detail: "the signalling server's name has no address"))
    }

    /// Looks the host up once for all calls: a name that changes while a run goes on would
    /// compare two agents.
    private static func media(_ url: AgentURL) -> PathEndpoint {
        guard let peer = PeerAddress.resolve(host: url.host, port: url.port).first else {
            return .unreachable(
                CallFailure(code: "dns", detail: "the name '\(url.host)' has no address")
            )
        }
        return .rtp(peer)
    }

    private static func secret(
        _ authorization: Authorization?, _ environment: [String: String]
    ) throws(AgentURL.Problem) -> Header? {
        let name: String
        let variable: String
        switch authorization {
        case nil: return nil
        case .bearer(let from): (name, variable) = ("Authorization", from)
        case .header(let header, let from): (name, variable) = (header, from)
        }
        guard let value = environment[variable], !value.isEmpty else {
            throw AgentURL.Problem(message: "the environment variable \(variable) is not set")
        }
        if case .bearer = authorization { return Header(name: name, value: "Bearer \(value)") }
        return Header(name: name, value: value)
    }
}

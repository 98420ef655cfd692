package import Dialects
import NIOCore
import NIOHTTP1
import NIOSSL
package import Planning

/// The agent's end of a WebRTC path: where offers go, how they are put, whom to trust.
package struct SignallingTarget: Sendable {
    package let url: SignallingURL
    let shape: SignallingShape
    private let headers: [Header]
    /// The path's authorization: sent to the server of ``url`` and to no other.
    private let secret: Header?
    /// `nil` where no encrypted connection can be made; on plain `http` it is there for redirections.
    let security: NIOSSLContext?

    /// What the request itself says, or the connection.
    private static let reserved: Set<String> = [
        "connection", "content-length", "content-type", "expect", "host", "if-match",
        "transfer-encoding", "upgrade", "x-talkover-call",
    ]

    /// - Parameters:
    ///   - url: `http://…` or `https://…`.
    ///   - headers: the path's own.
    ///   - secret: the path's authorization, its value already taken from the environment.
    ///   - trust: whose certificates are believed.
    ///   - fields: a JSON object as text, for a `json-offer`; `nil` for none.
    ///   - session: a JSON object as text, for an `sdp-post`; `nil` for none.
    /// - Throws: `configuration`, when the URL is none, the authorities' file cannot be read, a text
    ///   is no object, or a header is none or one that signalling sets itself.
    package init(
        kind: SignallingKind, url: String, headers: [Header] = [], secret: Header? = nil,
        trust: TLSTrust = TLSTrust(), fields: String? = nil, session: String? = nil
    ) throws(SignallingProblem) {
        self.url = try SignallingURL(url)
        shape = try SignallingShape(kind: kind, fields: fields, session: session)
        self.headers = headers
        self.secret = secret
        for header in headers + (secret.map { [$0] } ?? []) { try Self.check(header) }
        do throws(AgentURL.Problem) {
            security = try trust.clientContext()
        } catch {
            guard self.url.scheme == .http else {
                throw SignallingProblem(code: "configuration", message: error.message)
            }
            security = nil
        }
    }

    private static func check(_ header: Header) throws(SignallingProblem) {
        guard HTTPText.isToken(header.name) else {
            throw SignallingProblem(
                code: "configuration", message: "'\(header.name)' is no name of an HTTP header"
            )
        }
        guard !reserved.contains(header.name.lowercased()) else {
            throw SignallingProblem(
                code: "configuration",
                message: "the header \(header.name) is set by signalling itself; leave it out"
            )
        }
        // The value may be a secret and stays out of the message.
        guard HTTPText.isValue(header.value) else {
            throw SignallingProblem(
                code: "configuration",
                message: "the value of the header \(header.name) holds a control character"
            )
        }
    }

    /// A request's head as it goes out.
    func head(of request: SignallingRequest, callName: String) -> HTTPRequestHead {
        var fields = HTTPHeaders()
        fields.add(name: "Host", value: request.url.authority)
        fields.add(name: "X-Talkover-Call", value: callName)
        for field in request.fields { fields.add(name: field.name, value: field.value) }
        if request.method != .delete {
            fields.add(name: "Content-Length", value: String(request.body.count))
        }
        for header in headers { fields.add(name: header.name, value: header.value) }
        if let secret, request.url.isSameOrigin(as: url) {
            fields.add(name: secret.name, value: secret.value)
        }
        if !fields.contains(name: "User-Agent") {
            fields.add(name: "User-Agent", value: "talkover")
        }
        return HTTPRequestHead(
            version: .http1_1, method: HTTPMethod(rawValue: request.method.rawValue),
            uri: request.url.target, headers: fields
        )
    }
}

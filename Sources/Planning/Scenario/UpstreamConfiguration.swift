package import Audio
package import Timeline

/// The WebSocket between a hybrid's gateway and the agent: `upstream`, with the keys of a websocket path.
package struct UpstreamConfiguration: Equatable, Sendable {
    package var dialect: DialectName
    /// The agent's address; `nil` for the embedded agent.
    package var url: String?
    package var codec: CodecName
    /// Audio in one WebSocket message; on `binary`, the path's `ptime`.
    package var chunk: Nanoseconds
    /// JSON merged into the dialect's session message, as text; `nil` for none.
    package var session: String?
    package var headers: [Header]
    package var authorization: Authorization?
    package var tls: TLSTrust

    package init(
        dialect: DialectName,
        url: String? = nil,
        codec: CodecName,
        chunk: Nanoseconds = .milliseconds(20),
        session: String? = nil,
        headers: [Header] = [],
        authorization: Authorization? = nil,
        tls: TLSTrust = TLSTrust()
    ) {
        self.dialect = dialect
        self.url = url
        self.codec = codec
        self.chunk = chunk
        self.session = session
        self.headers = headers
        self.authorization = authorization
        self.tls = tls
    }
}

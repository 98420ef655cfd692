import NIOSSL
package import Planning

/// The agent's end of a WebSocket path: where it is, what to show it, whom to trust.
package struct WebSocketTarget: Sendable {
    package let url: AgentURL
    /// Sent with the upgrade request, secrets among them: never printed.
    let headers: [Header]
    /// `nil` on plain `ws`.
    let security: NIOSSLContext?

    /// - Parameters:
    ///   - headers: the path's own.
    ///   - secret: the path's authorization, its value already taken from the environment.
    ///   - trust: whose certificates are believed.
    /// - Throws: when the authorities' file cannot be read.
    package init(
        url: AgentURL, headers: [Header], secret: Header?, trust: TLSTrust
    ) throws(AgentURL.Problem) {
        self.url = url
        self.headers = headers + (secret.map { [$0] } ?? [])
        security = url.scheme == .wss ? try Self.context(trust) : nil
    }

    private static func context(_ trust: TLSTrust) throws(AgentURL.Problem) -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        if trust.isInsecure { configuration.certificateVerification = .none }
        if let file = trust.authorityFile { configuration.trustRoots = .file(file) }
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            let place = trust.authorityFile.map { "of '\($0)' " } ?? ""
            throw AgentURL.Problem(
                message:
                    "the certificates \(place)cannot be used: \(error); give a PEM file as tls.ca"
            )
        }
    }
}

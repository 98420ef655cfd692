package import Planning

/// The agent's end of a WebSocket path: where it is, what to show it, whom to trust.
package struct WebSocketTarget: Sendable {
    package let url: AgentURL
    /// Sent with the upgrade request, secrets among them: never printed.
    let headers: [Header]
    /// `nil` on plain `ws`.
    let security: TLSContext?

    /// - Parameters:
    ///   - headers: the path's own.
    ///   - secret: the path's authorization, its value already taken from the environment.
    ///   - trust: whose certificates are believed.
    /// - Throws: when the authorities' file cannot be read, or a header or the URL holds what HTTP
    ///   does not allow.
    package init(
        url: AgentURL, headers: [Header], secret: Header?, trust: TLSTrust
    ) throws(AgentURL.Problem) {
        self.url = url
        self.headers = headers + (secret.map { [$0] } ?? [])
        try Self.check(self.headers, url)
        security = url.scheme == .wss ? try Self.context(trust) : nil
    }

    /// A line end in a value would begin a header of its own.
    private static func check(_ headers: [Header], _ url: AgentURL) throws(AgentURL.Problem) {
        guard HTTPText.isTarget(url.target), HTTPText.isTarget(url.authority) else {
            throw AgentURL.Problem(message: "the agent's URL holds white space; write it as %20")
        }
        for header in headers {
            guard HTTPText.isToken(header.name) else {
                throw AgentURL.Problem(message: "'\(header.name)' is no name of an HTTP header")
            }
            // The value may be a secret and stays out of the message.
            guard HTTPText.isValue(header.value) else {
                throw AgentURL.Problem(
                    message: "the value of the header \(header.name) holds a control character"
                )
            }
        }
    }

    private static func context(_ trust: TLSTrust) throws(AgentURL.Problem) -> TLSContext {
        do throws(TLSContext.Problem) {
            return try TLSContext(trust: trust)
        } catch {
            let place = trust.authorityFile.map { "of '\($0)' " } ?? ""
            throw AgentURL.Problem(
                message:
                    "the certificates \(place)cannot be used: \(error.reason); "
                    + "give a PEM file as tls.ca"
            )
        }
    }
}

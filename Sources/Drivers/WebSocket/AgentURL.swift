/// Where an agent is: the parts of a `ws`, `wss` or `rtp` URL.
package struct AgentURL: Equatable, Sendable {
    package enum Scheme: String, Sendable, CaseIterable { case ws, wss, rtp }

    /// What is wrong with a URL, and what would be right.
    package struct Problem: Error, Equatable, Sendable, CustomStringConvertible {
        package let message: String

        package var description: String { message }
    }

    package var scheme: Scheme
    /// A name or a numeric address, without brackets.
    package var host: String
    package var port: UInt16
    /// Path and query, as sent in a request: always begins with `/`.
    package var target: String

    /// Reads `ws://host:port/path`, `wss://…` or `rtp://host:port`.
    package init(_ text: String) throws(Problem) {
        let parts = Self.split(text, at: "://")
        guard let parts, let scheme = Scheme(rawValue: parts.0.lowercased()) else {
            throw Problem(message: "'\(text)' is no agent's URL; write ws://, wss:// or rtp://")
        }
        self.scheme = scheme
        let end = parts.1.firstIndex { "/?#".contains($0) } ?? parts.1.endIndex
        let authority = parts.1[..<end]
        guard !authority.contains("@") else {
            // The credentials themselves stay out of the message.
            throw Problem(message: "a URL may hold no credentials; use the path's 'auth'")
        }
        (host, port) = try Self.hostAndPort(authority, scheme: scheme)
        let rest = parts.1[end...].prefix { $0 != "#" }
        target = rest.hasPrefix("/") ? String(rest) : "/" + rest
    }

    private static func hostAndPort(
        _ authority: Substring, scheme: Scheme
    ) throws(Problem) -> (String, UInt16) {
        var host = authority
        var portText: Substring?
        if authority.hasPrefix("["), let close = authority.firstIndex(of: "]") {
            host = authority[authority.index(after: authority.startIndex)..<close]
            let rest = authority[authority.index(after: close)...]
            if rest.hasPrefix(":") { portText = rest.dropFirst() }
        } else if let colon = authority.lastIndex(of: ":") {
            host = authority[..<colon]
            portText = authority[authority.index(after: colon)...]
        }
        guard !host.isEmpty else { throw Problem(message: "the agent's URL names no host") }
        if let portText {
            guard let port = UInt16(portText), port > 0 else {
                throw Problem(message: "'\(portText)' is no port; write one from 1 to 65535")
            }
            return (String(host), port)
        }
        switch scheme {
        case .ws: return (String(host), 80)
        case .wss: return (String(host), 443)
        case .rtp: throw Problem(message: "an rtp URL needs a port, as in rtp://\(host):5004")
        }
    }

    private static func split(_ text: String, at separator: String) -> (Substring, Substring)? {
        guard let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix(separator) else {
            return nil
        }
        return (text[..<colon], text[text.index(colon, offsetBy: separator.count)...])
    }

    /// Host and port as a `Host` header has them.
    package var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        let isUsual = (scheme == .ws && port == 80) || (scheme == .wss && port == 443)
        return isUsual ? name : "\(name):\(port)"
    }
}

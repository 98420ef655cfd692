/// Where signalling goes: the parts of an `http` or `https` URL (RFC 3986).
package struct SignallingURL: Equatable, Sendable {
    package enum Scheme: String, Sendable { case http, https }

    package let scheme: Scheme
    /// A name in lower case or a numeric address, without brackets.
    package let host: String
    package let port: UInt16
    /// Path and query, as a request names it: always begins with `/`.
    package let target: String

    private static let longest = 4_096

    private init(scheme: Scheme, host: String, port: UInt16, target: String) {
        self.scheme = scheme
        self.host = host
        self.port = port
        self.target = target
    }

    /// Reads `http://host:port/path` or `https://…`.
    ///
    /// - Throws: `configuration`, with what would be right; the URL itself may hold a key and stays
    ///   out of the message.
    package init(_ text: String) throws(SignallingProblem) {
        let parts = try Self.schemeAndRest(text)
        let end = parts.rest.firstIndex { "/?#".contains($0) } ?? parts.rest.endIndex
        let authority = parts.rest[..<end]
        guard !authority.contains("@") else {
            throw .configuration("a URL may hold no credentials; use the path's 'auth'")
        }
        scheme = parts.scheme
        (host, port) = try Self.hostAndPort(authority, scheme)
        let rest = parts.rest[end...].prefix { $0 != "#" }
        target = rest.hasPrefix("/") ? String(rest) : "/" + rest
    }

    private static func schemeAndRest(
        _ text: String
    ) throws(SignallingProblem) -> (scheme: Scheme, rest: Substring) {
        guard text.utf8.count <= longest, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw .configuration(
                "a URL for signalling holds printable ASCII, at most \(longest) characters; "
                    + "write white space as %20"
            )
        }
        for scheme in [Scheme.http, .https] {
            let prefix = scheme.rawValue + "://"
            guard text.prefix(prefix.count).lowercased() == prefix else { continue }
            return (scheme, text.dropFirst(prefix.count))
        }
        throw .configuration("a URL for signalling begins with http:// or https://")
    }

    private static func hostAndPort(
        _ authority: Substring, _ scheme: Scheme
    ) throws(SignallingProblem) -> (String, UInt16) {
        var host = authority
        var portText: Substring?
        if authority.hasPrefix("["), let close = authority.firstIndex(of: "]") {
            host = authority[authority.index(after: authority.startIndex)..<close]
            let rest = authority[authority.index(after: close)...]
            guard rest.isEmpty || rest.hasPrefix(":") else {
                throw .configuration("behind the ']' of a URL's address stands ':' or nothing")
            }
            portText = rest.isEmpty ? nil : rest.dropFirst()
        } else if let colon = authority.lastIndex(of: ":") {
            host = authority[..<colon]
            portText = authority[authority.index(after: colon)...]
        }
        guard !host.isEmpty else { throw .configuration("the URL for signalling names no host") }
        // An empty port is the usual one (RFC 3986 §3.2.3).
        guard let portText, !portText.isEmpty else {
            return (host.lowercased(), scheme == .http ? 80 : 443)
        }
        guard portText.utf8.allSatisfy({ (48...57).contains($0) }), let port = UInt16(portText),
            port > 0
        else { throw .configuration("the URL's port is none; write one from 1 to 65535") }
        return (host.lowercased(), port)
    }

    /// Host and port as a `Host` header has them.
    package var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        let isUsual = port == (scheme == .http ? 80 : 443)
        return isUsual ? name : "\(name):\(port)"
    }

    /// Whether both are the same server, by scheme, host and port (RFC 6454 §5).
    package func isSameOrigin(as other: SignallingURL) -> Bool {
        scheme == other.scheme && host == other.host && port == other.port
    }

    /// Where a `Location` found here leads (RFC 3986 §5.2).
    ///
    /// - Returns: `nil` where that is no URL of `http` or `https`, or too long.
    package func resolving(_ reference: String) -> SignallingURL? {
        guard reference.utf8.count <= Self.longest,
            reference.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { return nil }
        let reference = reference.prefix { $0 != "#" }
        if Self.hasScheme(reference) { return try? SignallingURL(String(reference)) }
        if reference.hasPrefix("//") {
            return try? SignallingURL("\(scheme.rawValue):\(reference)")
        }
        if reference.isEmpty { return self }
        let path = target.prefix { $0 != "?" }
        if reference.hasPrefix("?") { return replacing(target: path + reference) }
        let query = reference.drop { $0 != "?" }
        let named = reference.prefix { $0 != "?" }
        let base = named.hasPrefix("/") ? "" : path[...(path.lastIndex(of: "/") ?? path.startIndex)]
        return replacing(target: Self.withoutDots(base + named) + query)
    }

    /// The same URL with more behind its path, in front of its query.
    func appending(path suffix: String) -> SignallingURL? {
        let path = target.prefix { $0 != "?" }
        let joined = path.hasSuffix("/") ? path.dropLast() + suffix : path + suffix
        return replacing(target: joined + target.drop { $0 != "?" })
    }

    private func replacing(target: some StringProtocol) -> SignallingURL? {
        guard target.utf8.count <= Self.longest else { return nil }
        return SignallingURL(scheme: scheme, host: host, port: port, target: String(target))
    }

    private static func hasScheme(_ reference: Substring) -> Bool {
        guard let end = reference.firstIndex(where: { ":/?".contains($0) }),
            reference[end] == ":", let first = reference.first, first.isLetter
        else { return false }
        return reference[..<end].allSatisfy { $0.isLetter || $0.isNumber || "+-.".contains($0) }
    }

    /// RFC 3986 §5.2.4, for paths that begin with `/`.
    private static func withoutDots(_ path: some StringProtocol) -> String {
        var kept: [Substring] = []
        let pieces = String(path).split(separator: "/", omittingEmptySubsequences: false)
            .dropFirst()
        for (index, piece) in pieces.enumerated() {
            let isLast = index == pieces.count - 1
            switch piece {
            case ".":
                if isLast { kept.append("") }
            case "..":
                _ = kept.popLast()
                if isLast { kept.append("") }
            default: kept.append(piece)
            }
        }
        return "/" + kept.joined(separator: "/")
    }
}

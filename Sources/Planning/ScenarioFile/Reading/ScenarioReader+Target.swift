/// What a path needs to reach a real agent: its address, secrets, headers and trust.
extension ScenarioReader {
    /// What an address leads to, which decides how it may look.
    enum Destination {
        case webSocket, packets, signalling

        var schemes: [String] {
            switch self {
            case .webSocket: ["ws", "wss"]
            case .packets: ["rtp"]
            case .signalling: ["http", "https"]
            }
        }

        /// How messages call a path with such addresses.
        var title: String {
            switch self {
            case .webSocket: "websocket"
            case .packets: "rtp"
            case .signalling: "webrtc"
            }
        }

        var remedy: String {
            switch self {
            case .webSocket: "write ws://host:port/path or wss://host/path"
            case .packets: "write rtp://host:port"
            case .signalling: "write https://host/path or http://host:port/path"
            }
        }
    }

    /// Checks scheme, host and port; the address itself is kept as written.
    func url(_ entry: YAMLEntry, to destination: Destination) -> String? {
        guard let text = entry.value.text else {
            wrong(entry, destination.remedy)
            return nil
        }
        guard let address = URLParts(text) else {
            report(
                .unknownValue, at: entry.value.place,
                "'url' is no address; \(destination.remedy)")
            return nil
        }
        guard !address.hasUserInfo else {
            report(
                .secret, at: entry.value.place,
                "'url' holds a user or password; name an environment variable in 'auth' instead"
            )
            return nil
        }
        guard keepsNoSecret(address, entry) else { return nil }
        guard destination.schemes.contains(address.scheme) else {
            report(
                .conflict, at: entry.value.place,
                "'url' begins with \(address.scheme)://, which is not for \(destination.title); "
                    + destination.remedy
            )
            return nil
        }
        guard destination != .packets || (address.port != nil && address.rest.isEmpty) else {
            report(
                .unknownValue, at: entry.value.place,
                "'url' needs a host and a port and no more; \(destination.remedy)"
            )
            return nil
        }
        return text
    }

    /// An address is kept in the store and shown in reports; its secrets would be too.
    private func keepsNoSecret(_ address: URLParts, _ entry: YAMLEntry) -> Bool {
        let secrets = AddressSecrets(address.rest)
        if secrets.hasAtInPath {
            report(
                .secret, at: entry.value.place,
                "'url' has an @ in its path, so what stands before it may be a password; write it"
                    + " without, or as %40")
            return false
        }
        guard let found = secrets.found.first else { return true }
        report(
            .secret, at: entry.value.place,
            "'url' holds \(found), which may be a key, and an address is kept with the run; send "
                + "the key in a header: name an environment variable in 'auth' instead")
        return false
    }

    func authorization(_ entry: YAMLEntry) -> Authorization? {
        // Checked here, as the general message repeats what it found.
        guard case .mapping = entry.value.content else {
            report(
                .wrongType, at: entry.value.isNull ? entry.place : entry.value.place,
                "'auth' is no mapping; write {bearer: API_KEY} with the name of an environment "
                    + "variable"
            )
            return nil
        }
        guard let fields = fields(entry.value, at: entry.place, of: .auth) else { return nil }
        guard fields.entries.count == 1, let way = fields.entries.first else {
            if fields.entries.count > 1 {
                report(.conflict, at: entry.place, "'auth' has both bearer and header; keep one")
            } else if case .mapping(let all) = entry.value.content, all.isEmpty {
                wrong(entry, "write {bearer: API_KEY} or {header: {Name: API_KEY}}")
            }
            return nil
        }
        if way.key == "bearer" {
            return variable(way).map { .bearer(variable: $0) }
        }
        guard case .mapping(let headers) = way.value.content, headers.count == 1,
            let header = headers.first
        else {
            report(
                .wrongType, at: way.place,
                "'header' takes one header and its variable, as in {api-key: API_KEY}"
            )
            return nil
        }
        guard Self.isHeaderName(header.key) else {
            report(.unknownValue, at: header.place, "'header' holds what is no header's name")
            return nil
        }
        return variable(header).map { .header(name: header.key, variable: $0) }
    }

    /// The name of an environment variable.
    ///
    /// Anything else may be the secret itself: it is never repeated.
    private func variable(_ entry: YAMLEntry) -> String? {
        if let name = Self.variableName(entry.value) { return name }
        report(
            .secret, at: entry.value.isNull ? entry.place : entry.value.place,
            "'auth' takes the name of an environment variable, as in API_KEY, never the key itself"
        )
        return nil
    }

    /// The text of a value that can name an environment variable.
    static func variableName(_ value: YAMLValue) -> String? {
        guard let name = value.text, let first = name.utf8.first,
            (65...90).contains(first) || first == UInt8(ascii: "_"),
            name.utf8.allSatisfy({
                (65...90).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "_")
            })
        else { return nil }
        return name
    }

    func headers(_ entry: YAMLEntry) -> [Header] {
        guard case .mapping(let entries) = entry.value.content else {
            report(
                .wrongType, at: entry.value.isNull ? entry.place : entry.value.place,
                "'headers' is no mapping; write {X-Tenant: blue}"
            )
            return []
        }
        return entries.compactMap { header in
            guard Self.isHeaderName(header.key) else {
                report(.unknownValue, at: header.place, "'\(header.key)' is no header's name")
                return nil
            }
            let secrets = [
                "authorization", "proxy-authorization", "cookie", "api-key", "x-api-key",
                "x-auth-token",
            ]
            guard !secrets.contains(header.key.lowercased()) else {
                report(
                    .secret, at: header.place,
                    "'\(header.key)' is a secret; write auth: {header: {\(header.key): API_KEY}} "
                        + "with the name of an environment variable"
                )
                return nil
            }
            guard case .scalar(let value, _) = header.value.content,
                value.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
            else {
                report(
                    .wrongType, at: header.value.place,
                    "header '\(header.key)' is not one line of text"
                )
                return nil
            }
            return Header(name: header.key, value: value)
        }
    }

    /// - Parameter scheme: the one scheme of such addresses that goes over TLS.
    func trust(_ entry: YAMLEntry, url: String?, scheme: String = "wss") -> TLSTrust {
        var trust = TLSTrust()
        guard let fields = fields(entry.value, at: entry.place, of: .tls) else { return trust }
        if url.flatMap({ URLParts($0) })?.scheme != scheme {
            report(.conflict, at: entry.place, "'tls' is for a url of \(scheme)://; leave it out")
        }
        if let authority = fields["ca"], let name = text(authority) {
            trust.authorityFile = files.resolve(name)
            if trust.authorityFile == nil {
                report(
                    .missingFile, at: authority.value.place,
                    "no file '\(name)'; 'ca' is a PEM file of the authorities to trust"
                )
            }
        }
        if let insecure = fields["insecure"] { assign(flag(insecure), to: &trust.isInsecure) }
        return trust
    }

    /// The letters of a header's name: `token` of RFC 9110 §5.6.2.
    private static func isHeaderName(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy {
                (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
                    || "!#$%&'*+-.^_`|~".utf8.contains($0)
            }
    }
}

/// An address, taken apart as far as a scenario needs it (RFC 3986 §3).
struct URLParts {
    let scheme: String
    let host: String
    let port: Int?
    /// Path, query and fragment.
    let rest: String
    let hasUserInfo: Bool

    init?(_ text: String) {
        guard let colon = text.firstRange(of: "://"),
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { return nil }
        scheme = text[..<colon.lowerBound].lowercased()
        let after = text[colon.upperBound...]
        let end = after.firstIndex { "/?#".contains($0) } ?? after.endIndex
        rest = String(after[end...])
        var authority = after[..<end]
        hasUserInfo = authority.contains("@")
        if let at = authority.lastIndex(of: "@") {
            authority = authority[authority.index(after: at)...]
        }

        // An IPv6 address stands in brackets, so that its colons are none of the port's.
        let hostEnd =
            authority.lastIndex(of: "]").map { authority.index(after: $0) }
            ?? authority.lastIndex(of: ":") ?? authority.endIndex
        host = String(authority[..<hostEnd])
        guard Self.isHost(host) else { return nil }
        let portText = authority[hostEnd...]
        if portText.isEmpty {
            port = nil
        } else {
            guard portText.hasPrefix(":"), let number = Int(portText.dropFirst()),
                (1...65_535).contains(number), portText.dropFirst().allSatisfy(\.isNumber)
            else { return nil }
            port = number
        }
        guard !scheme.isEmpty else { return nil }
    }

    /// A name or an IPv4 address, or in brackets an IPv6 address, with its zone if it has one.
    private static func isHost(_ host: String) -> Bool {
        guard host.hasPrefix("["), host.hasSuffix("]") else {
            return !host.isEmpty && host.utf8.allSatisfy { isNameByte($0) }
        }
        let parts = host.dropFirst().dropLast().split(separator: "%", maxSplits: 1)
        guard let address = parts.first, address.contains(":") else { return false }
        return address.utf8.allSatisfy { "0123456789abcdefABCDEF:.".utf8.contains($0) }
            && parts.dropFirst().allSatisfy { $0.utf8.allSatisfy { isNameByte($0) } }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
            || "-._~".utf8.contains(byte)
    }
}

extension ICECandidate {
    /// Reads `candidate:…` of RFC 8839 §5.1, with or without `a=` in front.
    ///
    /// `nil` of what this endpoint cannot use: a name instead of an address (mDNS), an address with a zone, an
    /// unknown transport or kind, a port of 0, and everything malformed. Unknown extensions are left out.
    package init?(attribute text: String) {
        guard text.utf8.count <= 1_024 else { return nil }
        var rest = Substring(text)
        if rest.hasPrefix("a=") { rest.removeFirst(2) }
        guard rest.hasPrefix("candidate:") else { return nil }
        rest.removeFirst("candidate:".utf8.count)
        let words = rest.split { $0 == " " || $0 == "\r" || $0 == "\n" || $0 == "\r\n" }
        guard words.count >= 8, (1...32).contains(words[0].utf8.count),
            words[0].utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            let component = Self.number(words[1], UInt8.self), component > 0,
            let transport = Transport(rawValue: words[2].lowercased()),
            let priority = Self.number(words[3], UInt32.self), priority > 0,
            let host = IPAddress(String(words[4])),
            let port = Self.number(words[5], UInt16.self), port > 0,
            words[6] == "typ", let kind = Kind(rawValue: words[7].lowercased())
        else { return nil }
        self.init(
            foundation: String(words[0]), component: component, transport: transport,
            priority: priority, address: TransportAddress(host: host, port: port), kind: kind,
            related: Self.related(in: words[8...]))
    }

    /// The text of a description's line, without `a=`.
    package var attribute: String {
        var text = "candidate:\(foundation) \(component) \(transport.rawValue) \(priority) "
        text += "\(address.host) \(address.port) typ \(kind.rawValue)"
        if let related { text += " raddr \(related.host) rport \(related.port)" }
        return text
    }

    /// Related addresses tell people where to look; a peer may hide one without harm.
    private static func related(in words: ArraySlice<Substring>) -> TransportAddress? {
        let pairs = Array(words)
        guard pairs.count >= 4, pairs[0] == "raddr", pairs[2] == "rport",
            let host = IPAddress(String(pairs[1])), let port = number(pairs[3], UInt16.self)
        else { return nil }
        return TransportAddress(host: host, port: port)
    }

    /// Digits only: a sign, which the standard library would take, is refused.
    private static func number<Value: FixedWidthInteger>(
        _ text: Substring, _: Value.Type
    ) -> Value? {
        guard let first = text.utf8.first, (0x30...0x39).contains(first) else { return nil }
        return Value(text)
    }
}

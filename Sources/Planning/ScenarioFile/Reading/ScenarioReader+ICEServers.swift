/// `ice_servers`: where ICE may ask for its own address, or for a relay.
extension ScenarioReader {
    private static let example = "write [{urls: \"stun:host:3478\"}]"

    func iceServers(_ entry: YAMLEntry) -> [ICEServer] {
        guard case .sequence(let items) = entry.value.content else {
            // What stands there may be a login.
            report(
                .wrongType, at: entry.value.isNull ? entry.place : entry.value.place,
                "'ice_servers' is no list; \(Self.example)")
            return []
        }
        return items.compactMap { iceServer($0) }
    }

    private func iceServer(_ value: YAMLValue) -> ICEServer? {
        guard case .mapping = value.content else {
            report(
                .wrongType, at: value.place,
                "an item of 'ice_servers' is no mapping; \(Self.example)")
            return nil
        }
        guard let fields = fields(value, at: value.place, of: .iceServer),
            let urls = required("urls", of: fields, "an ICE server", "write urls: \"stun:host\"")
        else { return nil }
        var server = ICEServer(urls: iceURLs(urls))
        if let username = fields["username"] { server.username = self.username(username) }
        if let credential = fields["credential"] {
            server.credentialVariable = secret(credential, example: "{env: TURN_PASSWORD}")
        }
        guard let turn = server.urls.first(where: { $0.scheme == .turn }) else { return server }
        for key in ["username", "credential"] where fields[key] == nil {
            report(
                .missingKey, at: urls.place,
                "the TURN server '\(turn.host)' has no '\(key)'; write username: name, "
                    + "credential: {env: TURN_PASSWORD}"
            )
        }
        return server
    }

    private func iceURLs(_ entry: YAMLEntry) -> [ICEServerURL] {
        let values: [YAMLValue]
        switch entry.value.content {
        case .sequence(let items): values = items
        case .scalar, .mapping: values = [entry.value]
        }
        if values.isEmpty { wrong(entry, "name at least one server, as in stun:host:3478") }
        return values.compactMap { iceURL($0, at: $0.isNull ? entry.place : $0.place) }
    }

    private func iceURL(_ value: YAMLValue, at place: Place) -> ICEServerURL? {
        guard let text = value.text else {
            report(.wrongType, at: place, "'urls' holds no text; write stun:host:3478")
            return nil
        }
        do {
            return try ICEServerURL(text)
        } catch {
            report(error.isLater ? .notInThisVersion : .unknownValue, at: place, error.message)
            return nil
        }
    }

    private func username(_ entry: YAMLEntry) -> ICEUsername? {
        if let text = entry.value.text { return .text(text) }
        return secret(entry, example: "{env: TURN_USER}").map { .variable($0) }
    }

    /// `{env: NAME}`.
    ///
    /// Anything else may be the secret itself: it is never repeated.
    private func secret(_ entry: YAMLEntry, example: String) -> String? {
        if case .mapping = entry.value.content,
            let fields = fields(
                entry.value, at: entry.place, of: .secret, title: "'\(entry.key)'"),
            let name = fields["env"].flatMap({ Self.variableName($0.value) })
        {
            return name
        }
        report(
            .secret, at: entry.value.isNull ? entry.place : entry.value.place,
            "'\(entry.key)' takes the name of an environment variable, as in \(example), never "
                + "the secret itself"
        )
        return nil
    }
}

extension ICEServerURL {
    /// Why an address is none; never with the address, which may hold a login.
    package struct Fault: Error {
        /// What would be right.
        package let message: String
        var isLater = false
    }

    /// Reads `stun:host:port` and `turn:host:port?transport=tcp`.
    package init(_ text: String) throws(Fault) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let name = parts[0].lowercased()
        if ["stuns", "turns"].contains(name) {
            throw Fault(
                message: "'\(name):' is not in this version; write \(name.dropLast()):host:3478",
                isLater: true)
        }
        guard let scheme = Scheme(rawValue: name), parts.count == 2 else {
            throw Fault(
                message: "'urls' holds what is no server; write stun:host:3478 or "
                    + "turn:host:3478?transport=udp")
        }
        let query = parts[1].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let example = scheme == .stun ? "stun:host:3478" : "turn:host:3478?transport=tcp"
        let wrong = Fault(message: "'urls' holds no address of a server; write \(example)")
        guard let address = URLParts("\(name)://\(query[0])"), !address.hasUserInfo,
            address.rest.isEmpty
        else { throw wrong }
        var transport = Transport.udp
        if query.count == 2 {
            guard scheme == .turn, query[1].hasPrefix("transport="),
                let known = Transport(rawValue: String(query[1].dropFirst("transport=".count)))
            else { throw wrong }
            transport = known
        }
        let isBracketed = address.host.hasPrefix("[") && address.host.hasSuffix("]")
        let host = isBracketed ? String(address.host.dropFirst().dropLast()) : address.host
        guard !host.isEmpty else { throw wrong }
        self.init(
            scheme: scheme, host: host,
            port: address.port.flatMap { UInt16(exactly: $0) } ?? Self.standardPort,
            transport: transport)
    }
}

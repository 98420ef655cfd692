import Audio
import Timeline

/// The keys of paths whose calls are set up by signalling: WebRTC, and the hybrid behind it.
extension ScenarioReader {
    func webRTCPath(_ name: String, _ fields: Fields) -> PathConfiguration {
        var path = PathConfiguration(
            name: name, transport: .webrtc, codec: .opus, player: .jitterBuffer(.milliseconds(60))
        )
        path.url = fields["url"].flatMap { url($0, to: .signalling) }
        packets(fields, into: &path)
        signalling(fields, into: &path)
        path.events = events(fields["dialect"], of: path)
        if let session = fields["session"] {
            path.session = self.session(session)
            if path.events != .openAIRealtime, path.signalling != .sdpPost {
                report(
                    .conflict, at: session.place,
                    "'session' goes out with signalling: sdp-post or on the events channel of "
                        + "dialect: openai-realtime; leave it out, or write one of them"
                )
            }
        }
        return path
    }

    func hybridPath(_ name: String, _ fields: Fields) -> PathConfiguration {
        var path = PathConfiguration(
            name: name, transport: .hybrid, codec: .opus, player: .jitterBuffer(.milliseconds(60))
        )
        if let edge = fields["edge"] { assign(word(edge), to: &path.edge) }
        path.url = fields["url"].flatMap {
            url($0, to: path.edge == .webrtc ? .signalling : .packets)
        }
        packets(fields, into: &path)
        switch path.edge {
        case .webrtc:
            signalling(fields, into: &path)
        case .rtp:
            refuse(Self.signallingKeys, of: fields, because: "is for edge: webrtc")
        }
        upstream(fields, into: &path)
        // What the agent tells beside its audio reaches the caller through the gateway.
        if path.edge == .webrtc, path.upstream?.dialect == .openAIRealtime {
            path.events = .openAIRealtime
        }
        return path
    }

    private static let signallingKeys = [
        "signalling", "signalling_fields", "headers", "auth", "tls", "ice_servers",
        "ice_transport",
    ]

    private func refuse(_ keys: [String], of fields: Fields, because reason: String) {
        for entry in fields.entries where keys.contains(entry.key) {
            report(.conflict, at: entry.place, "'\(entry.key)' \(reason); leave it out")
        }
    }

    /// What leads from an offer to a connection.
    private func signalling(_ fields: Fields, into path: inout PathConfiguration) {
        if let way = fields["signalling"] { assign(word(way), to: &path.signalling) }
        if let more = fields["signalling_fields"] {
            path.signallingFields = session(more, example: "{agent: front_desk}")
            if path.signalling != .jsonOffer {
                report(
                    .conflict, at: more.place,
                    "'signalling_fields' goes into a JSON offer; write signalling: json-offer, or "
                        + "leave it out"
                )
            }
        }
        if let headers = fields["headers"] { path.headers = self.headers(headers) }
        if let auth = fields["auth"] { path.authorization = authorization(auth) }
        if let tls = fields["tls"] { path.tls = trust(tls, url: path.url, scheme: "https") }
        if let servers = fields["ice_servers"] { path.iceServers = iceServers(servers) }
        guard let policy = fields["ice_transport"] else { return }
        assign(word(policy), to: &path.icePolicy)
        let hasRelay = path.iceServers.contains { $0.urls.contains { $0.scheme == .turn } }
        if path.icePolicy == .relay, !hasRelay {
            report(
                .conflict, at: policy.place,
                "'ice_transport: relay' needs a TURN server; add one to 'ice_servers', or write all"
            )
        }
    }

    /// The events channel: `none`, or what it speaks.
    ///
    /// Without the key there is one where the agent is known to speak OpenAI's events.
    private func events(_ entry: YAMLEntry?, of path: PathConfiguration) -> EventsDialect? {
        let standard: EventsDialect? =
            path.url == nil || path.signalling == .sdpPost ? .openAIRealtime : nil
        guard let entry else { return standard }
        return word(entry, EventsWord.self).map(\.dialect) ?? standard
    }

    private enum EventsWord: String, CaseIterable {
        case openAIRealtime = "openai-realtime"
        case text
        case none

        var dialect: EventsDialect? {
            switch self {
            case .openAIRealtime: .openAIRealtime
            case .text: .text
            case .none: nil
            }
        }
    }
}

/// The gateway's way to the agent.
extension ScenarioReader {
    private func upstream(_ fields: Fields, into path: inout PathConfiguration) {
        guard fields["url"] == nil else {
            refuse(
                ["upstream"], of: fields,
                because: "is for the gateway that a run starts itself; 'url' names another one")
            return
        }
        let title = "path '\(path.name)'"
        let remedy = "write upstream: {dialect: openai-realtime}"
        guard let entry = required("upstream", of: fields, title, remedy) else { return }
        let known = self.fields(
            entry.value, at: entry.place, of: .upstream, title: "the upstream of \(title)")
        path.upstream = known.flatMap { upstream($0, of: path) }
    }

    private func upstream(
        _ fields: Fields, of path: PathConfiguration
    ) -> UpstreamConfiguration? {
        if let transport = fields["transport"], transport.value.text != "websocket" {
            wrong(transport, "the gateway speaks websocket to the agent; leave it out")
        }
        let remedy = "write dialect: openai-realtime or dialect: binary"
        let dialect = required("dialect", of: fields, "'upstream'", remedy).flatMap {
            word($0, DialectName.self)
        }
        let codec = messageCodec(fields["codec"], dialect: dialect)
        var upstream = UpstreamConfiguration(
            dialect: dialect ?? .openAIRealtime, codec: codec, chunk: path.ptime)
        if let chunk = fields["chunk"] {
            assign(self.chunk(chunk, dialect: dialect, ptime: path.ptime), to: &upstream.chunk)
        }
        upstream.url = fields["url"].flatMap { url($0, to: .webSocket) }
        if let session = fields["session"] { upstream.session = self.session(session) }
        if let headers = fields["headers"] { upstream.headers = self.headers(headers) }
        if let auth = fields["auth"] { upstream.authorization = authorization(auth) }
        if let tls = fields["tls"] { upstream.tls = trust(tls, url: upstream.url) }
        return dialect == nil ? nil : upstream
    }
}

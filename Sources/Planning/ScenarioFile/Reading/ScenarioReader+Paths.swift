import Audio
import Timeline

/// The keys of one path.
extension ScenarioReader {
    /// Calls are told apart on the wire by four bits of path.
    static let pathsAtMost = 16

    func paths(_ entry: YAMLEntry) -> [PathConfiguration] {
        guard case .mapping(let entries) = entry.value.content, !entries.isEmpty else {
            wrong(entry, "name at least one path, as in rtp: {transport: rtp}", code: .wrongType)
            return []
        }
        if entries.count > Self.pathsAtMost {
            report(
                .outOfRange, at: entry.place,
                "\(entries.count) paths; a run compares at most \(Self.pathsAtMost)"
            )
        }
        return entries.compactMap { path in
            if !Self.isName(path.key) {
                report(
                    .unknownValue, at: path.place,
                    "a path is named '\(path.key)'; use letters, digits, '-' and '_'"
                )
            }
            return self.path(path)
        }
    }

    private func path(_ entry: YAMLEntry) -> PathConfiguration? {
        let title = "path '\(entry.key)'"
        guard case .mapping(let entries) = entry.value.content else {
            wrong(
                entry, "write {transport: websocket, dialect: openai-realtime} or {transport: rtp}")
            return nil
        }
        guard let key = entries.first(where: { $0.key == "transport" }) else {
            report(
                .missingKey, at: entry.place,
                "\(title) has no 'transport'; write transport: websocket or transport: rtp"
            )
            return nil
        }
        guard let transport = word(key, Transport.self, later: ["rest"]) else {
            return nil
        }
        switch transport {
        case .websocket:
            return fields(entry.value, at: entry.place, of: .websocketPath, title: title).flatMap {
                webSocketPath(entry.key, $0)
            }
        case .rtp:
            return fields(entry.value, at: entry.place, of: .rtpPath, title: title).map {
                rtpPath(entry.key, $0)
            }
        case .webrtc:
            return fields(entry.value, at: entry.place, of: .webrtcPath, title: title).map {
                webRTCPath(entry.key, $0)
            }
        case .hybrid:
            return fields(entry.value, at: entry.place, of: .hybridPath, title: title).map {
                hybridPath(entry.key, $0)
            }
        }
    }

    private func rtpPath(_ name: String, _ fields: Fields) -> PathConfiguration {
        var path = PathConfiguration(
            name: name, transport: .rtp, codec: .opus, player: .jitterBuffer(.milliseconds(60))
        )
        path.url = fields["url"].flatMap { url($0, to: .packets) }
        packets(fields, into: &path)
        return path
    }

    /// The keys of audio in RTP packets, whatever brings them there.
    func packets(_ fields: Fields, into path: inout PathConfiguration) {
        path.codec = codec(
            fields["codec"], among: [.opus, .pcmu, .pcma], default: .opus,
            on: path.transport.rawValue)
        path.ptime = ptime(fields["ptime"], codec: path.codec)
        path.chunk = path.ptime
        if let dtx = fields["dtx"] { assign(flag(dtx), to: &path.dtx) }
        if let player = fields["player"] {
            assign(packetPlayer(player, of: path.transport), to: &path.player)
        }
        if let id = fields["level_id"] { assign(whole(id, in: 1...14), to: &path.levelID) }
        if let type = fields["payload_type"] {
            if path.codec == .opus {
                // RFC 5761 §4: 64...95 would be taken for RTCP on the same port.
                assign(whole(type, in: 96...127), to: &path.payloadType)
            } else {
                report(
                    .conflict, at: type.place,
                    "'payload_type' is for opus; \(path.codec.rawValue) has its own, leave it out"
                )
            }
        }
        if let rtcp = fields["rtcp"], rtcp.value.text != "mux" {
            report(
                .notInThisVersion, at: rtcp.value.place,
                "'rtcp' is \(rtcp.value.kindName); this version knows 'mux' alone"
            )
        }
    }

    private func webSocketPath(_ name: String, _ fields: Fields) -> PathConfiguration? {
        let title = "path '\(name)'"
        let remedy = "write dialect: openai-realtime or dialect: binary"
        let dialect = required("dialect", of: fields, title, remedy).flatMap {
            word($0, DialectName.self)
        }
        var path = PathConfiguration(
            name: name, transport: .websocket, dialect: dialect, codec: .pcm16,
            player: .playback(flushesOnEvent: true)
        )
        path.codec = messageCodec(fields["codec"], dialect: dialect)
        path.ptime = ptime(fields["ptime"], codec: path.codec)
        path.chunk = path.ptime
        if let chunk = fields["chunk"] {
            assign(self.chunk(chunk, dialect: dialect, ptime: path.ptime), to: &path.chunk)
        }
        path.url = fields["url"].flatMap { url($0, to: .webSocket) }
        if let dtx = fields["dtx"] { assign(flag(dtx), to: &path.dtx) }
        if let player = fields["player"] { assign(webSocketPlayer(player), to: &path.player) }
        if let session = fields["session"] { path.session = self.session(session) }
        if let headers = fields["headers"] { path.headers = self.headers(headers) }
        if let auth = fields["auth"] { path.authorization = authorization(auth) }
        if let tls = fields["tls"] { path.tls = trust(tls, url: path.url) }
        return dialect == nil ? nil : path
    }

    /// The codec in the messages of a dialect; anything where the dialect itself is wrong.
    func messageCodec(_ entry: YAMLEntry?, dialect: DialectName?) -> CodecName {
        switch dialect {
        case .openAIRealtime:
            codec(entry, among: [.pcm16, .pcmu, .pcma], default: .pcm16, on: "openai-realtime")
        case .binary: codec(entry, among: [.opus, .pcm16], default: .opus, on: "binary")
        case nil: codec(entry, among: CodecName.allCases, default: .pcm16, on: "websocket")
        }
    }

    private func codec(
        _ entry: YAMLEntry?, among allowed: [CodecName], default standard: CodecName,
        on carrier: String
    ) -> CodecName {
        guard let entry, let codec = word(entry, CodecName.self) else { return standard }
        if allowed.contains(codec) { return codec }
        let names = Suggestion.alternatives(allowed.map(\.rawValue))
        report(
            .conflict, at: entry.value.place,
            "'codec' is '\(codec.rawValue)', which \(carrier) does not carry; write \(names)"
        )
        return standard
    }

    private func ptime(_ entry: YAMLEntry?, codec: CodecName) -> Nanoseconds {
        let standard = Nanoseconds.milliseconds(20)
        guard let entry, let span = tens(entry, in: .milliseconds(10)...(.milliseconds(60))) else {
            return standard
        }
        let isOpusLength = [10, 20, 40, 60].contains { span == .milliseconds($0) }
        guard codec != .opus || isOpusLength else {
            wrong(entry, "Opus has frames of 10ms, 20ms, 40ms or 60ms")
            return standard
        }
        return span
    }

    func chunk(
        _ entry: YAMLEntry, dialect: DialectName?, ptime: Nanoseconds
    ) -> Nanoseconds? {
        guard let span = tens(entry, in: .milliseconds(10)...(.seconds(1))) else { return nil }
        guard dialect != .binary || span == ptime else {
            report(
                .conflict, at: entry.value.place,
                "'chunk' is \(entry.value.kindName), but binary carries one frame a message; "
                    + "leave it out, or set 'ptime'"
            )
            return nil
        }
        return span
    }

    private func packetPlayer(
        _ entry: YAMLEntry, of transport: Transport
    ) -> PlayerConfiguration? {
        let article = transport == .rtp ? "an" : "a"
        let title = "the player of \(article) \(transport.rawValue) path"
        guard let fields = fields(entry.value, at: entry.place, of: .rtpPlayer, title: title),
            let buffer = required(
                "jitter_buffer", of: fields, "'player'",
                "write {jitter_buffer: 60ms} or {jitter_buffer: adaptive}"
            )
        else { return nil }
        if buffer.value.text == "adaptive" { return .adaptiveJitterBuffer }
        return duration(buffer, in: .zero...(.seconds(2))).map { .jitterBuffer($0) }
    }

    private func webSocketPlayer(_ entry: YAMLEntry) -> PlayerConfiguration? {
        guard let fields = fields(entry.value, at: entry.place, of: .websocketPlayer),
            let flush = required(
                "flush", of: fields, "'player'", "write {flush: on_event} or {flush: never}")
        else { return nil }
        return word(flush, FlushPolicy.self).map { .playback(flushesOnEvent: $0 == .onEvent) }
    }

    private enum FlushPolicy: String, CaseIterable { case onEvent = "on_event", never }

    private static func isName(_ name: String) -> Bool {
        let isWord = name.utf8.allSatisfy {
            (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
                || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
        }
        return isWord && (1...64).contains(name.utf8.count)
    }
}

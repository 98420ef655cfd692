extension AudioSection {
    static let levelExtension = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
    static let midExtension = "urn:ietf:params:rtp-hdrext:sdes:mid"

    /// Reads a section of audio; `nil` where it has no format or transport this project knows.
    init?(_ outline: SDPSectionOutline, session: [SDPLine]) {
        guard outline.media == "audio", outline.profile.contains("RTP/SAVP") else { return nil }
        let attributes = SDPAttributes(own: outline.attributes, session: session)
        formats = AudioSection.formats(of: outline)
        guard !formats.isEmpty else { return nil }
        mid = outline.mid
        profile = outline.profile
        direction = AudioSection.direction(in: attributes)
        levelID = AudioSection.headerExtension(Self.levelExtension, in: attributes)
        midID = AudioSection.headerExtension(Self.midExtension, in: attributes)
        isMultiplexed = attributes.has("rtcp-mux") || attributes.has("rtcp-mux-only")
        hasReducedSize = attributes.has("rtcp-rsize")
        reportsRoundTrip = attributes.all("rtcp-xr").contains { line in
            line.value.sdpWords.contains { $0.hasPrefix("rcvr-rtt") }
        }
        let time: Int? = attributes.first("ptime").flatMap { $0.value.sdpNumber() }
        packetTime = time.flatMap { 1...240 ~= $0 ? $0 : nil }
        let words = attributes.first("msid")?.value.sdpWords.prefix(2) ?? []
        let isWritable = !words.isEmpty && words.allSatisfy { $0.isSDPToken(limit: 255) }
        stream = isWritable ? words.joined(separator: " ") : nil
        (ssrc, cname) = AudioSection.source(in: outline.attributes)
    }

    /// The formats this project knows, in the order of the `m=` line.
    private static func formats(of outline: SDPSectionOutline) -> [AudioFormat] {
        var encodings: [UInt8: Substring] = [:]
        var parameters: [UInt8: Substring] = [:]
        for line in outline.attributes where line.name == "rtpmap" || line.name == "fmtp" {
            let (number, rest) = line.value.sdpSplit(at: " ")
            guard let type = number.sdpNumber(UInt8.self), let rest else { continue }
            if line.name == "rtpmap" { encodings[type] = rest } else { parameters[type] = rest }
        }
        var seen: Set<UInt8> = []
        return outline.formats.compactMap { word in
            guard let type = word.sdpNumber(UInt8.self), AudioFormat.isUsable(payloadType: type),
                seen.insert(type).inserted,
                let codec = encodings[type].map({ SDPCodec(encoding: $0) })
                    ?? SDPCodec(staticPayloadType: type)
            else { return nil }
            let written = parameters[type].map { $0.sdpWords.joined(separator: " ") }
            let isWritable = written?.utf8.allSatisfy { (0x20...0x7E).contains($0) } ?? false
            return AudioFormat(
                payloadType: type, codec: codec, parameters: isWritable ? written : nil)
        }
    }

    private static func direction(in attributes: SDPAttributes) -> MediaDirection {
        for lines in [attributes.own, attributes.session] {
            for line in lines {
                if let found = MediaDirection(rawValue: String(line.name)) { return found }
            }
        }
        return .sendrecv
    }

    /// The number of a header extension, where one-byte headers can carry it (RFC 8285 §4.2).
    private static func headerExtension(_ name: String, in attributes: SDPAttributes) -> UInt8? {
        for line in attributes.all("extmap") {
            let words = line.value.sdpWords
            guard words.count >= 2, words[1] == name,
                let number = words[0].sdpSplit(at: "/").0.sdpNumber(UInt8.self), 1...14 ~= number
            else { continue }
            return number
        }
        return nil
    }

    /// The first source that has a name, else the first (RFC 5576 §4.1).
    private static func source(in lines: [SDPLine]) -> (UInt32?, String?) {
        var first: UInt32?
        for line in lines where line.name == "ssrc" {
            let (number, rest) = line.value.sdpSplit(at: " ")
            guard let ssrc = number.sdpNumber(UInt32.self) else { continue }
            first = first ?? ssrc
            if let rest, rest.hasPrefix("cname:") {
                let name = rest.dropFirst("cname:".count)
                return (ssrc, name.isSDPToken(limit: 255) ? String(name) : nil)
            }
        }
        return (first, nil)
    }
}

extension DataSection {
    /// Reads a section of data channels; `nil` of any other application.
    init?(_ outline: SDPSectionOutline) {
        guard outline.media == "application", outline.profile.hasSuffix("DTLS/SCTP"),
            let format = outline.formats.first
        else { return nil }
        mid = outline.mid
        profile = outline.profile
        if let number = format.sdpNumber(UInt16.self) {
            form = .map
            port = number
        } else if format == "webrtc-datachannel" {
            form = .port
            // Required (RFC 8841 §5), but a peer that forgot it can only mean the usual one.
            port = outline.first("sctp-port").flatMap { $0.value.sdpNumber() } ?? 5_000
        } else {
            return nil
        }
        guard port > 0 else { return nil }
        let limit: Int? = outline.first("max-message-size").flatMap { $0.value.sdpNumber() }
        messageLimit = limit.map { $0 == 0 ? .max : $0 } ?? 65_536  // RFC 8841 §6.1
    }
}

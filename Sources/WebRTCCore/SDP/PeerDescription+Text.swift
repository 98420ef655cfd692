extension PeerDescription {
    /// The description as it is sent, with CRLF.
    ///
    /// Candidates stand in the section that describes the transport; addresses outside them are
    /// the placeholders of RFC 8840 §4.1.1, which no peer with ICE reads.
    package func text() -> String {
        var text = SDPText()
        text.line("v=0")
        // Below 2^63 (RFC 9429 §5.2.1).
        text.line("o=- \(sessionID & UInt64(Int64.max)) 2 IN IP4 127.0.0.1")
        text.line("s=-")
        text.line("t=0 0")
        if !bundle.isEmpty { text.attribute("group:BUNDLE \(bundle.joined(separator: " "))") }
        if isLite { text.attribute("ice-lite") }
        text.attribute("msid-semantic: WMS *")
        let dataComesFirst = data?.mid != nil && data?.mid == bundle.first
        for section in sections {
            switch section {
            case .audio:
                write(audio, to: &text)
                writeTransport(to: &text, withCandidates: !dataComesFirst)
            case .data:
                guard let data else { continue }
                write(data, to: &text)
                writeTransport(to: &text, withCandidates: dataComesFirst)
            case .rejected(let rejected):
                write(rejected, to: &text)
            }
        }
        return text.text
    }

    private func write(_ audio: AudioSection, to text: inout SDPText) {
        let numbers = audio.formats.map { "\($0.payloadType)" }.joined(separator: " ")
        text.line("m=audio 9 \(audio.profile) \(numbers)")
        text.line("c=IN IP4 0.0.0.0")
        if let mid = audio.mid { text.attribute("mid:\(mid)") }
        text.attribute(audio.direction.rawValue)
        if audio.isMultiplexed { text.attribute("rtcp-mux") }
        if audio.hasReducedSize { text.attribute("rtcp-rsize") }
        if audio.reportsRoundTrip { text.attribute("rtcp-xr:rcvr-rtt=all") }
        for format in audio.formats {
            text.attribute("rtpmap:\(format.payloadType) \(format.codec.encoding)")
            if let parameters = format.parameters {
                text.attribute("fmtp:\(format.payloadType) \(parameters)")
            }
        }
        if let time = audio.packetTime { text.attribute("ptime:\(time)") }
        if let number = audio.midID {
            text.attribute("extmap:\(number) \(AudioSection.midExtension)")
        }
        if let number = audio.levelID {
            text.attribute("extmap:\(number) \(AudioSection.levelExtension)")
        }
        if let stream = audio.stream { text.attribute("msid:\(stream)") }
        // A source without a name cannot be written (RFC 5576 §6.1).
        if let ssrc = audio.ssrc, let cname = audio.cname {
            text.attribute("ssrc:\(ssrc) cname:\(cname)")
        }
    }

    private func write(_ data: DataSection, to text: inout SDPText) {
        switch data.form {
        case .port: text.line("m=application 9 \(data.profile) webrtc-datachannel")
        case .map: text.line("m=application 9 \(data.profile) \(data.port)")
        }
        text.line("c=IN IP4 0.0.0.0")
        if let mid = data.mid { text.attribute("mid:\(mid)") }
        switch data.form {
        case .port: text.attribute("sctp-port:\(data.port)")
        case .map: text.attribute("sctpmap:\(data.port) webrtc-datachannel 1024")
        }
        let limit = data.messageLimit == .max ? 0 : data.messageLimit
        text.attribute("max-message-size:\(limit)")
    }

    private func write(_ rejected: RejectedSection, to text: inout SDPText) {
        let formats = rejected.formats.joined(separator: " ")
        text.line("m=\(rejected.media) 0 \(rejected.profile) \(formats)")
        text.line("c=IN IP4 0.0.0.0")
        if let mid = rejected.mid { text.attribute("mid:\(mid)") }
        text.attribute("inactive")
    }

    private func writeTransport(to text: inout SDPText, withCandidates: Bool) {
        text.attribute("ice-ufrag:\(credentials.ufrag)")
        text.attribute("ice-pwd:\(credentials.password)")
        if trickles { text.attribute("ice-options:trickle") }
        for fingerprint in fingerprints { text.attribute(fingerprint.attribute) }
        if let setup { text.attribute("setup:\(setup.rawValue)") }
        guard withCandidates else { return }
        for candidate in candidates { text.attribute(candidate.attribute) }
        if isComplete { text.attribute("end-of-candidates") }
    }
}

/// Lines of a description in the making.
struct SDPText {
    private(set) var text = ""

    mutating func line(_ line: String) { text += line + "\r\n" }
    mutating func attribute(_ attribute: String) { text += "a=" + attribute + "\r\n" }
}

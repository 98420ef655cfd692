extension PeerDescription {
    private static let candidateLimit = 128
    private static let fingerprintLimit = 16

    /// Reads an offer or an answer, with LF or CRLF.
    ///
    /// The first audio section with a format this project knows is used, and the first data
    /// section that shares its transport; all others become ``Section/rejected(_:)``. What is
    /// unknown is left out. At most 64 kB, 4,096 lines, 64 sections and 128 candidates are read.
    ///
    /// - Throws: what makes the description useless: no audio, no common codec, no credentials,
    ///   or a line that is not what it says. Whether an answer goes with its offer,
    ///   ``Negotiated`` finds out.
    package static func parse(_ text: String) throws(SDPProblem) -> PeerDescription {
        let outline = try SDPOutline(text)
        let (audioIndex, audio) = try usableAudio(in: outline)
        let group = outline.bundle(around: audio.mid)
        let found = usableData(in: outline, group: group)
        let used = [audio.mid, found?.1.mid].compactMap(\.self)
        let bundle = group.filter { used.contains($0) }

        // The section named first describes the transport of all (RFC 9143 §7.1); where it leaves
        // something out, another that shares it may say so.
        var indices = [audioIndex] + (found.map { [$0.0] } ?? [])
        if let tagged = bundle.first, found?.1.mid == tagged { indices.reverse() }
        let sources = indices.map {
            SDPAttributes(own: outline.sections[$0].attributes, session: outline.attributes)
        }
        let options = sources.flatMap { $0.all("ice-options") }
        return PeerDescription(
            sessionID: outline.sessionID,
            credentials: try credentials(in: sources, line: outline.sections[indices[0]].line),
            isLite: sources.contains { $0.has("ice-lite") },
            trickles: options.contains { $0.value.sdpWords.contains("trickle") },
            candidates: try candidates(in: sources),
            isComplete: sources.contains { $0.has("end-of-candidates") },
            fingerprints: try fingerprints(in: sources),
            setup: try setup(in: sources),
            bundle: bundle,
            audio: audio,
            data: found?.1,
            sections: outline.sections.enumerated().map { index, section in
                if index == audioIndex { return .audio }
                if index == found?.0 { return .data }
                return .rejected(RejectedSection(section))
            }
        )
    }

    private static func usableAudio(
        in outline: SDPOutline
    ) throws(SDPProblem) -> (Int, AudioSection) {
        var refused: Int?
        var unknown: Int?
        for (index, section) in outline.sections.enumerated() where section.media == "audio" {
            if section.isRefused {
                refused = refused ?? section.line
            } else if let audio = AudioSection(section, session: outline.attributes) {
                return (index, audio)
            } else {
                unknown = unknown ?? section.line
            }
        }
        if let unknown {
            throw SDPProblem(
                .noCommonCodec, line: unknown,
                "the audio section has none of opus/48000/2, PCMU/8000 and PCMA/8000 over DTLS-SRTP"
            )
        }
        if let refused {
            throw SDPProblem(
                .audioRefused, line: refused,
                "the peer refused the audio (port 0): check the codecs it takes")
        }
        throw SDPProblem(.noAudio, "there is no m=audio section; a voice session needs one")
    }

    private static func usableData(
        in outline: SDPOutline, group: [String]
    ) -> (Int, DataSection)? {
        for (index, section) in outline.sections.enumerated() where !section.isRefused {
            // One transport only: a data section outside the group would need a second.
            guard let data = DataSection(section), let mid = data.mid, group.contains(mid)
            else { continue }
            return (index, data)
        }
        return nil
    }

    private static func credentials(
        in sources: [SDPAttributes], line: Int
    ) throws(SDPProblem) -> ICECredentials {
        for source in sources {
            guard let ufrag = source.first("ice-ufrag"), let password = source.first("ice-pwd")
            else { continue }
            guard
                let found = ICECredentials(
                    ufrag: String(ufrag.value), password: String(password.value))
            else {
                throw SDPProblem(
                    .noCredentials, line: ufrag.number,
                    "ice-ufrag needs 4 and ice-pwd 22 to 256 letters, digits, '+' or '/'")
            }
            return found
        }
        throw SDPProblem(
            .noCredentials, line: line, "a=ice-ufrag and a=ice-pwd are missing from the section")
    }

    private static func candidates(
        in sources: [SDPAttributes]
    ) throws(SDPProblem) -> [ICECandidate] {
        for source in sources {
            let lines = source.own.filter { $0.name == "candidate" }
            guard lines.count <= candidateLimit else {
                throw SDPProblem(
                    .tooLarge, line: lines[candidateLimit].number,
                    "the section has more than \(candidateLimit) candidates")
            }
            let usable = lines.compactMap { ICECandidate(usable: $0.value) }
            if !usable.isEmpty { return usable }
        }
        return []
    }

    private static func fingerprints(
        in sources: [SDPAttributes]
    ) throws(SDPProblem) -> [Fingerprint] {
        for source in sources {
            let lines = source.all("fingerprint")
            guard lines.count <= fingerprintLimit else {
                throw SDPProblem(
                    .tooLarge, line: lines[fingerprintLimit].number,
                    "the section has more than \(fingerprintLimit) fingerprints")
            }
            var found: [Fingerprint] = []
            for line in lines {
                guard let fingerprint = Fingerprint(attribute: String(line.value)) else {
                    throw SDPProblem(
                        .syntax, line: line.number,
                        "\(line.value.sdpQuoted) is no fingerprint; one is 'sha-256 AB:CD:…'")
                }
                found.append(fingerprint)
            }
            if !found.isEmpty { return found }
        }
        return []
    }

    private static func setup(in sources: [SDPAttributes]) throws(SDPProblem) -> SetupRole? {
        for source in sources {
            guard let line = source.first("setup") else { continue }
            guard let role = SetupRole(rawValue: String(line.value)) else {
                throw SDPProblem(
                    .setup, line: line.number,
                    "setup \(line.value.sdpQuoted) is none of actpass, active and passive")
            }
            return role
        }
        return nil
    }
}

extension ICECandidate {
    /// The value of `a=candidate`, where this project can use it: numeric, UDP, component 1.
    init?(usable value: Substring) {
        self.init(attribute: "candidate:\(value)")
        guard transport == .udp, component == 1 else { return nil }
    }
}

extension RejectedSection {
    init(_ outline: SDPSectionOutline) {
        media = outline.media
        profile = outline.profile
        formats = outline.formats.map(String.init)
        mid = outline.mid
        let isKnown =
            DataSection(outline) != nil || AudioSection(outline, session: []) != nil
        reason = outline.isRefused ? .refused : isKnown ? .surplus : .unsupported
    }
}

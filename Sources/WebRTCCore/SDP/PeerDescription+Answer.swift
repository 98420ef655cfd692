extension PeerDescription {
    /// Answers an offer: its sections in its order, its numbers, one audio format.
    ///
    /// - Parameters:
    ///   - codecs: those the answerer can take, its favourite first.
    ///   - setup: the answerer's DTLS role; `actpass` is no answer.
    /// - Throws: `noCommonCodec`, `noMultiplexing`, `noFingerprint`, `weakHash`, `setup`.
    package static func answer(
        to offer: PeerDescription, from endpoint: SDPEndpoint,
        codecs: [SDPCodec] = [.opus, .pcmu, .pcma], setup: SetupRole
    ) throws(SDPProblem) -> PeerDescription {
        try offer.checkSecurity(named: "offer")
        guard SetupRole.roles(offer: offer.setup, answer: setup) != nil else {
            throw SDPProblem.roles(offer: offer.setup, answer: setup)
        }
        let chosen = codecs.lazy.compactMap { codec in
            offer.audio.formats.first { $0.codec == codec }
        }.first
        guard let chosen else {
            let wanted = codecs.map(\.encoding).joined(separator: ", ")
            let found = offer.audio.formats.map(\.codec.encoding).joined(separator: ", ")
            throw SDPProblem(
                .noCommonCodec, "the offer has \(found); this side takes \(wanted) only")
        }
        let direction = offer.audio.direction.mirrored
        let audio = AudioSection(
            mid: offer.audio.mid, profile: offer.audio.profile, direction: direction,
            formats: [.usual(chosen.codec, payloadType: chosen.payloadType)],
            levelID: offer.audio.levelID, midID: offer.audio.midID, ssrc: endpoint.ssrc,
            cname: endpoint.cname, stream: direction.sends ? endpoint.stream : nil,
            isMultiplexed: true, hasReducedSize: offer.audio.hasReducedSize,
            reportsRoundTrip: offer.audio.reportsRoundTrip && endpoint.reportsRoundTrip,
            packetTime: endpoint.packetTime)
        let data = offer.data.map {
            DataSection(
                mid: $0.mid, profile: $0.profile, form: $0.form, port: endpoint.dataPort,
                messageLimit: endpoint.messageLimit)
        }
        return endpoint.description(
            setup: setup, bundle: offer.bundle, audio: audio, data: data, sections: offer.sections)
    }

    /// Whether the peer can be known by its certificate, and be reached on one port.
    ///
    /// - Parameter name: what this description is to the reader, for the message.
    func checkSecurity(named name: String) throws(SDPProblem) {
        guard audio.isMultiplexed else {
            throw SDPProblem(
                .noMultiplexing,
                "the \(name) keeps RTCP on a port of its own; a=rtcp-mux is required")
        }
        guard !fingerprints.isEmpty else {
            throw SDPProblem(
                .noFingerprint,
                "the \(name) has no a=fingerprint, so its certificate could be anybody's")
        }
        guard !strongFingerprints.isEmpty else {
            throw SDPProblem(
                .weakHash,
                "the \(name) has \(Substring(fingerprints[0].algorithm).sdpQuoted) fingerprints"
                    + " only; SHA-256, SHA-384 or SHA-512 is required")
        }
    }
}

extension SDPProblem {
    static func roles(offer: SetupRole?, answer: SetupRole?) -> SDPProblem {
        let offered = offer?.rawValue ?? "no role"
        let answered = answer?.rawValue ?? "no role"
        return SDPProblem(
            .setup,
            "setup \(answered) does not answer \(offered): one side is active, the other passive")
    }
}

/// What an offer and its answer have agreed on, as one of the two sides sees it.
package struct Negotiated: Equatable, Sendable {
    /// Which of the two descriptions is one's own.
    package enum Side: Sendable { case offerer, answerer }

    package let codec: SDPCodec
    /// What packets to the peer carry: the number the peer described.
    package let sendPayloadType: UInt8
    /// What packets from the peer carry: the number described to it.
    package let receivePayloadType: UInt8
    package let sends: Bool
    package let receives: Bool
    /// Header extension of the audio level (RFC 6464), where both have it.
    package let levelID: UInt8?
    /// Header extension of the section's name, where both have it and ``mid`` fits into it.
    package let midID: UInt8?
    /// Name of the audio section.
    package let mid: String?
    /// The source the peer said it sends with.
    package let remoteSSRC: UInt32?
    /// Milliseconds of audio the peer would like in one packet.
    package let packetTime: Int?
    package let hasReducedSize: Bool
    /// Both answer receiver reference time reports.
    package let reportsRoundTrip: Bool
    /// One's own role in the DTLS handshake.
    package let role: DTLSRole
    /// The certificates the peer may show; SHA-256 or stronger, at least one.
    package let fingerprints: [Fingerprint]
    package let credentials: ICECredentials
    package let isLite: Bool
    /// The peer's port, and bytes of the largest message it takes; `nil` without data channels.
    package let data: DataSection?

    /// Compares an answer with its offer.
    ///
    /// - Throws: `doesNotFit` where sections differ, `noCommonCodec`, `noMultiplexing`,
    ///   `noFingerprint`, `weakHash`, `setup`.
    package init(
        offer: PeerDescription, answer: PeerDescription, as side: Side
    ) throws(SDPProblem) {
        let (local, remote) = side == .offerer ? (offer, answer) : (answer, offer)
        try remote.checkSecurity(named: side == .offerer ? "answer" : "offer")
        let hasData = try Self.fit(offer, answer)
        guard let (offered, answered) = Self.format(offer, answer) else {
            throw SDPProblem(
                .noCommonCodec,
                "the answer has none of the offered \(offer.audio.formats.map(\.codec.encoding))")
        }
        guard let roles = SetupRole.roles(offer: offer.setup, answer: answer.setup) else {
            throw SDPProblem.roles(offer: offer.setup, answer: answer.setup)
        }
        codec = answered.codec
        sendPayloadType = side == .offerer ? answered.payloadType : offered.payloadType
        receivePayloadType = side == .offerer ? offered.payloadType : answered.payloadType
        sends = local.audio.direction.sends && remote.audio.direction.receives
        receives = local.audio.direction.receives && remote.audio.direction.sends
        levelID = answer.audio.levelID == offer.audio.levelID ? answer.audio.levelID : nil
        mid = offer.audio.mid
        // A one-byte header has room for 16 bytes (RFC 8285 §4.2).
        let fits = (1...16).contains(offer.audio.mid?.utf8.count ?? 0)
        midID = fits && answer.audio.midID == offer.audio.midID ? answer.audio.midID : nil
        remoteSSRC = remote.audio.ssrc
        packetTime = remote.audio.packetTime
        hasReducedSize = offer.audio.hasReducedSize && answer.audio.hasReducedSize
        reportsRoundTrip = offer.audio.reportsRoundTrip && answer.audio.reportsRoundTrip
        role = side == .offerer ? roles.offerer : roles.answerer
        fingerprints = remote.strongFingerprints
        credentials = remote.credentials
        isLite = remote.isLite
        data = hasData ? remote.data : nil
    }

    /// Whether data channels were agreed on; throws where the sections do not match.
    private static func fit(
        _ offer: PeerDescription, _ answer: PeerDescription
    ) throws(SDPProblem) -> Bool {
        guard offer.sections.count == answer.sections.count else {
            throw SDPProblem(
                .doesNotFit,
                "the answer has \(answer.sections.count) sections, its offer"
                    + " \(offer.sections.count); every section is answered, if only with port 0")
        }
        for (index, (offered, answered)) in zip(offer.sections, answer.sections).enumerated() {
            switch (offered, answered) {
            case (.audio, .audio), (.data, .data), (.data, .rejected), (.rejected, .rejected):
                continue
            case (.audio, _), (.data, .audio), (.rejected, _):
                throw SDPProblem(
                    .doesNotFit, "section \(index + 1) of the answer is of another kind than asked")
            }
        }
        if let name = answer.audio.mid, name != offer.audio.mid {
            throw SDPProblem(
                .doesNotFit,
                "the answer calls the audio section \(Substring(name).sdpQuoted),"
                    + " its offer \(Substring(offer.audio.mid ?? "").sdpQuoted)")
        }
        return offer.data != nil && answer.data != nil && offer.data?.mid == answer.data?.mid
    }

    /// The first answered format that was offered: by number and codec, else by codec alone.
    private static func format(
        _ offer: PeerDescription, _ answer: PeerDescription
    ) -> (AudioFormat, AudioFormat)? {
        for answered in answer.audio.formats {
            let alike = offer.audio.formats.filter { $0.codec == answered.codec }
            let exact = alike.first { $0.payloadType == answered.payloadType }
            if let offered = exact ?? alike.first { return (offered, answered) }
        }
        return nil
    }
}

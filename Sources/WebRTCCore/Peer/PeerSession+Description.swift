import RTPCore
package import Timeline

/// Offers, answers, and what they settle.
extension PeerSession {
    /// Begins to offer: the candidates are gathered.
    ///
    /// - Parameter bases: addresses this side's sockets are bound to, or stand behind.
    package func start(bases: [TransportAddress], at now: RunInstant) {
        self.bases = bases
        if !settings.isRelayOnly {
            for base in bases { add(.host(base), base: base, at: now) }
        }
        gathering.start(settings.servers, bases: bases, generator: &generator, at: now)
    }

    /// Asks further servers, as an answer to the offer names them; what they tell is trickled.
    package func gather(_ servers: [PeerSettings.Server], at now: RunInstant) {
        gathering.start(
            servers, from: settings.servers.count, bases: bases, generator: &generator, at: now)
    }

    /// The offer with every candidate found so far; always the same but for those.
    package func offer() -> String { description().text() }

    private func description() -> PeerDescription {
        PeerDescription.offer(
            from: endpoint, formats: settings.codecs, levelID: settings.levelID,
            midID: settings.mediaIDExtension, hasData: settings.channel != nil)
    }

    private var endpoint: SDPEndpoint {
        var endpoint = SDPEndpoint(
            sessionID: UInt64(ssrc) << 20, credentials: credentials, fingerprint: fingerprint,
            ssrc: ssrc, cname: name)
        endpoint.isLite = settings.isLite
        endpoint.candidates = localCandidates
        endpoint.isComplete = gathering.isComplete
        endpoint.packetTime = settings.packetTime
        endpoint.messageLimit = DataChannels.maxMessageSize
        return endpoint
    }

    /// Takes the answer to the offer; checks begin.
    ///
    /// - Returns: what the two agree on.
    /// - Throws: with the code `sdp` what is wrong with the answer.
    package func accept(
        answer text: String, at now: RunInstant
    ) throws(PeerFailure) -> PeerAgreement {
        guard stage == .describing else {
            throw PeerFailure(code: "sdp", detail: "a second answer came for the same offer")
        }
        let answer = try Self.parse(text)
        let negotiated = try Self.negotiate(offer: description(), answer: answer, as: .offerer)
        return try begin(negotiated, candidates: answer, at: now)
    }

    /// Answers an offer; checks begin.
    ///
    /// - Throws: with the code `sdp` what is wrong with the offer.
    package func answer(
        to text: String, bases: [TransportAddress], at now: RunInstant
    ) throws(PeerFailure) -> String {
        self.bases = bases
        for base in bases { add(.host(base), base: base, at: now) }
        let offer = try Self.parse(text)
        let answer: PeerDescription
        do throws(SDPProblem) {
            // The side with the answer waits for the other's handshake: it may know no address yet.
            let setup: SetupRole = offer.setup == .passive ? .active : .passive
            answer = try PeerDescription.answer(
                to: offer, from: endpoint, codecs: settings.codecs.map(\.codec), setup: setup)
        } catch {
            throw PeerFailure(error)
        }
        let negotiated = try Self.negotiate(offer: offer, answer: answer, as: .answerer)
        _ = try begin(negotiated, candidates: offer, at: now)
        return answer.text()
    }

    /// More candidates of the peer (RFC 8840); what cannot be read is left out.
    package func add(remoteFragment text: String, at now: RunInstant) {
        guard let fragment = try? TrickleFragment.parse(text) else { return }
        for candidate in fragment.candidates { ice.add(remote: candidate, at: now) }
        if fragment.isComplete { ice.endRemoteCandidates() }
    }

    /// What tells the peer of candidates that were found after the offer.
    package func fragment(_ candidates: [ICECandidate]) -> String {
        TrickleFragment(
            credentials: credentials, mid: "0", candidates: candidates,
            isComplete: gathering.isComplete
        ).text()
    }

    /// What DTLS puts around a packet, at most: header, explicit nonce, tag or MAC and padding.
    private static var recordOverhead: Int { 96 }

    private func begin(
        _ negotiated: Negotiated, candidates remote: PeerDescription, at now: RunInstant
    ) throws(PeerFailure) -> PeerAgreement {
        do throws(DTLSProblem) {
            dtls = try DTLSTransport(
                context: context, role: negotiated.role, expecting: negotiated.fingerprints,
                mtu: settings.datagramLimit, patience: settings.patience)
        } catch {
            throw PeerFailure(code: "dtls_setup", detail: "\(error)")
        }
        if let data = negotiated.data {
            channels = DataChannels(
                role: negotiated.role,
                generator: SeededGenerator(seed: generator.next(), stream: "sctp"),
                maxPacket: settings.datagramLimit - Self.recordOverhead,
                peerMaxMessageSize: data.messageLimit, localPort: endpoint.dataPort,
                remotePort: data.port)
        }
        let agreement = PeerAgreement(
            codec: negotiated.codec, payloadType: negotiated.sendPayloadType,
            receivedPayloadType: negotiated.receivePayloadType, levelID: negotiated.levelID,
            mediaID: negotiated.midID.map { MediaIDElement(id: $0, name: negotiated.mid ?? "") }
                ?? .none,
            remoteSSRC: negotiated.remoteSSRC, packetTime: negotiated.packetTime,
            reportsRoundTrip: negotiated.reportsRoundTrip, hasChannel: negotiated.data != nil)
        self.agreement = agreement
        connecting(at: now)
        for candidate in remote.candidates { ice.add(remote: candidate, at: now) }
        if remote.isComplete { ice.endRemoteCandidates() }
        ice.setRemote(negotiated.credentials, isLite: negotiated.isLite, at: now)
        return agreement
    }

    /// Whose name a first check bears; `nil` of anything that is no check.
    package static func addressee(of datagram: UnsafeRawBufferPointer) -> String? {
        ICEAgent.addressee(of: datagram)
    }

    private static func parse(_ text: String) throws(PeerFailure) -> PeerDescription {
        do throws(SDPProblem) {
            return try PeerDescription.parse(text)
        } catch {
            throw PeerFailure(error)
        }
    }

    private static func negotiate(
        offer: PeerDescription, answer: PeerDescription, as side: Negotiated.Side
    ) throws(PeerFailure) -> Negotiated {
        do throws(SDPProblem) {
            return try Negotiated(offer: offer, answer: answer, as: side)
        } catch {
            throw PeerFailure(error)
        }
    }
}

extension PeerFailure {
    init(_ problem: SDPProblem) { self.init(code: "sdp", detail: "\(problem)") }
}

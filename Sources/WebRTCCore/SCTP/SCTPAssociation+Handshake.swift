import Timeline

/// Setting up and taking down (RFC 9260 §5 and §9).
extension SCTPAssociation {
    mutating func start(at now: RunInstant) {
        guard state == .closed else { return }
        state = .cookieWait
        pending.isInitDue = true
        failures = 0
        timers.handshake = now + roundTrip.timeout
    }

    /// Ends once everything appended has arrived (§9.2).
    mutating func shutDown(at now: RunInstant) {
        switch state {
        case .closed, .cookieWait:
            finish()
        case .cookieEchoed:
            pending.farewell = (SCTPCode.causeUserInitiated, "")
            finish()
        case .established:
            state = .shutdownPending
            continueShutdown(at: now)
        case .shutdownPending, .shutdownSent, .shutdownReceived, .shutdownAckSent, .ended:
            break
        }
    }

    /// Ends now, telling the peer (§9.1).
    mutating func terminate() {
        guard state != .ended else { return }
        if peerTag != 0 { pending.farewell = (SCTPCode.causeUserInitiated, "") }
        finish()
    }

    /// Takes the next step of a shutdown once nothing is left to be acknowledged.
    mutating func continueShutdown(at now: RunInstant) {
        guard queue.isEmpty, flight.isEmpty else { return }
        switch state {
        case .shutdownPending: state = .shutdownSent
        case .shutdownReceived: state = .shutdownAckSent
        case .closed, .cookieWait, .cookieEchoed, .established, .shutdownSent, .shutdownAckSent,
            .ended:
            return
        }
        failures = 0
        timers.heartbeat = nil
        timers.retransmission = nil
        timers.handshake = now + roundTrip.timeout
        queueShutdown()
    }

    mutating func queueShutdown() {
        if state == .shutdownAckSent { return queueControl(.shutdownAck) { _ in } }
        let cumulative = received.cumulative
        queueControl(.shutdown) { $0.append(bigEndian: cumulative) }
    }

    mutating func queueCookieEcho() {
        let echo = echo
        queueControl(.cookieEcho) { $0.append(echo) }
    }

    /// An INIT, alone in its packet and with the tag zero (§5.1 B, §5.2.1, §5.2.2).
    mutating func readInit(
        _ bytes: UnsafeRawBufferPointer, in body: Range<Int>, at now: RunInstant
    ) {
        guard let initiation = SCTPInitiation(reading: bytes, in: body) else {
            refused += 1
            return
        }
        switch state {
        case .closed, .cookieWait, .cookieEchoed:
            offer = initiation
            pending.isInitAckDue = true
        case .established where initiation.tag == peerTag:
            // A copy that was late; its answer is too, and does no harm.
            pending.isInitAckDue = offer != nil
        case .established:
            fail(
                .restarted, "the peer began a new association inside the old one",
                cause: SCTPCode.causeProtocolViolation)
        case .shutdownAckSent:
            queueShutdown()
        case .shutdownPending, .shutdownSent, .shutdownReceived, .ended:
            refused += 1
        }
    }

    mutating func readInitAck(
        _ bytes: UnsafeRawBufferPointer, in body: Range<Int>, at now: RunInstant
    ) {
        guard state == .cookieWait else { return }
        guard let answer = SCTPInitiation(reading: bytes, in: body), !answer.cookie.isEmpty else {
            refused += 1
            return
        }
        adopt(answer)
        echo = answer.cookie
        state = .cookieEchoed
        failures = 0
        timers.handshake = now + roundTrip.timeout
        queueCookieEcho()
        guard !answer.unrecognized.isEmpty else { return }
        queueControl(.error) { buffer in
            SCTPChunk.append(parameter: SCTPCode.causeUnrecognizedParameters, to: &buffer) {
                for parameter in answer.unrecognized { $0.append(parameter) }
            }
        }
    }

    /// The peer returns the cookie: it has our answer (§5.1 D, §5.2.4).
    mutating func readCookieEcho(
        _ bytes: UnsafeRawBufferPointer, in body: Range<Int>, at now: RunInstant
    ) {
        guard let offer, body.count == 16,
            bytes.sctpU32(at: body.lowerBound) == UInt32(truncatingIfNeeded: cookie >> 32),
            bytes.sctpU32(at: body.lowerBound + 4) == UInt32(truncatingIfNeeded: cookie),
            bytes.sctpU32(at: body.lowerBound + 8) == offer.tag,
            bytes.sctpU32(at: body.lowerBound + 12) == offer.firstTSN
        else {
            refused += 1
            return
        }
        switch state {
        case .closed, .cookieWait, .cookieEchoed:
            // Where both sides began, both have the same of each other (§5.2.4 B and D).
            adopt(offer)
            establish(at: now)
        case .established, .shutdownPending, .shutdownReceived:
            guard offer.tag == peerTag else {
                refused += 1
                return
            }
        case .shutdownSent, .shutdownAckSent, .ended:
            return
        }
        // First in its packet, before data: a peer without it may take nothing else.
        insertControl(.cookieAck)
    }

    mutating func readCookieAck(at now: RunInstant) {
        guard state == .cookieEchoed else { return }
        establish(at: now)
    }

    /// The cookie this side gives out for an offer: RFC 9260 leaves its form open.
    func cookie(for offer: SCTPInitiation) -> [UInt8] {
        let words = [
            UInt32(truncatingIfNeeded: cookie >> 32), UInt32(truncatingIfNeeded: cookie),
            offer.tag, offer.firstTSN,
        ]
        return words.flatMap { word in withUnsafeBytes(of: word.bigEndian) { Array($0) } }
    }

    private mutating func adopt(_ peer: SCTPInitiation) {
        peerTag = peer.tag
        peerWindow = Int(peer.window)
        peerStreams = min(Self.streams, peer.inboundStreams)
        received = ReceivedTSNs(first: peer.firstTSN)
        congestion = SCTPCongestion(packet: settings.maxPacket, peerWindow: peerWindow)
        reset = SCTPStreamReset(
            localFirst: localTSN, peerFirst: peer.firstTSN, isSupported: peer.canReset)
    }

    private mutating func establish(at now: RunInstant) {
        state = .established
        echo = []
        control.removeAll { $0.first == SCTPChunkType.cookieEcho.rawValue }
        timers.handshake = nil
        // A handshake that had to be repeated says nothing of how long answers take.
        roundTrip = SCTPRoundTrip()
        heard(at: now)
        events.append(.established)
    }

    // MARK: Shutdown (§9.2)

    mutating func readShutdown(
        _ bytes: UnsafeRawBufferPointer, in body: Range<Int>, at now: RunInstant
    ) {
        guard body.count >= 4 else {
            refused += 1
            return
        }
        switch state {
        case .established, .shutdownPending, .shutdownReceived:
            guard let progress = flight.acknowledge(to: bytes.sctpU32(at: body.lowerBound), at: now)
            else {
                refused += 1
                return
            }
            state = .shutdownReceived
            took(progress, wasFull: false, at: now)
            continueShutdown(at: now)
        case .shutdownSent:
            // Both at once (§9.2): each answers the other's.
            state = .shutdownAckSent
            queueShutdown()
        case .shutdownAckSent:
            queueShutdown()
        case .closed, .cookieWait, .cookieEchoed, .ended:
            refused += 1
        }
    }

    mutating func readShutdownAck(at now: RunInstant) {
        switch state {
        case .shutdownSent, .shutdownAckSent:
            finish()
            pending.isShutdownCompleteDue = true
        case .ended where pending.farewell == nil && peerTag != 0:
            // The peer has not heard that it is over (§8.4).
            pending.isShutdownCompleteDue = true
        case .closed, .cookieWait, .cookieEchoed, .established, .shutdownPending,
            .shutdownReceived, .ended:
            refused += 1
        }
    }
}

import Timeline

/// What arrives (RFC 9260 §6.2, §8.4, §8.5).
extension SCTPAssociation {
    mutating func receive(_ bytes: UnsafeRawBufferPointer, at now: RunInstant) {
        guard let packet = SCTPPacket(reading: bytes),
            packet.sourcePort == settings.remotePort,
            packet.destinationPort == settings.localPort
        else {
            refused += 1
            return
        }
        var items = SCTPItems(bytes, in: SCTPPacket.headerLength..<bytes.count)
        var isFirst = true
        var hasData = false
        while let item = items.next() {
            let chunk = SCTPChunk(
                type: UInt8(item.head >> 8), flags: UInt8(item.head & 0xFF), body: item.body)
            guard admits(chunk, packet, isFirst: isFirst, bytes), read(chunk, bytes, at: now)
            else { break }
            isFirst = false
            if chunk.kind == .data { hasData = true }
        }
        if items.isMalformed { refused += 1 }
        deliverReady()
        if hasData { scheduleSack(at: now) }
        continueReset(at: now)
        continueShutdown(at: now)
    }

    /// Whether the packet's tag allows the chunk (§8.5, §8.5.1).
    private mutating func admits(
        _ chunk: SCTPChunk, _ packet: SCTPPacket, isFirst: Bool, _ bytes: UnsafeRawBufferPointer
    ) -> Bool {
        let isAdmitted: Bool
        switch chunk.kind {
        case .initiation:
            isAdmitted = isFirst && packet.tag == 0
        case .abortion, .shutdownComplete:
            let isReflected = chunk.flags & SCTPChunk.reflectedTag != 0
            isAdmitted = packet.tag == (isReflected ? peerTag : localTag) && packet.tag != 0
        default:
            isAdmitted = packet.tag == localTag
        }
        if !isAdmitted { refused += 1 }
        return isAdmitted
    }

    /// Reads one chunk; false where the rest of its packet is to be left alone.
    private mutating func read(
        _ chunk: SCTPChunk, _ bytes: UnsafeRawBufferPointer, at now: RunInstant
    ) -> Bool {
        guard let kind = chunk.kind else { return readUnknown(chunk, bytes) }
        // What is over answers only a peer that has not heard so.
        guard state != .ended || kind == .shutdownAck else { return false }
        switch kind {
        case .data: return readData(chunk, bytes, at: now)
        case .initiation:
            readInit(bytes, in: chunk.body, at: now)
            return false
        case .initiationAck:
            readInitAck(bytes, in: chunk.body, at: now)
            return false
        case .sack: readSack(bytes, in: chunk.body, at: now)
        case .heartbeat: answerHeartbeat(chunk, bytes)
        case .heartbeatAck: readHeartbeatAck(bytes.sctpSlice(chunk.body), at: now)
        case .abortion: readAbort(bytes, in: chunk.body)
        case .shutdown: readShutdown(bytes, in: chunk.body, at: now)
        case .shutdownAck: readShutdownAck(at: now)
        case .error: break
        case .cookieEcho: readCookieEcho(bytes, in: chunk.body, at: now)
        case .cookieAck: readCookieAck(at: now)
        case .shutdownComplete: if state == .shutdownAckSent { finish() }
        case .reconfiguration:
            if carriesData { readReconfiguration(bytes, in: chunk.body, at: now) }
        case .forwardTSN: readForward(bytes, in: chunk.body)
        }
        return state != .ended
    }

    /// The two highest bits of an unknown type say what to do with it (§3.2).
    private mutating func readUnknown(_ chunk: SCTPChunk, _ bytes: UnsafeRawBufferPointer) -> Bool {
        refused += 1
        if chunk.type & 0x40 != 0, chunk.body.count <= 256, carriesData {
            let whole = Array(bytes[chunk.whole])
            queueControl(.error) { buffer in
                SCTPChunk.append(parameter: SCTPCode.causeUnrecognizedChunk, to: &buffer) {
                    $0.append(whole)
                }
            }
        }
        return chunk.type & 0x80 != 0
    }

    private mutating func answerHeartbeat(_ chunk: SCTPChunk, _ bytes: UnsafeRawBufferPointer) {
        guard chunk.body.count <= settings.maxPacket - 64 else {
            refused += 1
            return
        }
        let info = Array(bytes[chunk.body])
        queueControl(.heartbeatAck) { $0.append(info) }
    }

    private mutating func readAbort(_ bytes: UnsafeRawBufferPointer, in body: Range<Int>) {
        switch state {
        case .shutdownPending, .shutdownSent, .shutdownReceived, .shutdownAckSent:
            finish()
        case .closed, .cookieWait, .cookieEchoed, .established, .ended:
            let first = body.count >= 2 ? bytes.sctpU16(at: body.lowerBound) : 0
            fail(.aborted, "the peer aborted the association, with cause \(first)")
        }
    }

    // MARK: Data

    private mutating func readData(
        _ chunk: SCTPChunk, _ bytes: UnsafeRawBufferPointer, at now: RunInstant
    ) -> Bool {
        switch state {
        case .established, .shutdownPending, .shutdownSent: break
        case .closed, .cookieWait, .cookieEchoed, .shutdownReceived, .shutdownAckSent, .ended:
            refused += 1
            return true
        }
        let start = chunk.body.lowerBound
        guard chunk.body.count > SCTPFragment.headerLength else {
            fail(
                .protocolViolation, "the peer sent a chunk of data without any",
                cause: SCTPCode.causeProtocolViolation)
            return false
        }
        let tsn = bytes.sctpU32(at: start)
        if chunk.flags & SCTPFragment.isUrgentFlag != 0 { isSackDue = true }
        switch received.arrival(of: tsn) {
        case .duplicate:
            received.note(duplicate: tsn)
            isSackDue = true
            return true
        case .tooFar:
            refused += 1
            isSackDue = true
            return true
        case .new: break
        }
        guard hasRoom(for: tsn) else { return state != .ended }
        received.insert(tsn)
        let stream = bytes.sctpU16(at: start + 4)
        guard stream < Self.streams else { return refuseStream(stream) }
        let payload = start + SCTPFragment.headerLength..<chunk.body.upperBound
        take(
            SCTPFragment(
                tsn: tsn, flags: chunk.flags, stream: stream, order: bytes.sctpU16(at: start + 6),
                payloadType: bytes.sctpU32(at: start + 8), bytes: Array(bytes[payload])))
        return state != .ended
    }

    /// Whether a chunk can be kept; ends the association where nothing will ever free the room.
    private mutating func hasRoom(for tsn: UInt32) -> Bool {
        guard reassembly.held >= Self.receiveWindow else { return true }
        guard tsn == received.cumulative &+ 1 else {
            refused += 1
            isSackDue = true
            return false
        }
        guard reassembly.held >= Self.hardLimit else { return true }
        fail(
            .protocolViolation,
            "the peer sent \(Self.hardLimit / 1_024) kB that never made a whole message",
            cause: SCTPCode.causeProtocolViolation)
        return false
    }

    private mutating func take(_ fragment: SCTPFragment) {
        switch reassembly.accept(fragment) {
        case .taken:
            break
        case .refused(let stream):
            refused += 1
            events.append(.streamRefused(stream))
        case .contradictory:
            fail(
                .protocolViolation, "the peer numbered fragments in a way that contradicts itself",
                cause: SCTPCode.causeProtocolViolation)
        }
    }

    private mutating func refuseStream(_ stream: UInt16) -> Bool {
        refused += 1
        queueControl(.error) { buffer in
            SCTPChunk.append(parameter: SCTPCode.causeInvalidStream, to: &buffer) {
                $0.append(bigEndian: stream)
                $0.append(bigEndian: UInt16(0))
            }
        }
        return true
    }

    /// Every second packet at the latest, at once where something is missing (§6.2).
    private mutating func scheduleSack(at now: RunInstant) {
        packetsSinceSack += 1
        if packetsSinceSack >= 2 || received.hasGaps || state == .shutdownSent { isSackDue = true }
        if state == .shutdownSent { queueShutdown() }
        if isSackDue {
            timers.sack = nil
        } else if timers.sack == nil, carriesData {
            timers.sack = now + Self.sackDelay
        }
    }

    private mutating func readForward(_ bytes: UnsafeRawBufferPointer, in body: Range<Int>) {
        guard body.count >= 4, carriesData else {
            refused += 1
            return
        }
        let tsn = bytes.sctpU32(at: body.lowerBound)
        isSackDue = true
        guard tsn.isLaterTSN(than: received.cumulative) else { return }
        received.advance(to: tsn)
        let places = stride(from: body.lowerBound + 4, to: body.upperBound - 3, by: 4)
        let streams = places.map { (bytes.sctpU16(at: $0), bytes.sctpU16(at: $0 + 2)) }
        reassembly.skip(to: tsn, streams: streams.filter { $0.0 < Self.streams })
    }

    // MARK: Acknowledgements

    private mutating func readSack(
        _ bytes: UnsafeRawBufferPointer, in body: Range<Int>, at now: RunInstant
    ) {
        switch state {
        case .established, .shutdownPending, .shutdownReceived: break
        case .closed, .cookieWait, .cookieEchoed, .shutdownSent, .shutdownAckSent, .ended: return
        }
        let wasFull = flight.bytesUnderWay + settings.maxPacket > congestion.window
        guard let progress = flight.read(sack: bytes, in: body, at: now) else {
            refused += 1
            return
        }
        guard !progress.isOutdated else { return }
        let window = Int(bytes.sctpU32(at: body.lowerBound + 4))
        peerWindow = max(0, window - flight.bytesUnderWay)
        // A peer with no room that says so is alive (§6.1 A).
        if window == 0 { failures = 0 }
        took(progress, wasFull: wasFull, at: now)
    }

    /// Answers what an acknowledgement brought: window, timer, what is to be sent again.
    mutating func took(_ progress: SCTPFlight.Progress, wasFull: Bool, at now: RunInstant) {
        buffered -= progress.freed
        if let span = progress.roundTrip { roundTrip.measure(span) }
        if progress.bytes > 0 { heard(at: now) }
        if progress.hasLoss && !congestion.isRecovering {
            congestion.lost(highestSent: flight.highestSent)
            isFastRetransmitDue = true
        }
        if progress.hasAdvanced {
            congestion.acknowledged(
                bytes: progress.bytes, to: flight.nextTSN &- UInt32(flight.count) &- 1,
                wasFull: wasFull, isIdle: flight.isEmpty)
            timers.retransmission = flight.isEmpty ? nil : now + roundTrip.timeout
        }
        if flight.isEmpty { timers.retransmission = nil }
    }
}

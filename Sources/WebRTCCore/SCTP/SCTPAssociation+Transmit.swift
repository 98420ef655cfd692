import Timeline

/// What leaves: one packet at a time, as full as it goes (RFC 9260 §6.1, §6.10).
extension SCTPAssociation {
    private static let sackRoom = 16
    private static let controlLimit = 64

    /// The longest payload of one DATA chunk, so that chunk and header fill a packet.
    var fragmentLimit: Int {
        let room = settings.maxPacket - SCTPPacket.headerLength
        return (room - SCTPChunk.headerLength - SCTPFragment.headerLength) & ~3
    }

    mutating func queueControl(_ kind: SCTPChunkType, _ write: (inout WireBuffer) -> Void) {
        // As many as one packet can provoke; a peer that provokes more does without.
        guard control.count < Self.controlLimit else {
            refused += 1
            return
        }
        control.append(Self.encoded(kind, write))
    }

    mutating func insertControl(_ kind: SCTPChunkType) {
        guard control.first?.first != kind.rawValue else { return }
        control.insert(Self.encoded(kind) { _ in }, at: 0)
    }

    private static func encoded(
        _ kind: SCTPChunkType, _ write: (inout WireBuffer) -> Void
    ) -> [UInt8] {
        var buffer = WireBuffer(capacity: 64)
        SCTPChunk.append(kind, to: &buffer, write)
        return Array(buffer.bytes)
    }

    /// Puts the next packet into `buffer`; false where there is none to be sent.
    mutating func transmit(into buffer: inout WireBuffer, at now: RunInstant) -> Bool {
        if sendLone(into: &buffer) { return true }
        guard state != .ended, peerTag != 0 else { return false }
        header(tag: peerTag).begin(in: &buffer)
        let empty = buffer.count
        appendControl(to: &buffer)
        // One that waits goes along with data, and before it (§6.10).
        let hasData = !queue.isEmpty || flight.lostCount > 0
        if isSackDue || timers.sack != nil && hasData { appendSack(to: &buffer) }
        if carriesData { appendData(to: &buffer, at: now) }
        guard buffer.count > empty else { return false }
        SCTPPacket.seal(&buffer)
        return true
    }

    private func header(tag: UInt32) -> SCTPPacket {
        SCTPPacket(
            sourcePort: settings.localPort, destinationPort: settings.remotePort, tag: tag)
    }

    /// Chunks that share a packet with no other.
    private mutating func sendLone(into buffer: inout WireBuffer) -> Bool {
        var own = SCTPInitiation(
            tag: localTag, window: UInt32(Self.receiveWindow), streams: Self.streams,
            firstTSN: localTSN)
        if pending.isInitDue {
            pending.isInitDue = false
            header(tag: 0).begin(in: &buffer)
            own.append(as: .initiation, to: &buffer)
        } else if pending.isInitAckDue, let offer {
            pending.isInitAckDue = false
            own.cookie = cookie(for: offer)
            own.unrecognized = offer.unrecognized
            header(tag: offer.tag).begin(in: &buffer)
            own.append(as: .initiationAck, to: &buffer)
        } else if pending.isShutdownCompleteDue {
            pending.isShutdownCompleteDue = false
            header(tag: peerTag).begin(in: &buffer)
            SCTPChunk.append(.shutdownComplete, to: &buffer)
        } else if let farewell = pending.farewell {
            pending.farewell = nil
            header(tag: peerTag).begin(in: &buffer)
            SCTPChunk.append(.abortion, to: &buffer) { buffer in
                SCTPChunk.append(parameter: farewell.cause, to: &buffer) {
                    $0.append(Array(farewell.text.utf8))
                }
            }
        } else {
            return false
        }
        SCTPPacket.seal(&buffer)
        return true
    }

    private mutating func appendControl(to buffer: inout WireBuffer) {
        var taken = 0
        for chunk in control {
            // The first goes out however long it is.
            guard taken == 0 || buffer.count + chunk.count <= settings.maxPacket else { break }
            buffer.append(chunk)
            taken += 1
        }
        if taken > 0 { control.removeFirst(taken) }
    }

    private mutating func appendSack(to buffer: inout WireBuffer) {
        let room = settings.maxPacket - buffer.count - SCTPChunk.headerLength
        guard room >= Self.sackRoom else { return }
        let window = localWindow
        SCTPChunk.append(.sack, to: &buffer) {
            received.appendSack(window: window, room: room, to: &$0)
        }
        isSackDue = false
        timers.sack = nil
        packetsSinceSack = 0
    }

    private mutating func appendData(to buffer: inout WireBuffer, at now: RunInstant) {
        let start = buffer.count
        rest(at: now)
        while let room = dataRoom(in: buffer) {
            // One packet of what was lost goes out at once, whatever the window (§7.2.4).
            guard flight.bytesUnderWay < congestion.window || isFastRetransmitDue,
                let (tsn, fragment, isFirst) = flight.retransmit(limit: room, at: now)
            else { break }
            if isFirst { timers.retransmission = now + roundTrip.timeout }
            append(fragment, tsn, to: &buffer)
        }
        if flight.lostCount == 0 { appendNew(to: &buffer, at: now) }
        guard buffer.count > start else { return }
        isFastRetransmitDue = false
        lastSentAt = now
        if timers.retransmission == nil { timers.retransmission = now + roundTrip.timeout }
    }

    private mutating func appendNew(to buffer: inout WireBuffer, at now: RunInstant) {
        while let room = dataRoom(in: buffer),
            let size = queue.nextSize(limit: fragmentLimit), size <= room,
            flight.bytesUnderWay < congestion.window,
            // With nothing under way one chunk may go out to ask for room (§6.1 A).
            size <= peerWindow || flight.isEmpty,
            let fragment = queue.next(limit: fragmentLimit)
        {
            peerWindow = max(0, peerWindow - size)
            append(fragment, flight.append(fragment, at: now), to: &buffer)
        }
    }

    private func dataRoom(in buffer: borrowing WireBuffer) -> Int? {
        let room =
            settings.maxPacket - buffer.count - SCTPChunk.headerLength
            - SCTPFragment.headerLength
        return room > 0 ? room & ~3 : nil
    }

    private func append(
        _ fragment: SCTPOutboundFragment, _ tsn: UInt32, to buffer: inout WireBuffer
    ) {
        // Whoever has no more to say asks for the answer at once (RFC 7053).
        let flags = queue.isEmpty ? fragment.flags | SCTPFragment.isUrgentFlag : fragment.flags
        SCTPChunk.append(.data, flags: flags, to: &buffer) { buffer in
            buffer.append(bigEndian: tsn)
            buffer.append(bigEndian: fragment.stream)
            buffer.append(bigEndian: fragment.order)
            buffer.append(bigEndian: fragment.payloadType)
            fragment.bytes.withUnsafeBytes { buffer.append($0) }
        }
    }

    private mutating func rest(at now: RunInstant) {
        if flight.isEmpty, now - lastSentAt > roundTrip.timeout { congestion.rested() }
    }
}

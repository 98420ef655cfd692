package import Timeline

/// Messages on the data channel.
extension PeerSession {
    /// Messages kept for a channel that the peer has yet to open.
    private static var heldLimit: Int { 64 }

    /// Sends a message on the data channel; kept until that is open.
    ///
    /// - Returns: false where there is no channel, or too much waits already.
    @discardableResult
    package func send(
        message: UnsafeRawBufferPointer, isText: Bool, at now: RunInstant
    ) -> Bool {
        guard let channels else { return false }
        guard let channel else { return hold(message, isText: isText) }
        do {
            try channels.send(message, isText: isText, on: channel, at: now)
            return true
        } catch {
            return false
        }
    }

    /// Whoever answers may have something to say before the peer has opened its channel.
    private func hold(_ message: UnsafeRawBufferPointer, isText: Bool) -> Bool {
        guard !isOfferer, !hadChannel, held.count < Self.heldLimit,
            message.count <= DataChannels.maxMessageSize
        else { return false }
        held.append((Array(message), isText))
        return true
    }

    func carryOut(
        _ asked: DataChannelOutput, _ buffer: inout WireBuffer, _ now: RunInstant
    ) -> PeerOutput? {
        switch asked {
        case .transmit:
            // What DTLS cannot take now, SCTP sends again.
            _ = dtls?.send(buffer.bytes, at: now)
            return nil
        case .established: return nil
        case .opened(let opened, let label, _, _):
            if channel == nil { use(opened, at: now) }
            return .channelOpened(label: label)
        case .message(_, let isText): return .message(isText: isText)
        case .closed(let closed):
            if closed == channel { channel = nil }
            return nil
        case .ended, .failed:
            // Media go on without their events.
            channel = nil
            hadChannel = true
            held = []
            return nil
        }
    }

    private func use(_ opened: UInt16, at now: RunInstant) {
        channel = opened
        hadChannel = true
        let messages = held
        held = []
        for (bytes, isText) in messages {
            bytes.withUnsafeBytes { _ = send(message: $0, isText: isText, at: now) }
        }
    }
}

import Timeline

/// What the association tells, and what becomes of the channels by it.
extension DataChannels {
    func translate() {
        while let event = association.events.first {
            association.events.removeFirst()
            switch event {
            case .established:
                tell(.established)
                closeUnsupported()
            case .message(let message): read(message)
            case .streamsReset(let streams):
                for stream in streams.isEmpty ? channels.keys.sorted() : streams {
                    peerClosed(stream)
                }
            case .resetDone(let stream):
                channels[stream]?.isOutgoingReset = true
                if !association.reset.isSupported { channels[stream]?.isIncomingReset = true }
                settle(stream)
            case .streamRefused(let stream): beginClosing(stream)
            case .ended: end(.ended)
            case .failed(let failure): end(.failed(failure))
            }
        }
        association.continueReset(at: latest)
    }

    private func tell(_ output: DataChannelOutput) { events.append(.output(output)) }

    private func end(_ output: DataChannelOutput) {
        for channel in channels.keys.sorted() { tell(.closed(channel: channel)) }
        channels.removeAll()
        tell(output)
    }

    /// The peer takes fewer streams than were opened before it said so.
    private func closeUnsupported() {
        for id in channels.keys.sorted() where id >= association.peerStreams { beginClosing(id) }
    }

    private func read(_ message: SCTPMessage) {
        let id = message.stream
        if message.payloadType == DataChannelPayload.control { return readControl(message) }
        guard let channel = channels[id], !channel.isIncomingReset else {
            refusedMessages += 1
            return
        }
        let isText: Bool
        switch message.payloadType {
        case DataChannelPayload.text, DataChannelPayload.emptyText: isText = true
        case DataChannelPayload.binary, DataChannelPayload.emptyBinary: isText = false
        default:
            refusedMessages += 1
            return
        }
        // Data on our channel: the acknowledgement was overtaken.
        if !channel.isOpen { acknowledged(id) }
        let isEmpty =
            message.payloadType == DataChannelPayload.emptyText
            || message.payloadType == DataChannelPayload.emptyBinary
        events.append(
            .message(channel: id, isText: isText, bytes: isEmpty ? [] : message.bytes))
    }

    private func readControl(_ message: SCTPMessage) {
        let id = message.stream
        if message.bytes.first == DataChannelOpen.ackMessageType {
            guard let channel = channels[id], channel.isOurs else {
                refusedMessages += 1
                return
            }
            if !channel.isOpen { acknowledged(id) }
            return
        }
        guard let open = DataChannelOpen(reading: message.bytes), channels[id] == nil,
            channels.count < Self.channelLimit
        else {
            refusedMessages += 1
            // Closed, as RFC 8832 §6 wants it; one that is in use stays as it is.
            if channels[id] == nil { association.resetStream(id) }
            return
        }
        guard association.takesMessages else { return }
        channels[id] = Channel(names: open, isOurs: false, isOpen: true)
        association.append(
            [DataChannelOpen.ackMessageType], stream: id,
            payloadType: DataChannelPayload.control, isUnordered: false)
        tell(
            .opened(channel: id, label: open.label, protocol: open.protocolName, byPeer: true))
    }

    private func acknowledged(_ id: UInt16) {
        guard let channel = channels[id] else { return }
        channels[id]?.isOpen = true
        tell(
            .opened(
                channel: id, label: channel.names.label, protocol: channel.names.protocolName,
                byPeer: false))
    }

    func beginClosing(_ id: UInt16) {
        channels[id]?.isClosing = true
        association.resetStream(id)
    }

    private func peerClosed(_ id: UInt16) {
        guard let channel = channels[id], !channel.isIncomingReset else { return }
        channels[id]?.isIncomingReset = true
        if !channel.isClosing { beginClosing(id) }
        settle(id)
    }

    /// A channel is over when both its streams have begun anew (RFC 8831 §6.7).
    private func settle(_ id: UInt16) {
        guard let channel = channels[id], channel.isIncomingReset, channel.isOutgoingReset else {
            return
        }
        channels[id] = nil
        tell(.closed(channel: id))
    }
}

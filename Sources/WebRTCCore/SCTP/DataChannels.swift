package import Timeline

/// The data channels of one call: messages over SCTP over DTLS (RFC 8831, 8832, 8261).
///
/// Sans-IO. Hand in what DTLS delivers, then call ``poll(into:)`` until it returns `nil`. It costs
/// little until something is sent: a caller without messages has one object and no tables.
package final class DataChannels {
    /// The longest message taken from a peer, for `a=max-message-size` (RFC 8841 §6).
    ///
    /// A longer one closes its channel.
    package static let maxMessageSize = 65_536
    /// How much may wait to be sent or acknowledged before ``send(_:isText:on:at:)`` refuses.
    package static let sendLimit = 256 * 1_024
    /// What a message is reckoned to cost besides its bytes.
    private static let overhead = 64
    static let channelLimit = 256

    struct Channel {
        let names: DataChannelOpen
        let isOurs: Bool
        /// Acknowledged, or opened by the peer.
        var isOpen: Bool
        /// This side has begun its stream anew, or is about to.
        var isClosing = false
        var isOutgoingReset = false
        var isIncomingReset = false
    }

    enum Event {
        case output(DataChannelOutput)
        case message(channel: UInt16, isText: Bool, bytes: [UInt8])
    }

    var association: SCTPAssociation
    var channels: [UInt16: Channel] = [:]
    var events = SCTPQueue<Event>()
    private var nextChannel: UInt16
    var latest = RunInstant.zero
    private let peerMaxMessageSize: Int

    /// Packets, chunks and messages that were not what they should be, and were left alone.
    package var refused: Int { association.refused + refusedMessages }
    var refusedMessages = 0

    /// - Parameters:
    ///   - role: this side's in DTLS, which decides the parity of its channels' numbers.
    ///   - generator: draws tags, first numbers and the cookie.
    ///   - maxPacket: the longest SCTP packet, 512 bytes or more; 1,150 leaves room for DTLS, UDP
    ///     and IPv6 in 1,280.
    ///   - peerMaxMessageSize: the peer's `a=max-message-size`; 0 where it takes any length.
    ///   - localPort: this side's `a=sctp-port`.
    ///   - remotePort: the peer's `a=sctp-port`.
    package init(
        role: DTLSRole, generator: SeededGenerator, maxPacket: Int = 1_150,
        peerMaxMessageSize: Int = 65_536, localPort: UInt16 = 5_000, remotePort: UInt16 = 5_000
    ) {
        precondition(maxPacket >= 512, "a packet of \(maxPacket) bytes is too short")
        association = SCTPAssociation(
            settings: SCTPAssociation.Settings(
                localPort: localPort, remotePort: remotePort, maxPacket: maxPacket,
                maxMessageSize: Self.maxMessageSize),
            generator: generator)
        nextChannel = role == .client ? 0 : 1
        self.peerMaxMessageSize = peerMaxMessageSize
    }

    /// Whether messages sent now can go out.
    package var isEstablished: Bool { association.carriesData }

    /// Whether it is over, by a failure or in good order.
    package var isEnded: Bool { association.state == .ended }

    /// What was sent and is not acknowledged yet, in bytes, each message with its overhead.
    package var buffered: Int {
        association.buffered + (association.queue.count + association.flight.count) * Self.overhead
    }

    /// Begins the handshake; DTLS is up.
    ///
    /// Both sides may begin, or one. A side that did not answers all the same.
    package func start(at now: RunInstant) {
        latest = now
        association.start(at: now)
    }

    /// Opens a reliable, ordered channel and gives it its number.
    ///
    /// It can be sent on at once. ``DataChannelOutput/opened(channel:label:protocol:byPeer:)``
    /// follows when the peer has acknowledged it (RFC 8832 §6).
    /// - Returns: `nil` where there are too many, a name is too long, or the association is over.
    package func open(label: String, protocol name: String) -> UInt16? {
        guard association.takesMessages, channels.count < Self.channelLimit,
            label.utf8.count <= DataChannelOpen.nameLimit,
            name.utf8.count <= DataChannelOpen.nameLimit, let id = freeChannel()
        else { return nil }
        let open = DataChannelOpen(label: label, protocolName: name)
        channels[id] = Channel(names: open, isOurs: true, isOpen: false)
        association.append(
            open.bytes, stream: id, payloadType: DataChannelPayload.control, isUnordered: false)
        return id
    }

    /// Sends one message, whole and in order; before the association is up, it waits.
    ///
    /// - Throws: where the channel is not there or closing, the message longer than the peer takes,
    ///   or ``sendLimit`` already waits.
    package func send(
        _ bytes: UnsafeRawBufferPointer, isText: Bool, on channel: UInt16, at now: RunInstant
    ) throws(DataChannelProblem) {
        latest = now
        guard association.takesMessages else {
            throw DataChannelProblem(
                code: .notSending, message: "the association is over or ending; open a new call")
        }
        guard let known = channels[channel] else {
            throw DataChannelProblem(
                code: .noSuchChannel, message: "there is no channel \(channel); open one first")
        }
        guard !known.isClosing else {
            throw DataChannelProblem(
                code: .channelClosing, message: "channel \(channel) is closing; open another")
        }
        guard peerMaxMessageSize == 0 || bytes.count <= peerMaxMessageSize else {
            throw DataChannelProblem(
                code: .messageTooLong,
                message: "a message of \(bytes.count) bytes; the peer takes \(peerMaxMessageSize)")
        }
        guard buffered + bytes.count + Self.overhead <= Self.sendLimit else {
            throw DataChannelProblem(
                code: .queueFull,
                message: "\(buffered) bytes wait already; at most \(Self.sendLimit) may")
        }
        let isEmpty = bytes.isEmpty
        let type =
            isText
            ? (isEmpty ? DataChannelPayload.emptyText : DataChannelPayload.text)
            : (isEmpty ? DataChannelPayload.emptyBinary : DataChannelPayload.binary)
        association.append(
            isEmpty ? [0] : Array(bytes), stream: channel, payloadType: type,
            isUnordered: known.names.isUnordered && known.isOpen)
    }

    /// Takes what DTLS delivered: one SCTP packet.
    package func receive(_ packet: UnsafeRawBufferPointer, at now: RunInstant) {
        latest = now
        association.receive(packet, at: now)
        translate()
    }

    /// Closes one channel once everything sent on it has arrived (RFC 8831 §6.7).
    package func close(channel: UInt16, at now: RunInstant) {
        latest = now
        guard channels[channel] != nil else { return }
        beginClosing(channel)
        association.continueReset(at: now)
        translate()
    }

    /// Ends the association once everything sent has arrived; ``DataChannelOutput/ended`` follows.
    package func close(at now: RunInstant) {
        latest = now
        association.shutDown(at: now)
        translate()
    }

    /// Ends the association now, with an ABORT to the peer; nothing is waited for.
    package func terminate(at now: RunInstant) {
        latest = now
        association.terminate()
        translate()
    }

    /// When ``tick(at:)`` is next to be called.
    package var wake: RunInstant? { association.timers.next }

    /// Does what is due by now.
    package func tick(at now: RunInstant) {
        latest = now
        association.tick(at: now)
        translate()
    }

    /// The next thing to be done or known; `nil` when there is none.
    ///
    /// `buffer` is emptied and filled with a packet or message where the output says so.
    package func poll(into buffer: inout WireBuffer) -> DataChannelOutput? {
        // After the end the last packet goes before the news, on which all this may be let go.
        if isEnded, association.transmit(into: &buffer, at: latest) { return .transmit }
        if let event = events.first {
            events.removeFirst()
            switch event {
            case .output(let output):
                return output
            case .message(let channel, let isText, let bytes):
                buffer.removeAll()
                buffer.append(bytes)
                return .message(channel: channel, isText: isText)
            }
        }
        return association.transmit(into: &buffer, at: latest) ? .transmit : nil
    }

    private func freeChannel() -> UInt16? {
        let limit = association.peerStreams == 0 ? SCTPAssociation.streams : association.peerStreams
        let parity = nextChannel & 1
        for _ in 0...limit / 2 {
            let id = nextChannel
            nextChannel = id + 2 < limit ? id + 2 : parity
            if channels[id] == nil, id < limit { return id }
        }
        return nil
    }
}

package import Timeline

/// Has a TURN server relay packets for one base (RFC 8656), over UDP or TCP.
///
/// Sans-IO: hand it what comes from the server, call ``tick(at:)`` when ``wake`` is due, and drain
/// ``poll(into:)`` after each call. Credentials are long-term ones (RFC 8489 §9.2), sent only
/// after the server asked for them; the password never leaves but as part of a hash.
package final class TURNClient {
    enum Phase {
        case idle
        case allocating
        case ready
        case releasing
        /// Failed, or released.
        case over
    }

    package let server: TransportAddress
    package let transport: TURNTransport
    let base: TransportAddress
    let username: String
    let password: String
    var generator: SeededGenerator

    var phase = Phase.idle
    /// What the server asked for; `nil` before its first 401.
    var login: TURNLogin?
    var transactions: [TURNTransaction] = []
    var peers = TURNPeers()
    var refreshDue: RunInstant?
    var relayed: TransportAddress?
    var inbox = TURNInbox()
    /// Said once: at most one per request, so that the queue stays short.
    var events: [TURNOutput] = []
    /// The last instant anybody told; ``send(_:to:into:)`` has none of its own.
    var lastInstant = RunInstant.zero
    private var stream = TURNStream()
    package internal(set) var counts = TURNCounts()

    /// - Parameters:
    ///   - base: where packets to the server leave from; an IPv6 one asks for an IPv6 relay.
    ///   - generator: draws transaction ids.
    package init(
        server: TransportAddress, transport: TURNTransport, username: String, password: String,
        base: TransportAddress, generator: SeededGenerator
    ) {
        self.server = server
        self.transport = transport
        self.username = username
        self.password = password
        self.base = base
        self.generator = generator
    }

    /// Asks for an allocation; over TCP, once the connection stands.
    package func start(at now: RunInstant) {
        lastInstant = now
        guard phase == .idle else { return }
        phase = .allocating
        ask(.allocate, at: now)
    }

    /// Lets a peer's packets in, whatever their port; may come before the allocation.
    ///
    /// At most 16 addresses, of the family of the relayed one; the rest is refused or ignored.
    package func permit(_ peer: TransportAddress, at now: RunInstant) {
        lastInstant = now
        guard phase != .over, peer.host.isV6 == (relayed ?? base).host.isV6 else { return }
        guard peers.permit(peer.host) else {
            let failure = TURNFailure(
                .permission, .tooManyPeers,
                "one allocation is used for \(TURNPeers.limit) addresses at most")
            if events.count < TURNPeers.limit {
                events.append(.refused(peer: peer.host, failure))
            }
            return
        }
        askForPeers(at: now)
    }

    /// Takes a datagram, or whatever the stream brought.
    package func receive(_ bytes: UnsafeRawBufferPointer, at now: RunInstant) {
        lastInstant = now
        guard phase != .over, phase != .idle, !bytes.isEmpty else { return }
        switch transport {
        case .udp:
            receive(frame: bytes, at: now)
        case .tcp:
            let isWhole = stream.receive(bytes) { receive(frame: $0, at: now) }
            if !isWhole, phase != .over {
                fail(
                    TURNFailure(
                        .stream, .malformed,
                        "the TURN server sent bytes that are neither STUN nor ChannelData"))
            }
        }
        askForPeers(at: now)
    }

    /// Frames a packet for the server, in place of what is in the buffer.
    ///
    /// Goes as ChannelData where the server has bound one, else as a Send indication. The first
    /// packet that is no STUN asks for a channel, at the next call that has an instant.
    /// - Returns: `false`, and an empty buffer, where the peer is not permitted or there is no
    ///   allocation: the packet is lost.
    package func send(
        _ payload: UnsafeRawBufferPointer, to peer: TransportAddress, into buffer: inout WireBuffer
    ) -> Bool {
        buffer.removeAll()
        guard phase == .ready, payload.count <= 60_000, !payload.isEmpty else { return false }
        if let channel = peers.channel(to: peer) {
            ChannelData.write(
                payload, channel: channel, isPadded: transport == .tcp, into: &buffer)
            return true
        }
        guard peers.mayReach(peer.host) else { return false }
        if !STUNMessage.isSTUN(payload) { peers.wantChannel(to: peer) }
        let writer = STUNWriter(
            .indication, .send, STUNTransactionID(using: &generator), into: &buffer)
        writer.add(.xorPeerAddress, address: peer, to: &buffer)
        writer.add(.data, bytes: payload, to: &buffer)
        writer.finish(key: nil, fingerprint: false, in: &buffer)
        return true
    }

    /// Gives the allocation back; from then on nothing is relayed.
    package func release(at now: RunInstant) {
        lastInstant = now
        switch phase {
        case .ready:
            phase = .releasing
            transactions.removeAll()
            refreshDue = nil
            inbox.removeAll()
            ask(.release, at: now)
        case .allocating:
            // The server may have allocated by now: its answer will tell.
            phase = .releasing
        case .idle:
            phase = .over
        case .releasing, .over:
            break
        }
    }

    /// Whether nothing more will come of this client.
    package var isOver: Bool { phase == .over && events.isEmpty }

    /// When ``tick(at:)`` has something to do.
    package var wake: RunInstant? {
        guard phase != .over else { return nil }
        var wake = transactions.lazy.map(\.due).min()
        guard phase == .ready else { return wake }
        if peers.hasWishes { wake = min(wake ?? lastInstant, lastInstant) }
        if let due = refreshDue { wake = min(wake ?? due, due) }
        if let due = peers.renewal { wake = min(wake ?? due, due) }
        return wake
    }

    package func tick(at now: RunInstant) {
        lastInstant = now
        guard phase != .over else { return }
        for index in transactions.indices.reversed() {
            guard transactions[index].step(at: now) == .giveUp else { continue }
            let request = transactions.remove(at: index).request
            gaveUp(on: request)
            if phase == .over { return }
        }
        if phase == .ready, let due = refreshDue, due <= now {
            refreshDue = nil
            ask(.refresh, at: now)
        }
        askForPeers(at: now)
    }

    /// The next thing to do; messages and packets replace what is in the buffer.
    package func poll(into buffer: inout WireBuffer) -> TURNOutput? {
        if !events.isEmpty { return events.removeFirst() }
        if let index = transactions.firstIndex(where: \.isUnsent) {
            transactions[index].isUnsent = false
            buffer.removeAll()
            buffer.append(transactions[index].bytes)
            counts.requestsSent &+= 1
            return .transmit
        }
        return inbox.poll(into: &buffer).map { .data(from: $0) }
    }

    func fail(_ failure: TURNFailure) {
        // Who has given the allocation back does not care how it ended.
        if phase != .releasing { events.append(.failed(failure)) }
        phase = .over
        transactions.removeAll()
        inbox.removeAll()
    }
}

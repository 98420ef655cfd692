import RTPCore
import Timeline
import WebRTCCore

/// Two peer sessions and a network between them that delays and loses, in virtual time.
///
/// Only DTLS repeats lost flights by the host's clock, so nothing of a handshake may be lost here.
final class PeerPairing {
    final class End {
        let session: PeerSession
        let address: TransportAddress
        var messages: [String] = []
        var media: [[UInt8]] = []
        var setup: PeerSetup?
        var failure: PeerFailure?
        var isClosed = false
        var route: PeerWire?

        init(_ session: PeerSession, _ address: TransportAddress) {
            self.session = session
            self.address = address
        }
    }

    let caller: End
    let agent: End
    private(set) var now = RunInstant(nanoseconds: 1_000_000_000)
    private var wire: [(at: RunInstant, to: End, from: TransportAddress, bytes: [UInt8])] = []
    private var buffer = WireBuffer()
    /// Changes datagrams under way, or drops them.
    var tamper: ([UInt8], _ toAgent: Bool) -> [UInt8]? = { bytes, _ in bytes }
    let delay = Nanoseconds.milliseconds(5)
    /// What relays for the caller, where there is one.
    var relay: TestTURNServer?
    static let relayAddress = TransportAddress(host: .v4(0x7F00_0001), port: 3_478)
    private var hasStarted = false

    init(
        caller callerSettings: PeerSettings = .standard(channel: "oai-events"),
        agent agentSettings: PeerSettings = .standard(isLite: true)
    ) throws {
        caller = try Self.end(callerSettings, 40_000, isOfferer: true, seed: 1)
        agent = try Self.end(agentSettings, 50_000, isOfferer: false, seed: 2)
    }

    private static func end(
        _ settings: PeerSettings, _ port: UInt16, isOfferer: Bool, seed: UInt64
    ) throws -> End {
        let identity = try DTLSIdentity.generate()
        let session = PeerSession(
            settings: settings, context: try DTLSContext(identity: identity),
            fingerprint: identity.fingerprint, ssrc: UInt32(seed), name: "end-\(seed)",
            isOfferer: isOfferer, generator: SeededGenerator(seed: seed, stream: "test"))
        return End(session, TransportAddress(host: .v4(0x7F00_0001), port: port))
    }

    /// Offer and answer, the texts changed on their way.
    func signal(
        offer changeOffer: (String) -> String = { $0 },
        answer changeAnswer: (String) -> String = { $0 }
    ) throws {
        start()
        let answer = try agent.session.answer(
            to: changeOffer(caller.session.offer()), bases: [agent.address], at: now)
        drain(agent)
        _ = try caller.session.accept(answer: changeAnswer(answer), at: now)
        drain(caller)
    }

    /// Has the caller look for candidates.
    func start() {
        guard !hasStarted else { return }
        hasStarted = true
        caller.session.start(bases: [caller.address], at: now)
        drain(caller)
    }

    /// Lets time pass, until nothing happens any more or a condition holds.
    func run(for span: Nanoseconds, until isDone: () -> Bool = { false }) {
        let end = now + span
        while !isDone() {
            let wakes = [caller.session.wake, agent.session.wake].compactMap(\.self)
            let next = (wakes + wire.map(\.at)).min()
            guard let next, next <= end else { break }
            now = max(now, next)
            if let index = wire.indices.min(by: { wire[$0].at < wire[$1].at }),
                wire[index].at <= now
            {
                deliver(wire.remove(at: index))
            }
            for each in [caller, agent] {
                guard let due = each.session.wake, due <= now else { continue }
                each.session.tick(at: now)
                drain(each)
            }
        }
        if !isDone() { now = max(now, end) }
    }

    private func deliver(
        _ datagram: (at: RunInstant, to: End, from: TransportAddress, bytes: [UInt8])
    ) {
        var bytes = datagram.bytes
        bytes.withUnsafeMutableBytes { bytes in
            let reception = datagram.to.session.receive(
                bytes, from: datagram.from, at: datagram.to.address, now: now)
            if case .media(let count) = reception {
                datagram.to.media.append(Array(bytes[..<count]))
            }
        }
        drain(datagram.to)
    }

    func drain(_ end: End) {
        while let asked = end.session.poll(into: &buffer, at: now) {
            switch asked {
            case .transmit(let wire): transmit(Array(buffer.bytes), wire, from: end)
            case .routed(let wire): end.route = wire
            case .connected(let setup): end.setup = setup
            case .media: end.media.append(Array(buffer.bytes))
            case .message: end.messages.append(String(decoding: buffer.bytes, as: UTF8.self))
            case .failed(let failure): end.failure = failure
            case .closed: end.isClosed = true
            case .discovered, .gathered, .channelOpened: break
            }
        }
    }

    func send(media packet: [UInt8], from end: End) -> Bool {
        buffer.removeAll()
        buffer.append(packet)
        guard end.session.protect(&buffer), let route = end.route else { return false }
        transmit(Array(buffer.bytes), route, from: end)
        return true
    }

    func send(text: String, from end: End) {
        Array(text.utf8).withUnsafeBytes {
            _ = end.session.send(message: $0, isText: true, at: now)
        }
        drain(end)
    }

    private func transmit(_ bytes: [UInt8], _ route: PeerWire, from end: End) {
        guard case .datagram(let base, let to) = route else { return }
        guard let bytes = tamper(bytes, end === caller) else { return }
        for other in [caller, agent] where other.address == to {
            wire.append((now + delay, other, base, bytes))
        }
        if to == Self.relayAddress { ask(relay: bytes) }
        let back =
            to == TestTURNServer.relayed
            ? relay?.deliver(bytes, from: end.address, isPadded: false, at: now) : nil
        if let back { wire.append((now + delay * 2, caller, Self.relayAddress, back)) }
    }

    /// The relay takes what comes in order, on the spot.
    private func ask(relay bytes: [UInt8]) {
        let before = relay?.relayedPackets.count ?? 0
        if let answer = relay?.receive(bytes, at: now) {
            wire.append((now + delay * 2, caller, Self.relayAddress, answer))
        }
        for packet in relay?.relayedPackets.dropFirst(before) ?? []
        where packet.to == agent.address {
            wire.append((now + delay * 2, agent, TestTURNServer.relayed, packet.payload))
        }
    }
}

extension PeerSettings {
    static func standard(isLite: Bool = false, channel: String? = nil) -> PeerSettings {
        var settings = PeerSettings(codecs: [.usual(.opus, payloadType: 111)])
        settings.isLite = isLite
        settings.channel = channel
        return settings
    }
}

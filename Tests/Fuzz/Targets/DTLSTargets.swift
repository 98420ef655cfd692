import Timeline
import WebRTCCore

/// Two ends of a handshake, one of which is also told what no peer would say.
///
/// The one exception to rounds that can be repeated: OpenSSL draws keys and nonces by itself.
private final class DTLSStage {
    private let victim: DTLSTransport
    private let partner: DTLSTransport
    /// On its way to the victim.
    private var coming: [[UInt8]] = []
    private(set) var said: [[UInt8]] = []
    private(set) var isOver = false
    private(set) var isConnected = false
    private let room = OutputRoom()
    private var now = RunInstant.zero

    init(_ contexts: [DTLSContext], _ identities: [DTLSIdentity], victim role: DTLSRole) throws {
        victim = try DTLSTransport(
            context: contexts[0], role: role, expecting: [identities[1].fingerprint])
        partner = try DTLSTransport(
            context: contexts[1], role: role.opposite, expecting: [identities[0].fingerprint])
        partner.start(at: now)
        victim.start(at: now)
        drain()
    }

    /// Hands something to the victim, whoever it is from.
    func tell(_ bytes: [UInt8]) {
        let before = victim.ignoredRecords
        room.guarded.hold(bytes).withUnsafe { victim.receive($0, at: now) }
        if victim.ignoredRecords == before { said.append(bytes) }
        drain()
    }

    /// The next datagram that the partner has sent.
    func takeComing() -> [UInt8]? { coming.isEmpty ? nil : coming.removeFirst() }

    func pass(_ span: Nanoseconds) {
        now += span
        victim.tick(at: now)
        drain()
        if isConnected { [1, 2, 3].withUnsafeBytes { _ = partner.send($0, at: now) } }
        drain()
    }

    private func drain() {
        var rounds = 0
        var isMoving = true
        while isMoving {
            isMoving = false
            while let output = victim.poll(into: &room.buffer) {
                rounds += 1
                require(rounds < 10_000, "the transport never stops talking")
                switch output {
                case .transmit:
                    partner.receive(room.buffer.bytes, at: now)
                    isMoving = true
                case .connected: isConnected = true
                case .closed, .failed: isOver = true
                case .application: break
                }
            }
            while let output = partner.poll(into: &room.buffer) {
                if output == .transmit { coming.append(Array(room.buffer.bytes)) }
            }
        }
    }
}

extension FuzzTarget {
    static func dtls() throws -> [FuzzTarget] {
        let identities = try (0..<2).map { _ in try DTLSIdentity.generate() }
        let contexts = try identities.map { try DTLSContext(identity: $0) }
        return try [DTLSRole.server, .client].map { role in
            let whole = try DTLSStage(contexts, identities, victim: role)
            while let next = whole.takeComing() { whole.tell(next) }
            whole.pass(.milliseconds(1))
            while let next = whole.takeComing() { whole.tell(next) }
            require(whole.isConnected, "no handshake to begin with")
            let corpus = whole.said
            return FuzzTarget(
                name: "dtls-\(role)", corpus: corpus, capacity: 8_192, weight: 2
            ) { _ in try feedDTLS { try DTLSStage(contexts, identities, victim: role) } }
        }
    }

    /// Mutated datagrams of another handshake, and between them, mutated or not, those of this.
    private static func feedDTLS(_ make: @escaping () throws -> DTLSStage) throws -> Feed {
        var stage = try make()
        return { bytes, generator in
            if stage.isOver, let next = try? make() { stage = next }
            if generator.next() % 2 == 0, var live = stage.takeComing() {
                if generator.next() % 4 == 0, !live.isEmpty {
                    let place = Int(generator.next() % UInt64(live.count))
                    live[place] ^= 1 << UInt8(generator.next() % 8)
                }
                stage.tell(live)
            }
            stage.tell(Array(bytes))
            stage.pass(.milliseconds(1))
            return !stage.isOver
        }
    }
}

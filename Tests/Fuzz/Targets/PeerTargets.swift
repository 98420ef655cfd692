import RTPCore
import Timeline
import WebRTCCore

/// Two whole peer sessions, one of which is also told what no peer would say.
private final class PeerStage {
    static let addresses = [40_000, 50_000].map {
        TransportAddress(host: .v4(0x7F00_0001), port: $0)
    }
    private let sessions: [PeerSession]
    private let victim: Int
    private(set) var now = RunInstant.zero + .seconds(1)
    /// On its way to the victim.
    private var coming: [[UInt8]] = []
    private(set) var said: [[UInt8]] = []
    private let room = OutputRoom()
    private(set) var isOver = false

    init(_ contexts: [DTLSContext], _ identities: [DTLSIdentity], victim: Int) throws {
        self.victim = victim
        sessions = (0..<2).map { side in
            var settings = PeerSettings(codecs: [.usual(.opus, payloadType: 111)])
            settings.isLite = side == 1
            if side == 0 { settings.channel = "events" }
            return PeerSession(
                settings: settings, context: contexts[side],
                fingerprint: identities[side].fingerprint, ssrc: UInt32(side + 1), name: "n",
                isOfferer: side == 0,
                generator: SeededGenerator(seed: 9, stream: "peer-fuzz", number: UInt64(side)))
        }
        sessions[0].start(bases: [Self.addresses[0]], at: now)
        drain()
        let answer = try sessions[1].answer(
            to: sessions[0].offer(), bases: [Self.addresses[1]], at: now)
        _ = try sessions[0].accept(answer: answer, at: now)
        drain()
    }

    var isConnected: Bool { sessions.allSatisfy(\.isConnected) }

    /// Lets time pass for both, and every datagram but the victim's arrive.
    func pass(_ span: Nanoseconds) {
        now += span
        for session in sessions { session.tick(at: now) }
        drain()
    }

    func takeComing() -> [UInt8]? { coming.isEmpty ? nil : coming.removeFirst() }

    /// Has the partner send a packet of media and a message, where it can.
    func talk(_ number: UInt16) {
        let partner = sessions[1 - victim]
        [UInt8](repeating: 0x7B, count: 40).withUnsafeBytes {
            _ = partner.send(message: $0, isText: true, at: now)
        }
        var packet = WireBuffer()
        RTPHeader(
            marker: false, payloadType: 111, sequence: number, timestamp: UInt32(number) * 960,
            ssrc: 2
        ).write(into: &packet, level: AudioLevel(decibels: -20, isVoice: true))
        packet.append([UInt8](repeating: 1, count: 60))
        if partner.protect(&packet) { coming.append(Array(packet.bytes)) }
        drain()
    }

    func tell(_ bytes: [UInt8]) -> Bool {
        said.append(bytes)
        let reception = sessions[victim].receive(
            room.guarded.hold(bytes), from: Self.addresses[1 - victim],
            at: Self.addresses[victim], now: now)
        if case .media(let count) = reception {
            require(count <= bytes.count, "\(count) bytes came out of \(bytes.count)")
        }
        drain()
        return reception != .refused
    }

    private func drain() {
        var rounds = 0
        var isMoving = true
        while isMoving {
            isMoving = false
            for side in 0..<2 {
                while let output = sessions[side].poll(into: &room.buffer, at: now) {
                    rounds += 1
                    require(rounds < 10_000, "the sessions never stop talking")
                    isMoving = true
                    switch output {
                    case .transmit: deliver(Array(room.buffer.bytes), from: side)
                    case .failed, .closed: isOver = true
                    case .routed, .discovered, .gathered, .connected, .media, .message,
                        .channelOpened:
                        break
                    }
                }
            }
        }
    }

    private func deliver(_ bytes: [UInt8], from side: Int) {
        guard side == victim else {
            coming.append(bytes)
            return
        }
        var bytes = bytes
        _ = bytes.withUnsafeMutableBytes {
            sessions[1 - side].receive(
                $0, from: Self.addresses[side], at: Self.addresses[1 - side], now: now)
        }
    }
}

extension FuzzTarget {
    static func peer() throws -> [FuzzTarget] {
        let identities = try (0..<2).map { _ in try DTLSIdentity.generate() }
        let contexts = try identities.map { try DTLSContext(identity: $0) }
        return try ["peer-caller", "peer-agent"].enumerated().map { victim, name in
            let whole = try PeerStage(contexts, identities, victim: victim)
            for number in UInt16(0)..<60 {
                while let next = whole.takeComing() { _ = whole.tell(next) }
                whole.pass(.milliseconds(50))
                if whole.isConnected { whole.talk(number) }
            }
            require(whole.isConnected, "no connection to begin with")
            return FuzzTarget(
                name: name, corpus: whole.said + STUNCorpus.messages([.binding]), capacity: 2_048,
                weight: 2
            ) { generator in
                // Before, during and after the handshake.
                let steps = [0, 1, 2, 4, 30][Int(generator.next() % 5)]
                return try feedPeer(steps) {
                    try PeerStage(contexts, identities, victim: victim)
                }
            }
        }
    }

    private static func feedPeer(
        _ steps: Int, _ make: @escaping () throws -> PeerStage
    ) throws -> Feed {
        func begin() throws -> PeerStage {
            let stage = try make()
            for _ in 0..<steps {
                while let next = stage.takeComing() { _ = stage.tell(next) }
                stage.pass(.milliseconds(50))
            }
            return stage
        }
        var stage = try begin()
        var number: UInt16 = 0
        return { bytes, generator in
            if stage.isOver, let next = try? begin() { stage = next }
            number &+= 1
            if stage.isConnected, number % 4 == 0 { stage.talk(number) }
            if generator.next() % 2 == 0, var live = stage.takeComing() {
                if generator.next() % 4 == 0, !live.isEmpty {
                    let place = Int(generator.next() % UInt64(live.count))
                    live[place] ^= 1 << UInt8(generator.next() % 8)
                }
                _ = stage.tell(live)
            }
            let wasRead = stage.tell(Array(bytes))
            stage.pass(.milliseconds(Int64(generator.next() % 100)))
            return wasRead
        }
    }
}

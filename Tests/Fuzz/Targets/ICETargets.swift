import Timeline
import WebRTCCore

/// Two agents whose conversation is the same every time: what one hears is the other's corpus.
private final class ICEStage {
    static let addresses = [
        TransportAddress(host: .v4(0x0A00_0001), port: 1_001),
        TransportAddress(host: .v4(0x0A00_0002), port: 1_002),
    ]
    let agents: [ICEAgent]
    let passwords: [String]
    private(set) var heard: [(bytes: [UInt8], from: TransportAddress)] = []
    private(set) var now = RunInstant.zero
    private var buffer = WireBuffer()
    private let limit: Int

    /// - Parameters:
    ///   - isLite: whether the first agent only answers.
    ///   - isLeading: whether it is the one that decides.
    ///   - limit: of messages that reach the first agent.
    ///   - span: of their conversation.
    init(isLite: Bool, isLeading: Bool, limit: Int = .max, span: Nanoseconds = .seconds(12)) {
        self.limit = limit
        var generator = SeededGenerator(seed: 7, stream: "ice-fuzz")
        let credentials = (0..<2).map { _ in ICECredentials.drawn(using: &generator) }
        passwords = credentials.map(\.password)
        agents = (0..<2).map { side in
            let agent = ICEAgent(
                role: (side == 0) == isLeading ? .controlling : .controlled,
                isLite: isLite && side == 0,
                credentials: credentials[side],
                generator: SeededGenerator(seed: 7, stream: "ice-fuzz", number: UInt64(side)))
            agent.add(local: .host(Self.addresses[side]), base: Self.addresses[side], at: .zero)
            return agent
        }
        for side in 0..<2 {
            agents[side].setRemote(
                credentials[1 - side], isLite: isLite && side == 1, at: .zero)
            agents[side].add(remote: .host(Self.addresses[1 - side]), at: .zero)
        }
        while now < .zero + span { step() }
    }

    private func step() {
        for side in 0..<2 {
            agents[side].tick(at: now)
            while let output = agents[side].poll(into: &buffer) {
                if case .transmit(let from, let to) = output { deliver(to: 1 - side, from, to) }
            }
        }
        now += .milliseconds(50)
    }

    private func deliver(
        to side: Int, _ from: TransportAddress, _ base: TransportAddress
    ) {
        let bytes = Array(buffer.bytes)
        if side == 0 {
            guard heard.count < limit else { return }
            heard.append((bytes, from))
        }
        bytes.withUnsafeBytes { agents[side].receive(stun: $0, from: from, at: base, now: now) }
    }
}

extension FuzzTarget {
    static func ice() -> [FuzzTarget] {
        ["ice-controlled", "ice-controlling", "ice-lite"].map { name in
            let isLite = name == "ice-lite"
            let isLeading = name == "ice-controlling"
            let recorded = ICEStage(isLite: isLite, isLeading: isLeading).heard.map(\.bytes)
            let spare = STUNCorpus.messages([.binding])
            return FuzzTarget(
                name: name, corpus: recorded + spare,
                capacity: 2_048
            ) { generator in
                let limit = Int(generator.next() % UInt64(recorded.count + 1))
                let span = Nanoseconds.milliseconds([300, 1_000, 6_000][Int(generator.next() % 3)])
                return feedICE(
                    ICEStage(
                        isLite: isLite, isLeading: isLeading, limit: limit, span: span))
            }
        }
    }

    private static func feedICE(_ stage: ICEStage) -> Feed {
        let agent = stage.agents[0]
        // Requests to us are signed with our password, responses with the peer's.
        let keys = stage.passwords.map { STUNKey.shortTerm($0) }
        var now = stage.now
        let outputs = OutputRoom()
        var transaction: [UInt8] = []
        return { bytes, generator in
            let raw = UnsafeRawBufferPointer(bytes)
            var input = Array(raw)
            if generator.next() % 4 == 0 { input = STUNCorpus.answering(transaction, raw) }
            if generator.next() % 8 != 0 {
                let isResponse = input.first.map { $0 & 1 == 1 } ?? false
                input = input.withUnsafeBytes {
                    STUNCorpus.signed($0, key: keys[isResponse ? 1 : 0])
                }
            }
            var from = ICEStage.addresses[1]
            if generator.next() % 8 == 0 {
                from = TransportAddress(
                    host: .v4(UInt32(truncatingIfNeeded: generator.next())), port: 5)
            }
            let before = agent.counts
            outputs.guarded.hold(input).withUnsafe {
                agent.receive(stun: $0, from: from, at: ICEStage.addresses[0], now: now)
            }
            let wasRead = agent.counts.malformed == before.malformed
            now += .milliseconds(Int64(generator.next() % 200))
            agent.tick(at: now)
            var polled = 0
            while let output = agent.poll(into: &outputs.buffer) {
                if case .transmit = output {
                    let asked = STUNCorpus.transaction(of: outputs.buffer.bytes)
                    if !asked.isEmpty { transaction = asked }
                }
                polled += 1
                require(polled < 10_000, "the agent never stops talking")
            }
            return wasRead
        }
    }
}

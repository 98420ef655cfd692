import Testing
import Timeline
import WebRTCCore

/// A peer written by hand, which checks and answers as a test wants.
private struct HandMadePeer {
    let agent: ICEAgent
    let credentials: ICECredentials
    let base: TransportAddress
    /// Where it hears but says nothing.
    var silent: Set<TransportAddress> = []
    private var counter: UInt64 = 0

    init(agent: ICEAgent, base: TransportAddress, credentials: ICECredentials) {
        self.agent = agent
        self.base = base
        self.credentials = credentials
    }

    /// Sends a check from an address and answers what comes back; returns what was selected.
    mutating func check(
        from source: TransportAddress, attribute: STUNAttribute = .iceControlling,
        tieBreaker: UInt64 = .max, nominates: Bool, at now: RunInstant
    ) throws -> (selected: [ICEPair], code: Int?) {
        counter += 1
        let bytes = stunBytes { buffer in
            let id = STUNTransactionID(high: 7, low: counter)
            let writer = STUNWriter(.request, .binding, id, into: &buffer)
            writer.add(
                .username, text: "\(agent.credentials.ufrag):\(credentials.ufrag)", to: &buffer)
            writer.add(.priority, number: 1_000, to: &buffer)
            writer.add(attribute, wideNumber: tieBreaker, to: &buffer)
            if nominates { writer.add(flag: .useCandidate, to: &buffer) }
            writer.finish(key: STUNKey.shortTerm(agent.credentials.password), in: &buffer)
        }
        bytes.withUnsafeBytes { agent.receive(stun: $0, from: source, at: base, now: now) }
        return try drain(at: now)
    }

    mutating func drain(at now: RunInstant) throws -> (selected: [ICEPair], code: Int?) {
        var selected: [ICEPair] = []
        var code: Int?
        var buffer = WireBuffer()
        while let output = agent.poll(into: &buffer) {
            switch output {
            case .selected(let pair): selected.append(pair)
            case .transmit(let from, let to):
                let message = try STUNMessage.parse(buffer.bytes)
                if message.kind == .failure { code = message.failureCode }
                guard message.kind == .request, !silent.contains(to) else { continue }
                let answer = stunBytes { buffer in
                    let writer = STUNWriter(.success, .binding, message.transaction, into: &buffer)
                    writer.add(.xorMappedAddress, address: from, to: &buffer)
                    writer.finish(key: STUNKey.shortTerm(credentials.password), in: &buffer)
                }
                answer.withUnsafeBytes { agent.receive(stun: $0, from: to, at: from, now: now) }
            case .roundTrip, .failed: break
            }
        }
        return (selected, code)
    }
}

@Suite struct ICENominationTests {
    private let good = iceAddress("10.2.0.2", 6_000)
    private let poor = iceAddress("10.2.0.2", 6_001)

    private func milliseconds(_ count: Int64) -> RunInstant { .zero + .milliseconds(count) }

    /// A controlled agent that knows two addresses of its peer, one better than the other.
    private func peer(isLite: Bool) -> HandMadePeer {
        var generator = SeededGenerator(seed: 3, stream: "hand-made")
        let agent = iceAgent(.controlled, isLite: isLite, seed: 4)
        let peer = HandMadePeer(
            agent: agent, base: hostA, credentials: .drawn(using: &generator))
        agent.add(local: .host(hostA), base: hostA, at: .zero)
        agent.setRemote(peer.credentials, isLite: false, at: .zero)
        agent.add(remote: .host(good, preference: 2), at: .zero)
        agent.add(remote: .host(poor, preference: 1), at: .zero)
        return peer
    }

    @Test(arguments: [false, true])
    func `nominating with every check ends on the best pair`(isLite: Bool) throws {
        var peer = peer(isLite: isLite)
        _ = try peer.drain(at: .zero)

        var selected: [TransportAddress] = []
        let sources = [poor, good, poor, good]
        for (index, source) in sources.enumerated() {
            let now = milliseconds(100 * Int64(index + 1))
            selected += try peer.check(from: source, nominates: true, at: now).selected
                .map(\.remote.address)
        }

        #expect(selected == [poor, good])
        #expect(peer.agent.selectedPair?.remote.address == good)
    }

    @Test(arguments: [false, true])
    func `a selected pair gone silent gives way to a worse one`(isLite: Bool) throws {
        var peer = peer(isLite: isLite)
        _ = try peer.drain(at: .zero)
        let first = try peer.check(from: good, nominates: true, at: milliseconds(100))
        #expect(first.selected.map(\.remote.address) == [good])

        peer.silent = [good, poor]
        peer.agent.tick(at: milliseconds(6_500))
        _ = try peer.drain(at: milliseconds(6_500))
        let early = try peer.check(from: poor, nominates: true, at: milliseconds(7_000))
        #expect(early.selected.isEmpty)

        peer.silent = []
        let late = try peer.check(from: poor, nominates: true, at: milliseconds(8_200))
        #expect(late.selected.map(\.remote.address) == [poor])
    }

    @Test func `a nomination counts once our own check was answered`() throws {
        var peer = peer(isLite: false)
        peer.silent = [good, poor]
        _ = try peer.drain(at: .zero)
        let silent = try peer.check(from: good, nominates: true, at: milliseconds(100))
        #expect(silent.selected.isEmpty)

        peer.silent = []
        peer.agent.tick(at: milliseconds(600))
        let answered = try peer.drain(at: milliseconds(600))
        #expect(answered.selected.map(\.remote.address) == [good])
    }

    @Test func `a better pair nominated before is taken once it works`() throws {
        var peer = peer(isLite: false)
        peer.silent = [good]
        _ = try peer.drain(at: .zero)
        let silent = try peer.check(from: good, nominates: true, at: milliseconds(100))
        #expect(silent.selected.isEmpty)
        let first = try peer.check(from: poor, nominates: true, at: milliseconds(200))
        #expect(first.selected.map(\.remote.address) == [poor])

        peer.silent = []
        var selected: [TransportAddress] = []
        while let wake = peer.agent.wake, wake < milliseconds(2_000) {
            peer.agent.tick(at: wake)
            selected += try peer.drain(at: wake).selected.map(\.remote.address)
        }
        #expect(selected == [good])
    }

    @Test func `an answer that may be to either of two requests times nothing`() throws {
        var generator = SeededGenerator(seed: 5, stream: "ambiguous")
        let credentials = ICECredentials.drawn(using: &generator)
        for resent in [false, true] {
            let agent = iceAgent(.controlling, seed: 6)
            agent.add(local: .host(hostA), base: hostA, at: .zero)
            agent.add(remote: .host(good), at: .zero)
            agent.setRemote(credentials, isLite: true, at: .zero)
            var buffer = WireBuffer()
            _ = agent.poll(into: &buffer)
            if resent {
                agent.tick(at: milliseconds(500))
                _ = agent.poll(into: &buffer)
            }
            let id = try STUNMessage.parse(buffer.bytes).transaction
            let answer = stunBytes { buffer in
                let writer = STUNWriter(.success, .binding, id, into: &buffer)
                writer.add(.xorMappedAddress, address: hostA, to: &buffer)
                writer.finish(key: STUNKey.shortTerm(credentials.password), in: &buffer)
            }
            answer.withUnsafeBytes {
                agent.receive(stun: $0, from: good, at: hostA, now: milliseconds(530))
            }
            let first = agent.poll(into: &buffer)
            #expect((first == .roundTrip(.milliseconds(530))) == !resent)
        }
    }

    @Test func `an unknown source that nominates is a peer-reflexive candidate`() throws {
        var peer = peer(isLite: true)
        let unknown = iceAddress("203.0.113.77", 999)
        let result = try peer.check(from: unknown, nominates: true, at: milliseconds(10))
        let pair = try #require(result.selected.first)
        #expect(pair.remote.address == unknown)
        #expect(pair.remote.kind == .peerReflexive)
        #expect(pair.remote.priority == 1_000)
    }

    @Test func `a lite agent tells a peer that would be led to lead`() throws {
        var peer = peer(isLite: true)
        for tieBreaker in [UInt64.min, .max] {
            let result = try peer.check(
                from: good, attribute: .iceControlled, tieBreaker: tieBreaker, nominates: false,
                at: milliseconds(10))
            #expect(result.code == 487)
        }
        #expect(peer.agent.role == .controlled)
    }

    @Test func `the larger tie-breaker takes the lead or is refused by it`() throws {
        var led = peer(isLite: false)
        let refused = try led.check(
            from: good, attribute: .iceControlled, tieBreaker: .max, nominates: false,
            at: milliseconds(10))
        #expect(refused.code == 487)
        #expect(led.agent.role == .controlled)
        let yielded = try led.check(
            from: good, attribute: .iceControlled, tieBreaker: 0, nominates: false,
            at: milliseconds(20))
        #expect(yielded.code == nil)
        #expect(led.agent.role == .controlling)

        let conflict = try led.check(
            from: good, tieBreaker: 0, nominates: true, at: milliseconds(30))
        #expect(conflict.code == 487)
        let lost = try led.check(
            from: good, tieBreaker: .max, nominates: false, at: milliseconds(40))
        #expect(lost.code == nil)
        #expect(led.agent.role == .controlled)
    }
}

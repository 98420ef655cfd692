import Testing
import Timeline
import WebRTCCore

@Suite struct ICEFailureTests {
    @Test func `nothing reachable fails when patience ends and says what was tried`() throws {
        let network = icePair()
        network.isBlocked = { _, _ in true }
        network.giveHost(0, hostA)
        network.giveHost(1, hostB)
        network.introduce()
        network.run(until: .zero + .seconds(20))

        let failure = try #require(network.sides[0].failure)
        #expect(failure.code == .noPair)
        #expect(
            failure.message
                == "no pair of addresses worked within 10 s: 1 local candidate, "
                + "1 remote candidate, 1 pair, 5 checks sent; no answer came")
        #expect(network.sides[0].failedAt == .zero + .seconds(10))
        #expect(network.sides[0].agent.wake == nil)
        #expect(network.sides[0].outputs == [.failed(failure)])
    }

    @Test func `a check is given up after seven tries`() {
        let agent = iceAgent(.controlling, seed: 6, patience: .seconds(60))
        var generator = SeededGenerator(seed: 1, stream: "nobody")
        agent.add(local: .host(hostA), base: hostA, at: .zero)
        agent.setRemote(.drawn(using: &generator), isLite: false, at: .zero)
        agent.add(remote: .host(hostB), at: .zero)
        var buffer = WireBuffer()
        var sent: [Nanoseconds] = []
        var wakes: [Nanoseconds] = []
        var now = RunInstant.zero
        while let wake = agent.wake {
            while case .transmit = agent.poll(into: &buffer) { sent.append(now - .zero) }
            wakes.append(wake - .zero)
            now = wake
            agent.tick(at: now)
        }

        let expected = [0, 500, 1_500, 3_500, 7_500, 15_500, 31_500].map {
            Nanoseconds.milliseconds($0)
        }
        #expect(sent == expected)
        #expect(wakes.suffix(2) == [.milliseconds(39_500), .seconds(60)])
    }

    @Test func `a wrong password is refused, counted and named`() throws {
        let network = icePair()
        let agents = network.sides.map(\.agent)
        network.giveHost(0, hostA)
        network.giveHost(1, hostB)
        let wrong = try #require(
            ICECredentials(
                ufrag: agents[1].credentials.ufrag, password: String(repeating: "x", count: 24)))
        agents[0].setRemote(wrong, isLite: false, at: .zero)
        agents[0].endRemoteCandidates()
        agents[1].setRemote(agents[0].credentials, isLite: false, at: .zero)
        network.run(until: .zero + .seconds(20))

        let failure = try #require(network.sides[0].failure)
        #expect(failure.code == .noPair)
        #expect(failure.message.contains("the last error answer was 401 Unauthenticated"))
        #expect(failure.message.contains("1 remote candidate (all there are)"))
        #expect(agents[1].counts.requestsRefused > 0)
        #expect(network.sides[1].failure != nil)
    }

    @Test func `a request for somebody else, or without name, is refused by its kind`() throws {
        let agent = iceAgent(.controlled, seed: 5)
        agent.add(local: .host(hostB), base: hostB, at: .zero)
        let key = STUNKey.shortTerm(agent.credentials.password)
        let ufrag = agent.credentials.ufrag
        func answer(_ body: (STUNWriter, inout WireBuffer) -> Void) throws -> Int? {
            let bytes = stunBytes { buffer in
                let id = STUNTransactionID(high: 1, low: 1)
                body(STUNWriter(.request, .binding, id, into: &buffer), &buffer)
            }
            bytes.withUnsafeBytes { agent.receive(stun: $0, from: hostA, at: hostB, now: .zero) }
            var buffer = WireBuffer()
            guard agent.poll(into: &buffer) == .transmit(from: hostB, to: hostA) else { return 0 }
            return try withSTUN(Array(buffer.bytes)) { $0.failureCode }
        }

        let noName = try answer { $0.finish(key: key, in: &$1) }
        let noIntegrity = try answer { writer, buffer in
            writer.add(.username, text: "\(ufrag):peer", to: &buffer)
            writer.finish(key: nil, in: &buffer)
        }
        let somebodyElse = try answer { writer, buffer in
            writer.add(.username, text: "\(ufrag)x:peer", to: &buffer)
            writer.finish(key: key, in: &buffer)
        }
        let unknown = try answer { writer, buffer in
            writer.add(.username, text: "\(ufrag):peer", to: &buffer)
            buffer.append(stunHex("77770000"))
            writer.finish(key: key, in: &buffer)
        }
        let right = try answer { writer, buffer in
            writer.add(.username, text: "\(ufrag):peer", to: &buffer)
            writer.finish(key: key, in: &buffer)
        }

        #expect(noName == 400)
        #expect(noIntegrity == 400)
        #expect(somebodyElse == 401)
        #expect(unknown == 420)
        #expect(right == nil)
        #expect(agent.counts.requestsRefused == 4)
    }

    @Test func `a peer that vanishes loses its consent after thirty seconds`() throws {
        let network = icePair()
        network.giveHost(0, hostA)
        network.giveHost(1, hostB)
        network.introduce()
        network.plan(at: .zero + .seconds(60)) { $0.sides[1].isGone = true }
        network.run(until: .zero + .seconds(120), stopWhenSettled: false)

        let failure = try #require(network.sides[0].failure)
        #expect(failure.code == .consentLost)
        #expect(failure.message.contains("10.2.0.2:6000"))
        // Thirty seconds after its last answer, which came within six of its end.
        let instant = try #require(network.sides[0].failedAt)
        #expect(instant > .zero + .seconds(83))
        #expect(instant <= .zero + .seconds(91))
        #expect(network.sides[0].roundTrips.count >= 11)
        #expect(network.sides[0].roundTrips.allSatisfy { $0 == .milliseconds(40) })
    }

    @Test func `consent survives heavy loss`() throws {
        let network = icePair()
        network.giveHost(0, hostA)
        network.giveHost(1, hostB)
        network.introduce()
        network.plan(at: .zero + .seconds(5)) { $0.loss = 0.2 }
        network.run(until: .zero + .seconds(600), stopWhenSettled: false)

        #expect(network.sides[0].failure == nil)
        #expect(network.sides[1].failure == nil)
        let gaps = zip(network.requestInstants[0], network.requestInstants[0].dropFirst()).map {
            $1 - $0
        }
        let consents = gaps.filter { $0 > .seconds(1) }
        #expect(consents.allSatisfy { $0 >= .seconds(4) && $0 <= .seconds(6) })
    }

    @Test func `an answer that comes from elsewhere makes no valid pair`() throws {
        let agent = iceAgent(.controlling, seed: 8)
        let peer = iceAgent(.controlled, seed: 9)
        agent.add(local: .host(hostA), base: hostA, at: .zero)
        agent.setRemote(peer.credentials, isLite: false, at: .zero)
        agent.add(remote: .host(hostB), at: .zero)
        peer.add(local: .host(hostB), base: hostB, at: .zero)
        var buffer = WireBuffer()
        #expect(agent.poll(into: &buffer) == .transmit(from: hostA, to: hostB))
        peer.receive(stun: buffer.bytes, from: hostA, at: hostB, now: .zero)
        #expect(peer.poll(into: &buffer) == .transmit(from: hostB, to: hostA))

        let elsewhere = iceAddress("10.9.9.9", 6_000)
        agent.receive(stun: buffer.bytes, from: elsewhere, at: hostA, now: .zero + .milliseconds(1))
        agent.receive(stun: buffer.bytes, from: hostB, at: hostA, now: .zero + .milliseconds(2))

        #expect(agent.poll(into: &buffer) == nil)
        #expect(agent.counts.responsesIgnored == 2)
        agent.tick(at: .zero + .seconds(10))
        guard case .failed(let failure) = agent.poll(into: &buffer) else {
            Issue.record("no failure")
            return
        }
        #expect(failure.code == .noPair)
    }

    @Test func `an answer signed with another password is not taken`() throws {
        let agent = iceAgent(.controlling, seed: 8)
        let peer = iceAgent(.controlled, seed: 9)
        agent.add(local: .host(hostA), base: hostA, at: .zero)
        agent.add(remote: .host(hostB), at: .zero)
        agent.setRemote(peer.credentials, isLite: false, at: .zero)
        var buffer = WireBuffer()
        _ = agent.poll(into: &buffer)
        let id = try STUNMessage.parse(buffer.bytes).transaction
        func answer(_ kind: STUNClass, password: String?) {
            let bytes = stunBytes { buffer in
                let writer = STUNWriter(kind, .binding, id, into: &buffer)
                if kind == .failure {
                    writer.addFailure(code: 487, reason: "Role Conflict", to: &buffer)
                } else {
                    writer.add(.xorMappedAddress, address: hostA, to: &buffer)
                }
                writer.finish(key: password.map(STUNKey.shortTerm), in: &buffer)
            }
            let now = RunInstant.zero + .milliseconds(9)
            bytes.withUnsafeBytes { agent.receive(stun: $0, from: hostB, at: hostA, now: now) }
        }

        answer(.success, password: agent.credentials.password)
        answer(.success, password: nil)
        answer(.failure, password: nil)
        answer(.failure, password: agent.credentials.password)
        #expect(agent.poll(into: &buffer) == nil)
        #expect(agent.role == .controlling)
        #expect(agent.counts.responsesIgnored == 4)

        answer(.success, password: peer.credentials.password)
        #expect(agent.poll(into: &buffer) == .roundTrip(.milliseconds(9)))
    }

    @Test func `candidates beyond the bounds are counted and left out`() {
        let agent = iceAgent(.controlling, seed: 10)
        for index in 0..<UInt16(20) {
            let base = iceAddress("10.0.0.1", 1_000 + index)
            agent.add(local: .host(base, preference: index), base: base, at: .zero)
        }
        #expect(agent.counts.candidatesIgnored == 4)
        for index in 0..<UInt16(40) {
            agent.add(remote: .host(iceAddress("10.0.0.2", 1_000 + index)), at: .zero)
        }
        // 8 remote ones too many, and of 16 by 32 pairs all but 100.
        #expect(agent.counts.candidatesIgnored == 4 + 8 + 512 - 100)
        for text in ["0.0.0.0", "224.0.0.1", "255.255.255.255", "::", "ff02::1"] {
            agent.add(remote: .host(iceAddress(text, 7)), at: .zero)
        }
        #expect(agent.counts.candidatesIgnored == 4 + 8 + 512 - 100 + 5)
    }
}

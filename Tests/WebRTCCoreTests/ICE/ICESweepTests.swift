import Testing
import Timeline
import WebRTCCore

@Suite struct ICESweepTests {
    /// A network drawn from a seed: everything that can differ does.
    private func drawn(_ seed: UInt64) -> ICENetwork {
        var generator = SeededGenerator(seed: seed, stream: "ice-sweep")
        func chance(_ one: UInt64, in all: UInt64) -> Bool { generator.next() % all < one }
        let liteSide = chance(1, in: 4) ? 1 : nil
        let roles: [ICERole] = (0..<2).map { _ in chance(1, in: 2) ? .controlling : .controlled }
        let isConflict = chance(1, in: 3)
        let network = icePair(
            isConflict ? roles[0] : .controlling, isConflict ? roles[1] : .controlled,
            lite: [false, liteSide == 1], seed: seed)
        network.loss = [0, 0, 0.05, 0.15, 0.3][Int(generator.next() % 5)]
        network.delay = .milliseconds(1 + Int64(generator.next() % 150))
        network.jitter = .milliseconds(Int64(generator.next() % 100))

        let blocked = generator.next() % 8
        let relay = iceAddress("198.51.100.7", 50_000)
        network.isBlocked = { from, to in
            // One base works in one direction only.
            blocked == 0 && from == hostA || blocked == 1 && to == hostA
        }
        for side in 0..<2 {
            let lag = Nanoseconds.milliseconds(Int64(generator.next() % 3) * 400)
            let isTranslated = side != liteSide && chance(1, in: 3)
            if isTranslated {
                // Two symmetric ones cannot meet without a relay, which side 0 has then.
                network.sides[side].translation =
                    [.open, .restricted, .symmetric][
                        Int(generator.next() % 3)]
            }
            let base = side == 0 ? hostA : hostB
            network.giveHost(side, base, trickledAfter: lag)
            if chance(1, in: 2) {
                network.giveHost(
                    side, iceAddress("2001:db8:\(side + 1)::2", 5_000), trickledAfter: lag)
            }
            if isTranslated {
                let seen = network.reflexive(side: side, base: base)
                network.give(
                    side,
                    .serverReflexive(seen, base: base, server: iceAddress("198.51.100.1", 3_478)),
                    base: base, trickledAfter: lag + .milliseconds(100))
            }
        }
        network.giveRelay(0, relay)
        network.introduce(lag: .milliseconds(Int64(generator.next() % 4) * 200))
        return network
    }

    @Test func `every run ends in time, and both ends agree on the pair`() {
        var selected = 0
        let runs: UInt64 = 400
        for seed in 0..<runs {
            let network = drawn(seed)
            let loss = network.loss
            network.run(until: .zero + .seconds(30))

            #expect(network.isSettled, "seed \(seed)")
            for side in network.sides {
                let ended = side.selectedAt ?? side.failedAt ?? .zero + .seconds(99)
                #expect(ended <= .zero + .milliseconds(10_600), "seed \(seed)")
            }
            // A better pair may still be nominated; by now it was.
            network.loss = 0
            network.run(until: network.now + .seconds(3), stopWhenSettled: false)
            guard let first = network.sides[0].selected, let second = network.sides[1].selected,
                network.sides.allSatisfy({ $0.failure == nil })
            else {
                #expect(loss >= 0.3, "seed \(seed): \(network.sides.map(\.failure))")
                continue
            }
            selected += 1
            #expect(first.local.address == second.remote.address, "seed \(seed)")
            #expect(first.remote.address == second.local.address, "seed \(seed)")
            let roles = network.sides.map(\.agent.role)
            #expect(roles[0] != roles[1], "seed \(seed)")
        }
        #expect(selected >= Int(runs) * 97 / 100, "\(selected)")
    }

    @Test func `the same seed gives the same run`() {
        let runs = (0..<2).map { _ in
            let network = drawn(17)
            network.run(until: .zero + .seconds(20))
            return (network.sides.map(\.outputs), network.sent, network.now)
        }
        #expect(runs[0].0 == runs[1].0)
        #expect(runs[0].1 == runs[1].1)
        #expect(runs[0].2 == runs[1].2)
    }

    @Test func `mutated messages on the way neither trap nor select`() {
        var generator = SeededGenerator(seed: 45, stream: "fuzz-ice")
        for seed in 0..<UInt64(60) {
            let network = drawn(seed)
            network.loss = 0
            network.tamper = { bytes in
                let changed = mutatedSTUN(bytes, using: &generator)
                return changed == bytes ? [] : changed
            }
            network.run(until: .zero + .seconds(20))
            #expect(network.sides.allSatisfy { $0.selected == nil }, "seed \(seed)")
            #expect(network.sides.allSatisfy { $0.failure != nil }, "seed \(seed)")
        }
    }
}

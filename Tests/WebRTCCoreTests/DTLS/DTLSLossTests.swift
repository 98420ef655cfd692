import Testing
import Timeline

@testable import WebRTCCore

/// The library's timer runs on real time, and counts as run out 15 ms early: at 20 ms, a few of
/// asking again and again.
struct DTLSLossTests {
    @Test func `a lost first flight is repeated when the timer says so`() throws {
        let pair = try pair(seeing: .milliseconds(20))
        pair.start()
        let lost = try #require(pair.underway.first).bytes
        pair.underway = []

        let wake = try #require(pair.client.wake)
        #expect(wake <= pair.now + .milliseconds(20))
        pair.now = wake
        waitForFlight(of: pair)
        let repeated = try #require(pair.underway.first).bytes
        pair.settle()

        // The same message in a record of its own number.
        #expect(repeated[13...] == lost[13...] && repeated[10] == lost[10] + 1)
        #expect(pair.areConnected)
    }

    @Test func `the timer is RFC 6347's where nothing else is said`() throws {
        let pair = try DTLSPair()
        pair.start()

        let wake = try #require(pair.client.wake)
        #expect(wake > pair.now + .milliseconds(500) && wake <= pair.now + .seconds(1))
        pair.client.tick(at: wake)
        pair.drain()
        #expect(pair.underway.count == 1, "repeated before a second of real time has passed")
    }

    @Test func `the last flight is repeated to a peer that has missed it`() throws {
        let pair = try pair(seeing: .milliseconds(20))
        pair.start()
        while pair.keys[.server] == nil, !pair.underway.isEmpty {
            let next = pair.underway.removeFirst()
            pair.deliver(next.bytes, to: next.to)
        }
        pair.underway = []
        #expect(pair.keys[.client] == nil)

        waitForFlight(of: pair)
        pair.settle()

        #expect(pair.areConnected)
    }

    @Test func `patience ends the handshake, by our own clock`() throws {
        let pair = try DTLSPair(
            client: DTLSContext(identity: Identities.client),
            server: DTLSContext(identity: Identities.server), patience: .seconds(3))
        pair.start()
        let end = pair.now + .seconds(3)
        #expect(pair.server.wake == end)

        for side in DTLSPair.Side.allCases {
            pair.transport(side).tick(at: end - Nanoseconds(1))
            #expect(pair.ends[side] == nil)
            pair.transport(side).tick(at: end)
            pair.drain()
            #expect(pair.ends[side] == .failed(.timeout))
            #expect(pair.transport(side).wake == nil)
        }
    }

    @Test(arguments: [UInt64(1), 2, 3, 4, 5, 6, 7, 8])
    func `hands are shaken over a link that loses and reorders`(seed: UInt64) throws {
        var chance = SeededGenerator(seed: seed, stream: "dtls-link")
        let pair = try pair(seeing: .milliseconds(20))
        pair.start()

        while !pair.areConnected, pair.ends.isEmpty {
            if pair.underway.isEmpty { waitForFlight(of: pair) }
            try #require(!pair.underway.isEmpty, "seed \(seed)")
            let place = chance.next() % 4 == 0 ? pair.underway.count - 1 : 0
            let next = pair.underway.remove(at: place)
            if chance.next() % 8 != 0 { pair.deliver(next.bytes, to: next.to) }
        }

        #expect(pair.areConnected, "seed \(seed)")
        #expect(pair.ends.isEmpty)
        let client = try #require(pair.keys[.client])
        let server = try #require(pair.keys[.server])
        #expect(client.local == server.remote && client.remote == server.local)
    }

    /// Lets real time pass until somebody repeats a flight.
    private func waitForFlight(of pair: DTLSPair) {
        for _ in 0..<3_000_000 where pair.underway.isEmpty {
            for side in DTLSPair.Side.allCases { pair.transport(side).tick(at: pair.now) }
            pair.drain()
        }
    }

    private func pair(seeing retransmission: Nanoseconds) throws -> DTLSPair {
        try DTLSPair(
            client: DTLSContext(identity: Identities.client, retransmission: retransmission),
            server: DTLSContext(identity: Identities.server, retransmission: retransmission),
            mtu: 400)
    }
}

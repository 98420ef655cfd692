import Testing
import Timeline

@testable import WebRTCCore

struct DTLSSessionTests {
    @Test func `messages go both ways, whole and in order`() throws {
        let pair = try DTLSPair()
        pair.connect()

        let largest = pair.client.largestMessage
        let long = (0..<largest).map { UInt8(truncatingIfNeeded: $0) }
        #expect(pair.send([1, 2, 3], from: .client))
        #expect(pair.send(long, from: .client))
        #expect(pair.send([9], from: .server))
        pair.settle()

        #expect(pair.messages[.server] == [[1, 2, 3], long])
        #expect(pair.messages[.client] == [[9]])
        #expect(largest > 1_150)
        #expect(pair.sent.allSatisfy { $0.bytes.count <= 1_200 })
    }

    @Test func `messages that nobody polls in between share datagrams`() throws {
        let pair = try DTLSPair()
        pair.connect()
        let handshake = pair.sent.count

        for number in 0..<40 {
            _ = [UInt8](repeating: UInt8(number), count: 100).withUnsafeBytes {
                pair.client.send($0, at: pair.now)
            }
        }
        pair.drain()
        pair.settle()

        #expect(pair.messages[.server]?.map(\.first) == (0..<40).map { UInt8($0) })
        #expect(pair.sent.count - handshake < 10)
        #expect(pair.sent.allSatisfy { $0.bytes.count <= 1_200 })
    }

    @Test func `a message that cannot go is refused`() throws {
        let pair = try DTLSPair()
        #expect(!pair.send([1], from: .client))
        pair.connect()

        let long = [UInt8](repeating: 0, count: pair.client.largestMessage + 1)
        #expect(!pair.send(long, from: .client))
        #expect(!pair.send([], from: .client))
        pair.client.close(at: pair.now)
        #expect(!pair.send([1], from: .client))
    }

    @Test func `what is not polled is bounded`() throws {
        let pair = try DTLSPair()
        pair.connect()

        let message = [UInt8](repeating: 7, count: 1_000)
        var taken = 0
        for _ in 0..<1_000 {
            message.withUnsafeBytes { if pair.client.send($0, at: pair.now) { taken += 1 } }
        }
        pair.drain()
        #expect((200..<300).contains(taken))

        for datagram in pair.underway {
            datagram.bytes.withUnsafeBytes { pair.server.receive($0, at: pair.now) }
        }
        pair.underway = []
        pair.drain()
        let arrived = pair.messages[.server]?.count ?? 0
        #expect(arrived == 64)
        #expect(pair.server.droppedMessages == taken - arrived)
    }

    @Test(arguments: DTLSPair.Side.allCases)
    func `goodbye is heard by the other side`(first: DTLSPair.Side) throws {
        let pair = try DTLSPair()
        pair.connect()

        pair.transport(first).close(at: pair.now)
        pair.drain()
        #expect(pair.ends[first] == .closed)
        #expect(pair.underway.count == 1)
        pair.settle()

        #expect(pair.ends[first.other] == .closed)
    }

    @Test func `a session that is over stays so`() throws {
        let pair = try DTLSPair()
        pair.connect()
        let recorded = pair.sent
        pair.client.close(at: pair.now)
        pair.drain()
        pair.settle()

        for datagram in recorded { pair.deliver(datagram.bytes, to: datagram.from.other) }
        for side in DTLSPair.Side.allCases {
            pair.transport(side).start(at: pair.now)
            pair.transport(side).tick(at: pair.now + .seconds(60))
            pair.transport(side).close(at: pair.now)
        }
        pair.drain()

        #expect(pair.underway.isEmpty)
        #expect(pair.ends == [.client: .closed, .server: .closed])
    }

    @Test func `closing before the handshake is done says nothing to the peer`() throws {
        let pair = try DTLSPair()
        pair.start()
        pair.underway = []

        pair.client.close(at: pair.now)
        pair.drain()

        #expect(pair.ends[.client] == .closed)
        #expect(pair.underway.isEmpty)
        #expect(pair.client.wake == nil)
    }

    @Test func `a replayed datagram is not heard twice`() throws {
        let pair = try DTLSPair()
        pair.connect()

        _ = pair.send([1, 2], from: .client)
        let datagram = try #require(pair.underway.first)
        for _ in 0..<3 { pair.deliver(datagram.bytes, to: .server) }

        #expect(pair.messages[.server] == [[1, 2]])
    }
}

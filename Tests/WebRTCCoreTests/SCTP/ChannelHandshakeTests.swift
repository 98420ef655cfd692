import Testing
import Timeline

@testable import WebRTCCore

@Suite struct ChannelHandshakeTests {
    @Test func `one side begins, opens a channel and is understood`() throws {
        let pair = ChannelPair(seed: 1)
        let channel = try #require(pair.sides[1].open(label: "oai-events", protocol: "json"))
        try pair.send("{}", on: channel, from: 1)

        pair.start(1)
        pair.settle()

        #expect(channel == 1)
        #expect(pair.areEstablished)
        let opened = DataChannelOutput.opened(
            channel: 1, label: "oai-events", protocol: "json", byPeer: true)
        #expect(
            pair.heard[0] == [
                .told(.established), .told(opened),
                .message(channel: 1, isText: true, bytes: Array("{}".utf8)),
            ])
        let ours = DataChannelOutput.opened(
            channel: 1, label: "oai-events", protocol: "json", byPeer: false)
        #expect(pair.heard[1] == [.told(.established), .told(ours)])
        #expect(pair.sides[1].buffered == 0)
        #expect(pair.sides.map(\.refused) == [0, 0])
    }

    @Test func `both sides begin at once, and channels have the parity of the DTLS role`() throws {
        let pair = ChannelPair(seed: 2)
        let even = try #require(pair.sides[0].open(label: "a", protocol: ""))
        let odd = try #require(pair.sides[1].open(label: "b", protocol: ""))
        pair.start(0, 1)
        try pair.send("from the client", on: even, from: 0)
        try pair.send("from the server", on: odd, from: 1)

        pair.settle()

        #expect(even == 0 && odd == 1)
        #expect(pair.texts(to: 0) == ["from the server"])
        #expect(pair.texts(to: 1) == ["from the client"])
        let second = pair.sides.map { $0.open(label: "c", protocol: "") }
        #expect(second == [2, 3])
    }

    @Test func `one side begins long before the other is there`() throws {
        let pair = ChannelPair(seed: 3)
        var isThere = false
        pair.letsPass = { _, _ in isThere }
        pair.start(0)
        pair.run(for: .seconds(5)) { false }
        isThere = true

        pair.start(1)
        #expect(pair.run { pair.areEstablished })
    }

    @Test(arguments: [[UInt8(1)], [2], [10], [11], [1, 2, 10, 11]])
    func `each step of the handshake is repeated when it is lost`(kinds: [UInt8]) throws {
        for starters in [[0], [0, 1]] {
            let pair = ChannelPair(seed: 4)
            var losses: [UInt8: Int] = [:]
            pair.letsPass = { _, bytes in
                guard let kind = chunkTypes(bytes).first, kinds.contains(kind) else { return true }
                losses[kind, default: 0] += 1
                return losses[kind, default: 0] > 3
            }
            let channel = try #require(pair.sides[0].open(label: "x", protocol: ""))
            try pair.send("after all", on: channel, from: 0)
            for side in starters { pair.start(side) }

            #expect(pair.run { !pair.messages(to: 1).isEmpty }, "\(kinds) from \(starters)")
            pair.settle()
            #expect(pair.areEstablished)
        }
    }

    @Test func `a peer that never answers is given up within two minutes`() {
        let pair = ChannelPair(seed: 5)
        pair.letsPass = { _, _ in false }
        pair.start(0)
        #expect(pair.run(for: .seconds(120)) { pair.failure(of: 0) == .noAnswer })
        #expect(pair.now > .zero + .seconds(30))
        #expect(pair.sides[0].wake == nil)
        #expect(pair.sides[0].open(label: "late", protocol: "") == nil)
    }

    @Test func `a peer that falls silent is given up, with and without data under way`() throws {
        for hasData in [true, false] {
            let pair = ChannelPair(seed: 6)
            let channel = try #require(pair.sides[0].open(label: "x", protocol: ""))
            pair.start(0)
            pair.settle()
            pair.letsPass = { side, _ in side == 0 }
            if hasData { try pair.send("anyone?", on: channel, from: 0) }

            #expect(pair.run(for: .seconds(240)) { pair.failure(of: 0) == .unreachable })
            #expect(pair.heard[0].contains(.told(.closed(channel: channel))))
        }
    }

    @Test func `an idle association asks for a sign of life every thirty seconds`() {
        let pair = ChannelPair(seed: 7)
        pair.start(0)
        pair.settle()
        pair.keepsPackets = true

        pair.run(for: .seconds(100)) { false }

        for side in 0..<2 {
            let beats = pair.sent[side].flatMap(chunkTypes).count { $0 == 4 }
            #expect((3...4).contains(beats), "side \(side): \(beats)")
        }
        #expect(pair.areEstablished)
    }

    @Test func `an abort ends both sides at once`() throws {
        let pair = ChannelPair(seed: 8)
        let channel = try #require(pair.sides[0].open(label: "x", protocol: ""))
        pair.start(0)
        pair.settle()

        pair.sides[0].terminate(at: pair.now)
        pair.settle()

        #expect(pair.hasEnded(0))
        #expect(pair.failure(of: 1) == .aborted)
        #expect(pair.heard[1].contains(.told(.closed(channel: channel))))
        #expect(pair.sides.map(\.isEnded) == [true, true])
        #expect(pair.sides.map(\.wake) == [nil, nil])
    }

    @Test func `a shutdown first delivers what was sent, whatever is lost`() throws {
        for seed in UInt64(0)..<20 {
            let pair = ChannelPair(
                seed: seed,
                weather: ChannelPair.Weather(loss: 0.3, spread: .milliseconds(30)))
            let channel = try #require(pair.sides[0].open(label: "x", protocol: ""))
            pair.start(0)
            #expect(pair.run { pair.heard[1].count == 2 })
            for number in 0..<20 { try pair.send("\(number)", on: channel, from: 0) }
            pair.sides[0].close(at: pair.now)
            if seed % 2 == 1 { pair.sides[1].close(at: pair.now) }

            #expect(pair.run(for: .seconds(200)) { pair.hasEnded(0) && pair.hasEnded(1) })
            #expect(pair.texts(to: 1) == (0..<20).map(String.init), "seed \(seed)")
            #expect(throws: DataChannelProblem.self) { try pair.send("x", on: channel, from: 0) }
        }
    }

    @Test func `an association that never began ends without a word`() {
        let pair = ChannelPair(seed: 9)
        pair.sides[0].close(at: .zero)
        pair.drain(0)
        #expect(pair.heard[0] == [.told(.ended)])
    }

    @Test func `a caller without messages costs less than two kilobytes`() {
        let channels = DataChannels(
            role: .client, generator: SeededGenerator(seed: 1, stream: "sctp"))
        // One object that holds all of it; tables and queues are empty, which costs nothing.
        #expect(MemoryLayout<SCTPAssociation>.size < 1_500)
        #expect(channels.wake == nil)
    }
}

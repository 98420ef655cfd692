import Testing
import Timeline
import WebRTCCore

@Suite struct ChannelTransferTests {
    /// Keeps a side's queue filled from a list until everything has been taken.
    private struct Feed {
        let side: Int
        let channel: UInt16
        var messages: ArraySlice<[UInt8]>

        mutating func push(into pair: ChannelPair) throws {
            while let next = messages.first {
                do {
                    try pair.send(next, isText: next.count % 2 == 0, on: channel, from: side)
                } catch let problem as DataChannelProblem {
                    guard problem.code == .queueFull else { throw problem }
                    return
                }
                messages.removeFirst()
            }
        }
    }

    private static func drawn(
        _ count: Int, largest: Int, _ generator: inout SeededGenerator
    ) -> [[UInt8]] {
        (0..<count).map { _ in
            // Mostly small, as events are, and now and then as large as it gets.
            let part = generator.unit()
            let size = Int(Double(largest) * part * part * part * part)
            let first = UInt8(truncatingIfNeeded: generator.next())
            return (0..<size).map { UInt8(truncatingIfNeeded: $0) &* 31 &+ first }
        }
    }

    private func exchange(
        _ pair: ChannelPair, _ lists: [[[UInt8]]], limit: Nanoseconds
    ) throws {
        var feeds: [Feed] = []
        for side in 0..<2 {
            let channel = try #require(pair.sides[side].open(label: "\(side)", protocol: ""))
            feeds.append(Feed(side: side, channel: channel, messages: lists[side][...]))
        }
        pair.start(0, 1)
        let end = pair.now + limit
        while pair.now < end {
            for side in 0..<2 { try feeds[side].push(into: pair) }
            let received = (0..<2).allSatisfy { pair.heard[$0].count >= lists[1 - $0].count + 3 }
            if received && feeds.allSatisfy(\.messages.isEmpty) { break }
            guard pair.step() else { break }
        }
        for side in 0..<2 {
            #expect(pair.failure(of: side) == nil)
            #expect(pair.messages(to: side) == lists[1 - side], "to side \(side)")
        }
    }

    @Test(arguments: [UInt64(11), 12, 13])
    func `thousands of messages arrive whole and in order through heavy loss`(
        seed: UInt64
    ) throws {
        var generator = SeededGenerator(seed: seed, stream: "messages")
        let lists = (0..<2).map { _ in Self.drawn(1_000, largest: 6_000, &generator) }
        let pair = ChannelPair(
            seed: seed,
            weather: ChannelPair.Weather(
                loss: 0.3, duplication: 0.1, delay: .milliseconds(5), spread: .milliseconds(40)))

        try exchange(pair, lists, limit: .seconds(3_600))
    }

    @Test func `messages up to sixty kilobytes arrive whole and in order through heavy loss`()
        throws
    {
        var generator = SeededGenerator(seed: 14, stream: "messages")
        var lists = (0..<2).map { _ in Self.drawn(40, largest: 60_000, &generator) }
        lists[0].append([UInt8](repeating: 9, count: 60_000))
        let pair = ChannelPair(
            seed: 14,
            weather: ChannelPair.Weather(
                loss: 0.3, duplication: 0.1, delay: .milliseconds(5), spread: .milliseconds(40)))

        try exchange(pair, lists, limit: .seconds(3_600))
    }

    @Test func `a clear path carries a megabyte within a few round trips`() throws {
        var generator = SeededGenerator(seed: 15, stream: "messages")
        let lists = [
            (0..<20).map { _ in [UInt8](repeating: UInt8(generator.next() & 255), count: 50_000) },
            [],
        ]
        let pair = ChannelPair(seed: 15)

        try exchange(pair, lists, limit: .seconds(4))

        #expect(pair.now < .zero + .seconds(2), "took until \(pair.now.nanoseconds) ns")
    }

    @Test func `one lost packet is repeated without waiting for the timer`() throws {
        let pair = ChannelPair(seed: 16)
        let channel = try #require(pair.sides[0].open(label: "x", protocol: ""))
        pair.start(0)
        pair.settle()
        var packets = 0
        pair.letsPass = { side, bytes in
            guard side == 0, chunkTypes(bytes).contains(0) else { return true }
            packets += 1
            return packets != 2
        }
        let begun = pair.now
        for number in 0..<8 {
            try pair.send([UInt8](repeating: UInt8(number), count: 1_000), on: channel, from: 0)
        }

        #expect(pair.run { pair.messages(to: 1).count == 8 })

        #expect(pair.messages(to: 1).map(\.first) == (0..<8).map { UInt8($0) })
        #expect(pair.now - begun < .milliseconds(100), "took \(pair.now - begun)")
    }

    @Test func `empty messages, text and binary, arrive as such`() throws {
        let pair = ChannelPair(seed: 17)
        let channel = try #require(pair.sides[0].open(label: "x", protocol: ""))
        try pair.send([], isText: true, on: channel, from: 0)
        try pair.send([], isText: false, on: channel, from: 0)
        try pair.send([0], isText: false, on: channel, from: 0)
        pair.start(1)
        pair.settle()
        let expected: [Heard] = [
            .message(channel: channel, isText: true, bytes: []),
            .message(channel: channel, isText: false, bytes: []),
            .message(channel: channel, isText: false, bytes: [0]),
        ]
        #expect(Array(pair.heard[1].suffix(3)) == expected)
    }

    @Test func `the queue is bounded, before and after the association is up`() throws {
        let pair = ChannelPair(seed: 18)
        let channel = try #require(pair.sides[0].open(label: "x", protocol: ""))
        for size in [1, 50_000] {
            let message = [UInt8](repeating: 1, count: size)
            var taken = 0
            while (try? pair.send(message, on: channel, from: 0)) != nil { taken += 1 }
            #expect((1...4_200).contains(taken))
            #expect(pair.sides[0].buffered <= DataChannels.sendLimit)
            if size == 1 { pair.start(0) }
            #expect(pair.run { pair.sides[0].buffered == 0 })
            pair.letsPass = { _, _ in false }
        }
    }

    @Test func `messages that cannot be sent say why`() throws {
        let pair = ChannelPair(seed: 19, peerMaxMessageSize: 100)
        let channel = try #require(pair.sides[0].open(label: "x", protocol: ""))
        let codes = [(UInt16(8), 1), (channel, 101)].map { channel, size in
            do {
                try pair.send([UInt8](repeating: 0, count: size), on: channel, from: 0)
                return DataChannelProblem.Code?.none
            } catch let problem as DataChannelProblem {
                return problem.code
            } catch {
                return nil
            }
        }
        #expect(codes == [.noSuchChannel, .messageTooLong])
    }

    @Test func `closing a channel is agreed on by both sides, and its number free again`() throws {
        for closer in 0..<2 {
            let pair = ChannelPair(
                seed: 20, weather: ChannelPair.Weather(loss: 0.3, spread: .milliseconds(20)))
            let channel = try #require(pair.sides[0].open(label: "x", protocol: ""))
            pair.start(0)
            #expect(pair.run { pair.heard[1].count == 2 })
            for number in 0..<10 { try pair.send("\(number)", on: channel, from: 0) }

            pair.sides[closer].close(channel: channel, at: pair.now)
            if closer == 0 {
                #expect(throws: DataChannelProblem.self) {
                    try pair.send("too late", on: channel, from: 0)
                }
            }
            let closed = Heard.told(.closed(channel: channel))
            #expect(pair.run { pair.heard.allSatisfy { $0.contains(closed) } })

            if closer == 0 { #expect(pair.texts(to: 1) == (0..<10).map(String.init)) }
            #expect(pair.heard.allSatisfy { heard in heard.count { $0 == closed } == 1 })
            // Every number has its turn: 511 channels later it is this one's again.
            for _ in 0..<3 {
                let next = try #require(pair.sides[0].open(label: "again", protocol: ""))
                try pair.send("new \(next)", on: next, from: 0)
                #expect(pair.run { pair.texts(to: 1).last == "new \(next)" })
            }
        }
    }

    @Test func `a receiver without room is asked until it has some`() throws {
        let pair = ChannelPair(seed: 21)
        let channel = try #require(pair.sides[0].open(label: "x", protocol: ""))
        pair.start(0)
        pair.settle()
        // The receiver says it has none, until three seconds later.
        let reopening = pair.now + .seconds(3)
        pair.keepsPackets = true
        pair.letsPass = { side, bytes in
            guard side == 1, chunkTypes(bytes).first == 3, pair.now < reopening else { return true }
            var shut = bytes
            for place in 20..<24 { shut[place] = 0 }
            // Nothing newly acknowledged: what was sent is dropped for want of room.
            pair.deliver(resealed(shut), to: 0)
            return false
        }
        for number in 0..<30 {
            try pair.send([UInt8](repeating: UInt8(number), count: 1_100), on: channel, from: 0)
        }
        let early = pair.sent[0].count

        #expect(pair.run { pair.messages(to: 1).count == 30 })
        #expect(early < 10)
        #expect(pair.failure(of: 0) == nil)
    }
}

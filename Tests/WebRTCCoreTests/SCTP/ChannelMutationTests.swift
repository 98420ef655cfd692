import Testing
import Timeline

@testable import WebRTCCore

@Suite struct ChannelMutationTests {
    private static func mutated(
        _ original: [UInt8], with other: [UInt8], _ generator: inout SeededGenerator
    ) -> [UInt8] {
        var bytes = original
        for _ in 0...Int(generator.next() % 4) where bytes.count > 12 {
            let place = 12 + Int(generator.next() % UInt64(bytes.count - 12))
            switch generator.next() % 6 {
            case 0: bytes[place] = UInt8(truncatingIfNeeded: generator.next())
            case 1: bytes[place] ^= 1 << UInt8(generator.next() % 8)
            case 2: bytes.removeSubrange(place...)
            case 3: bytes += other.dropFirst(12)
            case 4: bytes.insert(UInt8(truncatingIfNeeded: generator.next()), at: place)
            default: bytes.removeSubrange(place..<min(bytes.count, place + 4))
            }
        }
        return generator.next() % 16 == 0 ? bytes : resealed(bytes)
    }

    /// Every kind of packet that two sides exchange from beginning to end.
    private static func conversation(seed: UInt64) throws -> [[[UInt8]]] {
        let pair = ChannelPair(seed: seed)
        pair.keepsPackets = true
        var isFirst = true
        pair.letsPass = { _, bytes in
            guard isFirst, chunkTypes(bytes).contains(0) else { return true }
            isFirst = false
            return false
        }
        pair.start(0, 1)
        let channels = (0..<2).map { pair.sides[$0].open(label: "channel", protocol: "p") ?? 0 }
        pair.settle()
        try pair.send([UInt8](repeating: 1, count: 2_500), on: channels[0], from: 0)
        try pair.send("text", on: channels[1], from: 1)
        pair.run(for: .seconds(40)) { false }
        pair.sides[0].close(channel: channels[0], at: pair.now)
        pair.settle()
        pair.sides[1].close(at: pair.now)
        pair.settle()
        return pair.sent
    }

    @Test func `no mutation of any packet, at any time, makes a side do more than refuse`() throws {
        let seed: UInt64 = 41
        var generator = SeededGenerator(seed: seed, stream: "mutation")
        let packets = try Self.conversation(seed: seed)
        let kinds = Set(packets.flatMap { $0 }.flatMap(chunkTypes))
        #expect(kinds.isSuperset(of: [0, 1, 2, 3, 4, 5, 7, 8, 10, 11, 14, 130]))
        var iterations = 0
        var established = 0
        while iterations < 20_000 {
            // The same seed: the same tags and numbers, so that what was recorded fits.
            let pair = ChannelPair(seed: seed)
            pair.letsPass = { _, _ in false }
            pair.start(0, 1)
            let stage = Int(generator.next() % UInt64(packets[1].count))
            for original in packets[1].prefix(stage) {
                pair.deliver(original, to: 0)
                pair.now += .milliseconds(5)
                pair.sides[0].tick(at: pair.now)
                pair.drain(0)
            }
            if pair.sides[0].isEstablished { established += 1 }
            for round in 0..<32 where !pair.sides[0].isEnded {
                let index = Int(generator.next() % UInt64(packets[1].count))
                let original = packets[1][round % 2 == 0 ? stage : index]
                pair.deliver(Self.mutated(original, with: packets[1][index], &generator), to: 0)
                pair.now += .milliseconds(100)
                pair.sides[0].tick(at: pair.now)
                pair.drain(0)
                iterations += 1
            }
        }
        #expect(established > 500, "seed \(seed): \(established)")
    }

    @Test func `no mutation of a channel's opening is read beyond its end`() {
        var generator = SeededGenerator(seed: 42, stream: "mutation")
        let original = DataChannelOpen(label: "oai-events", protocolName: "json").bytes
        var read = 0
        for _ in 0..<20_000 {
            var bytes = original
            for _ in 0...Int(generator.next() % 3) where !bytes.isEmpty {
                let place = Int(generator.next() % UInt64(bytes.count))
                if generator.next() % 4 == 0 {
                    bytes.removeSubrange(place...)
                } else {
                    bytes[place] = UInt8(truncatingIfNeeded: generator.next())
                }
            }
            if let open = DataChannelOpen(reading: bytes) {
                read += 1
                if open.label.utf8.count + open.protocolName.utf8.count + 12 > bytes.count {
                    Issue.record("\(bytes)")
                }
            }
        }
        #expect(read > 1_000)
    }
}

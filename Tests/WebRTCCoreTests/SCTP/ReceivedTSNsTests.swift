import Testing
import Timeline

@testable import WebRTCCore

@Suite struct ReceivedTSNsTests {
    /// Cumulative number, gaps relative to it, duplicates.
    private func sack(_ received: inout ReceivedTSNs, room: Int = 1_000) -> [UInt32] {
        var buffer = WireBuffer()
        received.appendSack(window: 0, room: room, to: &buffer)
        let bytes = buffer.bytes
        let gaps = Int(bytes.sctpU16(at: 8))
        let repeats = Int(bytes.sctpU16(at: 10))
        #expect(bytes.count == 12 + 4 * gaps + 4 * repeats && bytes.count <= room)
        let places = stride(from: 12, to: 12 + 4 * gaps, by: 2)
        let blocks = places.map { UInt32(bytes.sctpU16(at: $0)) }
        let duplicates = (0..<repeats).map { bytes.sctpU32(at: 12 + 4 * gaps + 4 * $0) }
        return [bytes.sctpU32(at: 0)] + blocks + duplicates
    }

    @Test func `numbers in any order close their gaps, around the end of the circle too`() {
        var generator = SeededGenerator(seed: 1, stream: "tsns")
        for _ in 0..<50 {
            let first = UInt32.max - 20
            var received = ReceivedTSNs(first: first)
            var known: Set<UInt32> = []
            let all = (0..<40).map { first &+ UInt32($0) }.shuffled(using: &generator)
            for tsn in all {
                #expect(received.arrival(of: tsn) == .new)
                received.insert(tsn)
                known.insert(tsn)
                #expect(received.arrival(of: tsn) == .duplicate)
                var expected = first &- 1
                while known.contains(expected &+ 1) { expected = expected &+ 1 }
                #expect(received.cumulative == expected)
                let reported = sack(&received).dropFirst()
                let above = known.count { $0.isLaterTSN(than: expected) }
                let inBlocks = zip(reported.indices, reported).reduce(0) { sum, item in
                    sum + ((item.0 - 1) % 2 == 0 ? 1 - Int(item.1) : Int(item.1))
                }
                #expect(inBlocks == above)
            }
            #expect(!received.hasGaps)
        }
    }

    @Test func `blocks are relative to the cumulative number, duplicates are told once`() {
        var received = ReceivedTSNs(first: 100)
        for tsn in [UInt32(100), 102, 103, 106] { received.insert(tsn) }
        received.note(duplicate: 103)
        #expect(sack(&received) == [100, 2, 3, 6, 6, 103])
        #expect(sack(&received) == [100, 2, 3, 6, 6])
        #expect(sack(&received, room: 16) == [100, 2, 3])
    }

    @Test func `what is too far ahead is not taken, and skipping moves on`() {
        var received = ReceivedTSNs(first: 1)
        #expect(received.arrival(of: ReceivedTSNs.reach) == .new)
        #expect(received.arrival(of: ReceivedTSNs.reach + 1) == .tooFar)
        #expect(received.arrival(of: 0x7FFF_FFFF) == .tooFar)
        for tsn in [UInt32(3), 5, 6, 9] { received.insert(tsn) }
        received.advance(to: 5)
        #expect(sack(&received) == [6, 3, 3])
        received.advance(to: 2)
        #expect(received.cumulative == 6)
    }
}

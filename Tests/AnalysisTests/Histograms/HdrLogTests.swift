import Foundation
import Histogram
import Testing
import Timeline

@testable import Analysis

@Suite struct HdrLogTests {
    private func randomTally(seed: UInt64) -> FrameTally {
        var generator = SeededGenerator(seed: seed, stream: "hdr")
        var tally = FrameTally()
        for _ in 0..<500 {
            // All magnitudes from 1 µs to the ceiling and beyond.
            let us = Int64(1) << Int64(generator.next() % 29) + Int64(generator.next() % 1_000)
            tally.record(.microseconds(us), count: 1 + generator.next() % 100_000)
        }
        return tally
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `what was encoded decodes to the same tally`(seed: UInt64) throws {
        let tally = randomTally(seed: seed)
        #expect(try HdrLog.decode(HdrLog.encode(tally)) == tally, "seed \(seed)")
    }

    @Test func `the empty tally and the largest count survive`() throws {
        #expect(try HdrLog.decode(HdrLog.encode(FrameTally())) == FrameTally())
        var huge = FrameTally()
        huge.record(.zero, count: UInt64(Int64.max))
        #expect(try HdrLog.decode(HdrLog.encode(huge)) == huge)
    }

    /// Written by the Python package hdrhistogram (1 to 134,217,727, three digits).
    @Test func `bytes of another implementation are read`() throws {
        let base64 =
            "HISTFAAAADV4nJNpmSzMwMAgygABzFCaEUSw////3/4DRICNm+ktP8tffiYupoW+PYzHPVm6M5kACdoLRQ=="
        let data = try #require(Data(base64Encoded: base64))
        let tally = try HdrLog.decode([UInt8](data))

        var expected = FrameTally()
        let values: [(Int64, UInt64)] = [
            (0, 3), (7, 1), (1_023, 2), (2_047, 1), (2_048, 5), (2_051, 1), (60_000, 70),
            (1_500_000, 2), (134_217_727, 1),
        ]
        for (us, count) in values { expected.record(.microseconds(us), count: count) }
        #expect(tally == expected)
    }

    @Test func `buckets are those of HdrHistogram`() {
        var histogram = Histogram<UInt64>(
            lowestDiscernibleValue: 1, highestTrackableValue: UInt64(FrameTally.ceilingUs),
            numberOfSignificantValueDigits: .three
        )
        var tally = FrameTally()
        var generator = SeededGenerator(seed: 3, stream: "buckets")
        for _ in 0..<10_000 {
            let us = Int64(generator.next() >> (37 + generator.next() % 20))
            let isRecorded = histogram.record(UInt64(us))
            #expect(isRecorded)
            tally.record(.microseconds(us))
        }

        var theirs: [[UInt64]] = []
        for value in histogram.recordedValues() {
            theirs.append([histogram.lowestEquivalentForValue(value.value), value.count])
        }
        var ours: [[UInt64]] = []
        tally.forEachBucket { ours.append([UInt64($0), $1]) }

        #expect(ours == theirs)
        #expect(FrameTally.bucketCount == 18 * 1_024)
        for index in 0..<FrameTally.bucketCount {
            #expect(FrameTally.bucketIndex(ofUs: FrameTally.lowestUs(ofBucket: index)) == index)
        }
    }

    @Test func `the header is that of a compressed V2 histogram`() {
        let bytes = HdrLog.encode(randomTally(seed: 1))
        #expect(Array(bytes.prefix(4)) == [0x1C, 0x84, 0x93, 0x14])
        #expect(bytes.count == 8 + Int(bytes[6]) << 8 + Int(bytes[7]))
    }

    @Test func `no damage makes it trap`() {
        let whole = HdrLog.encode(randomTally(seed: 2))
        for length in 0..<min(200, whole.count) {
            #expect(throws: HdrLog.Problem.self) { try HdrLog.decode(Array(whole.prefix(length))) }
        }
        var generator = SeededGenerator(seed: 5, stream: "damage")
        for _ in 0..<500 {
            var bytes = whole
            bytes[Int(generator.next() % UInt64(bytes.count))] ^= UInt8(1 + generator.next() % 255)
            _ = try? HdrLog.decode(bytes)
        }
    }

    @Test func `hostile counts are refused, not believed`() {
        func wrapped(_ counts: [UInt8]) -> [UInt8] {
            var body: [UInt8] = []
            body.append(bigEndian: HdrLog.cookie)
            body.append(bigEndian: UInt32(counts.count))
            body.append(bigEndian: UInt64(3))
            body.append(bigEndian: UInt64(1))
            body.append(bigEndian: UInt64(FrameTally.ceilingUs))
            body.append(bigEndian: UInt64(0))
            let deflated = Zlib.deflate(body + counts)
            var bytes: [UInt8] = []
            bytes.append(bigEndian: HdrLog.compressedCookie)
            bytes.append(bigEndian: UInt32(deflated.count))
            return bytes + deflated
        }
        var leap: [UInt8] = []
        leap.append(zigZag: Int64.min)
        leap.append(zigZag: 1)
        #expect(throws: HdrLog.Problem.otherLayout) { try HdrLog.decode(wrapped(leap)) }
        #expect(throws: HdrLog.Problem.truncated) { try HdrLog.decode(wrapped([0x80])) }
        var twice: [UInt8] = []
        twice.append(zigZag: Int64.max)
        twice.append(zigZag: Int64.max)
        twice.append(zigZag: Int64.max)
        #expect(throws: HdrLog.Problem.otherLayout) { try HdrLog.decode(wrapped(twice)) }
    }
}

import Audio
import Testing
import Timeline

@testable import Gateway

@Suite struct RateConverterTests {
    private static let pairs = [
        (8_000, 24_000), (8_000, 48_000), (24_000, 48_000),
        (24_000, 8_000), (48_000, 8_000), (48_000, 24_000),
    ]

    private static func convert(
        _ samples: [Int16], _ from: Int, _ to: Int, pieces: (Int) -> Int
    ) throws -> [Int16] {
        var converter = try #require(RateConverter(from: from, to: to))
        var output: [Int16] = []
        var start = 0
        while start < samples.count {
            let end = min(samples.count, start + max(1, pieces(start)))
            samples[start..<end].withUnsafeBufferPointer {
                converter.convert($0, into: &output)
            }
            start = end
        }
        return output
    }

    @Test(arguments: pairs) func `as much time comes out as goes in`(_ pair: (Int, Int)) throws {
        let (from, to) = pair
        let tone = Sounds.tone(.seconds(1), rate: from)

        let output = try Self.convert(tone, from, to) { _ in from / 50 }

        #expect(output.count == to)
    }

    @Test(arguments: pairs) func `pieces of any size give the same samples`(
        _ pair: (Int, Int)
    ) throws {
        let (from, to) = pair
        let noise = Sounds.noise(.milliseconds(500), rate: from, seed: 3)
        var generator = SeededGenerator(seed: 3, stream: "pieces")

        let whole = try Self.convert(noise, from, to) { _ in noise.count }
        let pieces = try Self.convert(noise, from, to) { _ in
            Int(truncatingIfNeeded: generator.next() % 700)
        }

        #expect(whole == pieces)
    }

    @Test(arguments: pairs) func `a tone keeps its level and its shape`(
        _ pair: (Int, Int)
    ) throws {
        let (from, to) = pair
        let tone = Sounds.tone(.seconds(1), rate: from, hertz: 500)

        let output = try Self.convert(tone, from, to) { _ in 480 }

        let settled = Array(output.dropFirst(to / 10))
        let expected = Sounds.tone(.seconds(1), rate: to, hertz: 500)
        #expect(abs(Decibels.rms(settled) + 20) < 0.2)
        #expect(Sounds.likeness(Array(expected.prefix(to / 2)), settled, reach: to / 500) > 0.995)
    }

    @Test func `what a narrow band cannot hold is 50 dB down`() throws {
        let tone = Sounds.tone(.seconds(1), rate: 48_000, hertz: 7_000)

        let output = try Self.convert(tone, 48_000, 8_000) { _ in 960 }

        #expect(Decibels.rms(output.dropFirst(800)) < -70)
    }

    @Test func `full scale stays in range, and a constant stays what it is`() throws {
        let loud = [Int16](repeating: .max, count: 4_800)

        let output = try Self.convert(loud, 48_000, 24_000) { _ in 960 }

        #expect(output.dropFirst(100).allSatisfy { $0 == .max })
    }

    @Test func `rates without a whole factor between them have no converter`() {
        #expect(RateConverter(from: 44_100, to: 48_000) == nil)
        #expect(RateConverter(from: 8_000, to: 8_000) == nil)
    }
}

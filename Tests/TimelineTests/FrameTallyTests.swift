import Testing
import Timeline

@Suite struct FrameTallyTests {
    @Test func `values come back within a thousandth`() {
        for us: Int64 in [0, 1, 999, 2_047, 2_048, 2_049, 65_537, 1_000_003, 59_999_999] {
            var tally = FrameTally()
            tally.record(.microseconds(us))

            let found = (tally.value(atQuantile: 1)?.count ?? -1) / 1_000

            #expect(
                found <= us && Double(us - found) <= Double(us) / 1_000,
                "\(us) came back as \(found)")
        }
    }

    @Test func `buckets tile the range without a gap or an overlap`() {
        var tally = FrameTally()
        var generator = SeededGenerator(seed: 11, stream: "tally")
        let values = (0..<10_000).map { _ in Int64(generator.next() % 60_000_000) }
        for value in values { tally.record(.microseconds(value)) }

        var previous: Int64 = -1
        var total: UInt64 = 0
        tally.forEachBucket { lowest, count in
            #expect(lowest > previous)
            previous = lowest
            total += count
        }

        #expect(total == 10_000)
        #expect(tally.total == 10_000)
    }

    @Test func `quantiles are those of the sorted values, to a thousandth`() {
        var tally = FrameTally()
        for us in 1...1_000 { tally.record(.microseconds(Int64(us))) }

        #expect(tally.value(atQuantile: 0.5) == .microseconds(500))
        #expect(tally.value(atQuantile: 0.99) == .microseconds(990))
        #expect(tally.largest == .microseconds(1_000))
    }

    @Test func `merging parts equals having counted the whole`() {
        var whole = FrameTally()
        var left = FrameTally()
        var right = FrameTally()
        for us in 0..<5_000 {
            whole.record(.microseconds(Int64(us * 13)))
            if us % 3 == 0 {
                left.record(.microseconds(Int64(us * 13)))
            } else {
                right.record(.microseconds(Int64(us * 13)))
            }
        }

        right.merge(left)

        #expect(right == whole)
    }

    @Test func `what is negative counts as nothing and what is huge as the ceiling`() {
        var tally = FrameTally()
        tally.record(.milliseconds(-5))
        tally.record(.seconds(1_000))

        #expect(tally.value(atQuantile: 0.5) == .zero)
        #expect((tally.largest ?? .zero) > .seconds(60))
    }
}

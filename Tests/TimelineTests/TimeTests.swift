import Testing
import Timeline

@Suite struct TimeTests {
    @Test func `an instant moves by spans and measures the span between two`() {
        let start = RunInstant(nanoseconds: 1_000)
        let later = start + .milliseconds(2)

        #expect(later - start == .milliseconds(2))
        #expect(start < later)
        #expect(later - .milliseconds(2) == start)
    }

    @Test(arguments: [(960, 48_000, 20_000_000), (1, 3, 333_333_333), (160, 8_000, 20_000_000)])
    func `samples and spans convert without drift`(samples: Int, rate: Int, nanoseconds: Int64) {
        #expect(Nanoseconds(samples: samples, rate: rate).count == nanoseconds)
    }

    @Test func `a span before zero holds its samples rounded down`() {
        #expect(Nanoseconds(-1).samples(rate: 48_000) == -1)
        #expect(Nanoseconds.milliseconds(-20).samples(rate: 48_000) == -960)
        #expect(Nanoseconds.seconds(86_400 * 365).samples(rate: 48_000) == 48_000 * 86_400 * 365)
    }

    @Test(arguments: [
        (Int64(12_500_000), "12.5 ms"), (-300_000, "-0.3 ms"), (0, "0 ms"),
        (1_999_999_999, "2000 ms"),
        (-1_250_000, "-1.25 ms"),
    ])
    func `a span reads as milliseconds`(nanoseconds: Int64, text: String) {
        #expect(Nanoseconds(nanoseconds).description == text)
    }

    @Test func `wire ids of different calls differ, and another generator's differ from them`() {
        var seen = Set<UInt32>()
        for nonce: UInt8 in [0, 1, 255] {
            for path in [0, 1, 15] {
                for number in [0, 1, 1_048_575] {
                    seen.insert(CallID(path: path, number: number).wireID(nonce: nonce))
                }
            }
        }

        #expect(seen.count == 27)
    }
}

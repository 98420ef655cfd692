import RTPCore
import Testing
import Timeline

@Suite struct ReceptionStatisticsTests {
    /// Feeds sequence numbers 20 ms apart on both clocks, in the order given.
    private static func fed(_ sequence: [Int], first: Int = 0) -> ReceptionStatistics {
        var statistics = ReceptionStatistics(clockRate: 8_000)
        for number in sequence {
            statistics.receive(
                header(first + number, 160 * number), arrived: milliseconds(20 * Double(number)))
        }
        return statistics
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var sequence: [Int]
        var expected: Int
        var received: Int
        var duplicates = 0
        var reordered = 0
        var runs = 0
    }

    static let cases = [
        Case(testDescription: "one", sequence: [0], expected: 1, received: 1),
        Case(testDescription: "all", sequence: [0, 1, 2, 3], expected: 4, received: 4),
        Case(testDescription: "hole", sequence: [0, 1, 4, 5], expected: 6, received: 4, runs: 1),
        Case(
            testDescription: "two holes", sequence: [0, 2, 5], expected: 6, received: 3, runs: 2),
        Case(
            testDescription: "swapped", sequence: [0, 2, 1, 3], expected: 4, received: 4,
            reordered: 1),
        Case(
            testDescription: "twice", sequence: [0, 1, 1, 0, 2], expected: 3, received: 3,
            duplicates: 2),
        Case(
            testDescription: "overtaken at the start", sequence: [2, 0, 1, 3], expected: 4,
            received: 4, reordered: 2),
        Case(
            testDescription: "long outage", sequence: [0, 500, 501], expected: 502, received: 3,
            runs: 1),
        Case(
            testDescription: "duplicate 90 back",
            sequence: Array(0...100) + [10], expected: 101, received: 101, duplicates: 1),
        Case(
            testDescription: "straggler of another range is not counted",
            sequence: [0, 1, 30_000, 2], expected: 3, received: 3),
    ]

    @Test(arguments: cases, [0, 65_533, 65_535])
    func `arrivals are counted the same wherever numbers wrap`(sample: Case, first: Int) {
        let statistics = Self.fed(sample.sequence, first: first)

        #expect(statistics.expected == sample.expected)
        #expect(statistics.received == sample.received)
        #expect(statistics.lost == sample.expected - sample.received)
        #expect(statistics.duplicates == sample.duplicates)
        #expect(statistics.reordered == sample.reordered)
        #expect(statistics.lossRuns.runs == sample.runs)
        #expect(statistics.lossRuns.total == sample.expected)
        #expect(statistics.lossRuns.lost == sample.expected - sample.received)
        let bursts = statistics.burstGap
        #expect(bursts.burstPackets + bursts.gapPackets == sample.expected)
    }

    @Test func `extended numbers count the wraps`() {
        var statistics = Self.fed(Array(0...140_000), first: 60_000)

        let block = statistics.reportBlock()

        #expect(block?.highestSequence == 200_000)
        #expect(statistics.expected == 140_001)
        #expect(statistics.lost == 0)
    }

    @Test func `jitter approaches a constant difference by a sixteenth each`() {
        var statistics = ReceptionStatistics(clockRate: 48_000)
        var expected = 0.0
        // Transit alternates by 16 ms: |D| = 16 ms each time.
        for index in 0..<50 {
            statistics.receive(
                header(index, 960 * index),
                arrived: milliseconds(20 * Double(index) + (index % 2 == 0 ? 0 : 16)))
            if index > 0 { expected += (16 - expected) / 16 }
            #expect(abs(statistics.jitter.milliseconds - expected) < 0.001)
        }
        // 1, then 1.9375, 2.81640625 … by hand; after 49 steps 15.32 ms.
        #expect(abs(expected - 15.323) < 0.001)
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `jitter is that of appendix A8's integers to within a tick`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed, stream: "jitter-test")
        var statistics = ReceptionStatistics(clockRate: 8_000)
        var transit: Int64 = 0
        var scaled: Int64 = 0
        for index in 0..<2_000 {
            let arrivedTicks = Int64(160 * index) + Int64(generator.unit() * 400)
            statistics.receive(
                header(index, 160 * index),
                arrived: RunInstant(nanoseconds: arrivedTicks * 125_000))
            let now = arrivedTicks - Int64(160 * index)
            if index > 0 {
                let difference = abs(now - transit)
                scaled += difference - ((scaled + 8) >> 4)
            }
            transit = now
        }

        let reported = statistics.reportBlock()?.jitter ?? 0

        #expect(abs(Int64(reported) - scaled >> 4) <= 1, "seed \(seed)")
    }

    @Test func `a timestamp that jumps while numbers go on leaves jitter alone`() {
        var statistics = Self.fed(Array(0..<50))
        var variations: [Nanoseconds?] = []
        for number in 50..<60 {
            let jumped = header(number, 160 * number + 30_400)  // + 3.8 s
            let arrival = statistics.receive(jumped, arrived: milliseconds(20 * Double(number)))
            variations.append(arrival.variation)
        }

        #expect(statistics.jitter == .zero)
        #expect(variations == [nil] + Array(repeating: .zero, count: 9))
    }

    @Test func `a restart is believed when a second packet follows`() {
        var statistics = Self.fed(Array(0..<10))
        let orders = [30_000, 30_001, 30_002].enumerated().map { index, number in
            statistics.receive(
                header(number, 5_000_000 + 160 * index),
                arrived: milliseconds(200 + 20 * Double(index))
            ).order
        }

        #expect(orders == [.held, .restarted, .next])
        #expect(statistics.expected == 13)
        #expect(statistics.lost == 0)
        #expect(statistics.restarts == 1)
        #expect(statistics.jitter == .zero)
    }

    @Test func `another source begins anew and keeps the counts`() {
        var statistics = Self.fed([0, 1, 3])

        let arrival = statistics.receive(header(9, 0, ssrc: 8), arrived: milliseconds(90))

        #expect(arrival.order == .restarted)
        #expect(statistics.ssrc == 8)
        #expect(statistics.expected == 5)
        #expect(statistics.lost == 1)
    }

    @Test func `delay variation is given for neighbours in order only`() {
        var statistics = ReceptionStatistics(clockRate: 8_000)
        let arrivals = [(0, 0.0), (1, 23), (2, 41), (4, 80), (3, 83), (5, 99), (5, 100)]

        let variations = arrivals.map { number, at in
            statistics.receive(header(number, 160 * number), arrived: milliseconds(at)).variation
        }

        let expected: [Double?] = [nil, 3, 2, nil, nil, 1, nil]
        #expect(variations == expected.map { $0.map { Nanoseconds(milliseconds: $0) } })
    }

    @Test func `the loss interval of a report ends with it`() {
        var statistics = Self.fed([0, 1, 2, 5, 6, 7])

        let first = statistics.reportBlock()
        let second = statistics.reportBlock()
        statistics.receive(header(8, 1_280), arrived: milliseconds(160))
        statistics.receive(header(8, 1_280), arrived: milliseconds(161))
        let third = statistics.reportBlock()

        #expect(first?.fractionLost == 64)  // 2 of 8
        #expect(first?.cumulativeLost == 2)
        #expect(second?.fractionLost == 0)
        #expect(third?.fractionLost == 0)
        #expect(third?.cumulativeLost == 1)  // the duplicate counts as received here
        #expect(statistics.lost == 2)
    }
}

@Suite struct LossPatternTests {
    /// `x` is lost, any other letter received.
    private static func burstGap(_ trace: String) -> BurstGap.Summary {
        var bursts = BurstGap()
        for letter in trace { bursts.record(isLost: letter == "x") }
        return bursts.summary
    }

    private static let gap = String(repeating: ".", count: 20)

    @Test func `bursts and gaps of a trace drawn by hand`() {
        // A single loss in a gap, a burst of 6 with 4 losses, a gap, a burst of 2.
        let trace = Self.gap + "x" + Self.gap + "x.xx.x" + Self.gap + "xx" + "..."

        let summary = Self.burstGap(trace)

        #expect(summary.bursts == 2)
        #expect(summary.burstPackets == 8)
        #expect(summary.burstLost == 6)
        #expect(summary.burstDensity == 192)  // 6/8
        #expect(summary.gaps == 3)
        #expect(summary.gapPackets == 64)
        #expect(summary.gapLost == 1)
        #expect(summary.gapDensity == 4)  // 1/64
        #expect(summary.meanBurst(frame: .milliseconds(20)) == .milliseconds(80))
        #expect(summary.meanGap(frame: .milliseconds(30)) == .milliseconds(640))
    }

    @Test func `fifteen packets between losses join a burst and sixteen do not`() {
        let fifteen = Self.burstGap("x" + String(repeating: ".", count: 15) + "x")
        let sixteen = Self.burstGap("x" + String(repeating: ".", count: 16) + "x")

        #expect(fifteen.bursts == 1)
        #expect(fifteen.burstPackets == 17)
        #expect(sixteen.bursts == 0)
        #expect(sixteen.gapLost == 2)
        #expect(sixteen.gapPackets == 18)
    }

    @Test func `nothing seen is neither burst nor gap`() {
        #expect(Self.burstGap("") == BurstGap.Summary())
        #expect(Self.burstGap("").burstDensity == 0)
    }

    @Test func `the burst ratio is mean run over that of random loss`() {
        var runs = LossRuns()
        for letter in "xx..x....." { runs.record(isLost: letter == "x") }

        #expect(runs.meanLength == 1.5)
        #expect(runs.burstRatio == 1.5 * 0.7)
        #expect(LossRuns().burstRatio == nil)
    }

    @Test func `random loss has a burst ratio near one`() throws {
        var generator = SeededGenerator(seed: 12, stream: "random-loss")
        var runs = LossRuns()
        for _ in 0..<200_000 { runs.record(isLost: generator.unit() < 0.1) }

        #expect(abs(try #require(runs.burstRatio) - 1) < 0.02)
    }
}

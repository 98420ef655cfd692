import Testing
import Timeline

@testable import Analysis

@Suite struct QuantileRankTests {
    @Test(arguments: [(0.5, 6), (0.9, 46), (0.95, 72), (0.99, 368), (0.999, 3_688)])
    func `a two-sided interval needs the contract's number of samples`(quantile: Double, n: Int) {
        #expect(QuantileRanks.fewestSamples(quantile, risk: .twoSided) == n)
    }

    @Test(arguments: [(0.5, 5), (0.9, 29), (0.95, 59), (0.99, 299), (0.999, 2_995)])
    func `a one-sided bound needs fewer`(quantile: Double, n: Int) {
        #expect(QuantileRanks.fewestSamples(quantile, risk: .oneSided) == n)
        #expect(QuantileRanks.upper(quantile, count: n, risk: .oneSided) == n)
        #expect(QuantileRanks.upper(quantile, count: n - 1, risk: .oneSided) == nil)
    }

    /// Ranks of the 95 % interval of a median, as in printed tables of the sign test.
    @Test(arguments: [(6, 1, 6), (10, 2, 9), (20, 6, 15), (50, 18, 33), (100, 40, 61)])
    func `the interval of a median has the ranks of the sign test`(n: Int, low: Int, high: Int) {
        #expect(QuantileRanks.lower(0.5, count: n, risk: .twoSided) == low)
        #expect(QuantileRanks.upper(0.5, count: n, risk: .twoSided) == high)
    }

    /// As quantile range: p95 of 100 samples .90 to 1.0, of 1,000 .936 to .964; p99 of 5,000 .9872
    /// to .9928.
    @Test(arguments: [(0.95, 100, 90, 100), (0.95, 1_000, 936, 964), (0.99, 5_000, 4_936, 4_964)])
    func `intervals of high quantiles have their known width`(
        quantile: Double, n: Int, low: Int, high: Int
    ) throws {
        let lower = try #require(QuantileRanks.lower(quantile, count: n, risk: .twoSided))
        let upper = try #require(QuantileRanks.upper(quantile, count: n, risk: .twoSided))
        #expect(abs(lower - low) <= 1)
        #expect(abs(upper - high) <= 1)
    }

    @Test func `type 1 takes the smallest sample with enough at or below it`() {
        #expect(QuantileRanks.estimate(0.5, count: 4) == 2)
        #expect(QuantileRanks.estimate(0.5, count: 5) == 3)
        #expect(QuantileRanks.estimate(0.95, count: 100) == 95)
        #expect(QuantileRanks.estimate(0.07, count: 100) == 7)
        #expect(QuantileRanks.estimate(0.999, count: 1) == 1)
        #expect(QuantileRanks.estimate(0, count: 9) == 1)
    }

    @Test(arguments: [(0.5, 60), (0.95, 200)])
    func `a 95 % interval covers the truth at least 94 % of the time`(
        quantile: Double, n: Int
    ) throws {
        let seed: UInt64 = 20_260_101
        var generator = SeededGenerator(seed: seed, stream: "coverage")
        let lower = try #require(QuantileRanks.lower(quantile, count: n, risk: .twoSided))
        let upper = try #require(QuantileRanks.upper(quantile, count: n, risk: .twoSided))

        var covered = 0
        for _ in 0..<2_000 {
            let samples = (0..<n).map { _ in generator.unit() }.sorted()
            if samples[lower - 1] <= quantile, quantile <= samples[upper - 1] { covered += 1 }
        }

        #expect(covered >= 1_880, "seed \(seed)")
    }

    @Test func `ranks are found among tens of millions of frames`() throws {
        let n = 50_000_000
        let lower = try #require(QuantileRanks.lower(0.99, count: n, risk: .twoSided))
        let upper = try #require(QuantileRanks.upper(0.99, count: n, risk: .twoSided))
        // Normal limit: n q ± 1.96 √(n q (1 − q)) = 49,500,000 ± 1,379.
        #expect(abs(lower - 49_498_621) < 5)
        #expect(abs(upper - 49_501_380) < 5)
    }
}

@Suite struct DistributionTests {
    @Test func `censored samples count as more than everything`() {
        let distribution = Distribution([.value(30), .censored, .value(10), .void(.hostStall)])
        #expect(distribution.count == 3)
        #expect(distribution.void == 1)
        #expect((1...3).map { distribution.value(rank: $0) } == [10, 30, nil])
        #expect(distribution.mean == 20)
    }

    @Test func `a tally and its raw values give the same order statistics`() {
        var generator = SeededGenerator(seed: 7, stream: "tally")
        var tally = FrameTally()
        var raw: [Double] = []
        for _ in 0..<5_000 {
            // Whole microseconds below 2,048: kept apart by the tally, so that equality is exact.
            let us = Int64(generator.unit() * 2_047)
            tally.record(.microseconds(us))
            raw.append(Double(us) / 1_000)
        }

        let fromTally = Distribution(tally)
        let fromRaw = Distribution(values: raw)

        #expect(fromTally.count == fromRaw.count)
        for rank in stride(from: 1, through: 5_000, by: 13) {
            #expect(fromTally.value(rank: rank) == fromRaw.value(rank: rank))
        }
        #expect(abs((fromTally.mean ?? 0) - (fromRaw.mean ?? 1)) < 1e-9)
        #expect(abs((fromTally.deviation ?? 0) - (fromRaw.deviation ?? 1)) < 1e-9)
        #expect(fromTally.measured(atMost: 1) == fromRaw.measured(atMost: 1))
    }

    @Test func `nothing measured is nothing known`() {
        let empty = Distribution(FrameTally())
        #expect(empty.count == 0)
        #expect(empty.mean == nil)
        #expect(empty.smallest == nil)
    }
}

import Testing

@testable import Analysis

@Suite struct RankSumTests {
    // All 20 ways of dealing out six values, by hand: rank sums of 6 and 15 are the ends.
    @Test func `runs that stand apart have the least p that they can have`() {
        let test = RankSum.test([1, 2, 3], [4, 5, .infinity])
        #expect(abs(test.risk - 0.1) < 1e-12 && abs(test.leastRisk - 0.1) < 1e-12)
        #expect(test.isHigher == true)
        #expect(RankSum.test([4, 5, 6], [1, 2, 3]).isHigher == false)
    }

    // Rank sum 7 of 6...15: as far out are 6, 7, 14 and 15, one way each.
    @Test func `one exchange is counted with what is further out`() {
        #expect(abs(RankSum.test([1, 2, 4], [3, 5, 6]).risk - 0.2) < 1e-12)
    }

    @Test func `equal values share their rank, and all equal tell nothing`() {
        #expect(RankSum.test([1, 1, 1], [1, 1, 1]) == OrderTest(risk: 1, leastRisk: 0.1))
        // Ranks 1, 2.5, 2.5, 4 in twos: 3.5 and 6.5 are two ways each of six.
        #expect(abs(RankSum.test([1, 2], [2, 3]).risk - 4.0 / 6) < 1e-12)
    }

    @Test func `many runs are held against the normal distribution, close to what is exact`() {
        let first = (0..<20).map { Double($0) }
        let exact = RankSum.test(first, first.map { $0 + 5.5 }).risk
        let more = RankSum.test(first + [9.6], first.map { $0 + 5.5 }).risk
        #expect(abs(exact - more) < 0.01 && exact < 0.05, "\(exact), \(more)")
    }
}

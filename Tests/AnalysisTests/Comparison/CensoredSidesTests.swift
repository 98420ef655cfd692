import Testing

@testable import Analysis

/// Which way a difference goes where quantiles of some runs lie beyond the end of the watch.
@Suite struct CensoredSidesTests {
    private static let lost = Double.infinity

    private func finding(_ comparison: Comparison) throws -> ComparisonFinding {
        try #require(comparison.findings.first)
    }

    @Test func `with both sides beyond now and then, the pairs say which is worse`() throws {
        // Never lower, and greater in seven pairs: the first side is the slow one.
        let slow = [Double](repeating: 500, count: 4) + [Double](repeating: Self.lost, count: 8)
        let fast = [Double](repeating: 400, count: 11) + [Self.lost]
        let found = try finding(Sides.compare(Sides.runs(slow), Sides.runs(fast)))
        #expect(found.verdict == .better)
        #expect(found.estimate?.risk == SignFlip.signTest(up: 0, down: 11))
        let other = try finding(Sides.compare(Sides.runs(fast), Sides.runs(slow)))
        #expect(other.verdict == .worse)
    }

    @Test func `one run beyond the watch makes no faster side the slower one`() throws {
        let old = [Double](repeating: 500, count: 10)
        let new = [Double](repeating: 300, count: 9) + [Self.lost]
        let comparison = Sides.compare(Sides.runs(old), Sides.runs(new))
        let found = try finding(comparison)
        #expect(found.verdict == .better)
        #expect(Sides.gate(comparison).map(\.verdict) == [.inconclusive])
        // The middle run is not beyond, so that the side is not either.
        #expect(found.second.value == 300 && found.second.beyond == nil)
        #expect(found.first.value == 500)
    }

    @Test func `a side is beyond the watch where its middle run is`() throws {
        let old = [Double](repeating: 500, count: 10)
        let new = [300, 300, 300, 300] + [Double](repeating: Self.lost, count: 6)
        let found = try finding(Sides.compare(Sides.runs(old), Sides.runs(new)))
        #expect(found.second.value == nil && found.second.beyond == 10_000)
    }

    @Test func `a gate counts the pairs that are worse than allowed`() {
        func verdict(_ old: [Double], _ new: [Double]) -> [ObjectiveVerdict] {
            Sides.gate(Sides.compare(Sides.runs(old), Sides.runs(new))).map(\.verdict)
        }
        let ten = [Double](repeating: 500, count: 10)
        let nine = [Double](repeating: 500, count: 9)
        // Slower in all ten, by a twentieth in nine: no more than the tenth that is allowed.
        #expect(verdict(ten, nine.map { $0 * 1.05 } + [Self.lost]) == [.inconclusive])
        #expect(verdict(ten, nine.map { $0 * 1.2 } + [Self.lost]) == [.fail])
        #expect(verdict(nine + [Self.lost], ten) == [.pass])
        #expect(verdict(ten, ten.map { _ in Self.lost }) == [.fail])
        // Of pairs that are beyond on both sides nothing is known.
        #expect(verdict(ten.map { _ in Self.lost }, ten.map { _ in Self.lost }) == [.inconclusive])
    }

    @Test func `runs made apart are told by their ranks, and a reason says what they can reach`()
        throws
    {
        func compared(_ runs: Int) throws -> ComparisonFinding {
            try finding(
                Sides.compare(
                    Sides.runs([Double](repeating: 400, count: runs)),
                    Sides.runs([Double](repeating: Self.lost, count: runs)),
                    design: .independent(runs, runs)))
        }
        let three = try compared(3)
        #expect(three.verdict == .inconclusive)
        #expect(three.reason?.contains("3 and 3 runs can at best reach p = 0.1") == true)
        let five = try compared(5)
        #expect(five.verdict == .worse)
        #expect(abs(try #require(five.estimate?.risk) - 2.0 / 252) < 1e-12)
    }
}

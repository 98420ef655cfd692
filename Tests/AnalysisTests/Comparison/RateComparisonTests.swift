import Testing

@testable import Analysis

@Suite struct RateComparisonTests {
    private static let family = [ComparisonTerms.Item("response_rate", "rate")]

    private func compare(
        _ first: [Int], _ second: [Int], of trials: Int, design: ComparisonDesign? = nil,
        level: Double = 0.05
    ) -> Comparison {
        Sides.compare(
            Sides.runs(rates: first.map { ($0, trials) }),
            Sides.runs(rates: second.map { ($0, trials) }), family: Self.family, design: design,
            level: level)
    }

    // Newcombe by hand, z = 2.241403: 56/70 against 48/80.
    @Test func `half the risk makes a rate's interval wider`() throws {
        let whole = try #require(
            Proportion(hits: 48, trials: 80).difference(
                to: Proportion(hits: 56, trials: 70), level: 0.05))
        let half = try #require(
            Proportion(hits: 48, trials: 80).difference(
                to: Proportion(hits: 56, trials: 70), level: 0.025))
        #expect(abs(try #require(half.lower) - 0.0309) < 5e-5, "\(half)")
        #expect(abs(try #require(half.upper) - 0.3515) < 5e-5, "\(half)")
        #expect(try #require(half.lower) < (try #require(whole.lower)))
        let ten = [Int](repeating: 90, count: 10)
        let finding = try #require(compare(ten, ten, of: 100, level: 0.025).findings.first)
        let pooled = Proportion(hits: 900, trials: 1_000)
        #expect(finding.differenceInterval == pooled.difference(to: pooled, level: 0.025))
    }

    @Test func `two pairs neither pass nor fail, however many turns they have`() {
        let alike = compare([999, 999], [999, 999], of: 1_000)
        #expect(alike.findings.map(\.verdict) == [.inconclusive])
        #expect(Sides.gate(alike).map(\.verdict) == [.inconclusive])
        #expect(
            Sides.gate(compare([990, 990], [500, 500], of: 1_000)).map(\.verdict) == [.inconclusive]
        )
    }

    @Test func `a rate fails where runs agree that it fell, and not by the turns alone`() {
        let good = [Int](repeating: 198, count: 10)
        #expect(Sides.gate(compare(good, good.map { $0 - 20 }, of: 200)).map(\.verdict) == [.fail])
        // One run lost them all.
        let one = [0] + [Int](repeating: 198, count: 9)
        #expect(Sides.gate(compare(good, one, of: 200)).map(\.verdict) == [.inconclusive])
    }

    @Test func `runs made apart without any spread are told by their ranks, and honestly`()
        throws
    {
        let three = try #require(
            compare([20, 20, 20], [0, 0, 0], of: 20, design: .independent(3, 3)).findings.first)
        #expect(three.verdict == .inconclusive)
        #expect(three.reason == "3 and 3 runs can at best reach p = 0.1")
        let four = try #require(
            compare([20, 20, 20, 20], [0, 0, 0, 0], of: 20, design: .independent(4, 4))
                .findings.first)
        #expect(four.verdict == .worse)
        #expect(abs(try #require(four.estimate?.risk) - 2.0 / 70) < 1e-12)
    }

    // Ten differences of ±0.1 have an error of 0.1 / 3, times 2.262157 + 0.883404.
    @Test func `the smallest change that would be found is stated of a rate too`() throws {
        let first = [Int](repeating: 500, count: 10)
        let second = (0..<10).map { $0 % 2 == 0 ? 600 : 400 }
        let spread = try #require(compare(first, second, of: 1_000).findings.first)
        #expect(
            abs(try #require(spread.estimate?.minimumDetectable) - 0.1 / 3 * 3.145561) < 1e-6)
        // Perfect runs vary by nothing, and still prove no more than their trials.
        let perfect = [Int](repeating: 20, count: 10)
        let trials = try #require(compare(perfect, perfect, of: 20).findings.first)
        let upper = try #require(
            Proportion(hits: 200, trials: 200).difference(
                to: Proportion(hits: 200, trials: 200), level: 0.05)?.upper)
        #expect(
            abs(try #require(trials.estimate?.minimumDetectable) - upper * 2.801585 / 1.959964)
                < 1e-6)
    }
}

import Planning
import Testing

@testable import Analysis

/// The gate's truth table: pass, fail and inconclusive, absolute, relative and of rates.
@Suite struct GateTruthTests {
    struct RateCase: Sendable {
        let hits: Int
        let trials: Int
        let comparison: Objective.Comparison
        let limit: Double
        let verdict: ObjectiveVerdict
    }

    @Test(arguments: [
        RateCase(hits: 0, trials: 149, comparison: .atMost, limit: 0.02, verdict: .pass),
        RateCase(hits: 0, trials: 148, comparison: .atMost, limit: 0.02, verdict: .inconclusive),
        RateCase(hits: 0, trials: 100, comparison: .atMost, limit: 0.02, verdict: .inconclusive),
        RateCase(hits: 0, trials: 299, comparison: .atMost, limit: 0.01, verdict: .pass),
        RateCase(hits: 8, trials: 149, comparison: .atMost, limit: 0.02, verdict: .fail),
        RateCase(hits: 3, trials: 149, comparison: .atMost, limit: 0.02, verdict: .inconclusive),
        RateCase(hits: 149, trials: 149, comparison: .atLeast, limit: 0.98, verdict: .pass),
        RateCase(hits: 141, trials: 149, comparison: .atLeast, limit: 0.98, verdict: .fail),
        RateCase(hits: 0, trials: 0, comparison: .atMost, limit: 0.02, verdict: .inconclusive),
    ])
    func `a rate is held by the bound of Clopper and Pearson`(given: RateCase) {
        let objective = Objective(
            metric: "false_interrupt", aggregate: .rate, comparison: given.comparison,
            limit: given.limit, expression: "rate")
        let path = PathMeasurement(
            name: "path", transport: "rtp", metrics: [],
            rates: [("false_interrupt", Proportion(hits: given.hits, trials: given.trials))])
        #expect(ObjectiveJudge.judge(objective, on: path).verdict == given.verdict, "\(given)")
    }

    struct RelativeCase: Sendable {
        let factor: Double
        let noise: Double
        let pairs: Int
        let verdict: ObjectiveVerdict
    }

    // Allowed: 10 % slower than the baseline.
    @Test(arguments: [
        RelativeCase(factor: 1.0, noise: 0.01, pairs: 10, verdict: .pass),
        RelativeCase(factor: 0.5, noise: 0.01, pairs: 10, verdict: .pass),
        RelativeCase(factor: 1.05, noise: 0.01, pairs: 10, verdict: .pass),
        RelativeCase(factor: 1.1, noise: 0.01, pairs: 10, verdict: .inconclusive),
        RelativeCase(factor: 1.2, noise: 0.01, pairs: 10, verdict: .fail),
        RelativeCase(factor: 1.2, noise: 0.3, pairs: 10, verdict: .inconclusive),
        RelativeCase(factor: 1.0, noise: 0.3, pairs: 10, verdict: .inconclusive),
        // Five pairs prove no difference, however great it is.
        RelativeCase(factor: 2.0, noise: 0.01, pairs: 5, verdict: .inconclusive),
        RelativeCase(factor: 0.9, noise: 0.01, pairs: 5, verdict: .pass),
        RelativeCase(factor: 2.0, noise: 0.01, pairs: 4, verdict: .inconclusive),
        RelativeCase(factor: 2.0, noise: 0.01, pairs: 1, verdict: .inconclusive),
    ])
    func `a baseline is held by the interval of the ratio`(given: RelativeCase) throws {
        let comparison = Comparison(
            [
                PathComparison(
                    name: "path",
                    design: given.pairs > 1 ? .paired(given.pairs) : .single,
                    first: runs(given.pairs) { _ in 400 },
                    second: runs(given.pairs) { pair in
                        400 * given.factor * (1 + (pair % 2 == 0 ? given.noise : -given.noise))
                    })
            ], terms: ComparisonTerms(family: [.init("first_audio", "p50")]), resampling: false)
        let result = try #require(
            RelativeGate.judge(comparison, allowed: 0.1, points: 0.02, baseline: "old").first)
        #expect(result.verdict == given.verdict, "\(given): \(result)")
        #expect(result.isRelative && result.expression == "p50 at most 10% worse than old")
    }

    @Test func `a score may not shrink, and a rate not fall, by more than is allowed`() throws {
        func verdict(
            _ metric: String, _ statistic: String, _ a: PathMeasurement, _ b: PathMeasurement
        )
            throws -> ObjectiveVerdict
        {
            let sides = [a, b].map { side in (0..<10).map { _ in side } }
            let comparison = Comparison(
                [
                    PathComparison(
                        name: "path", design: .paired(10), first: sides[0], second: sides[1])
                ], terms: ComparisonTerms(family: [.init(metric, statistic)]), resampling: false)
            return try #require(
                RelativeGate.judge(comparison, allowed: 0.1, points: 0.02, baseline: "old").first
            ).verdict
        }
        func score(_ value: Double) -> PathMeasurement {
            .showing("mos", Distribution(values: [Double](repeating: value, count: 6)))
        }
        #expect(try verdict("mos", "p50", score(4.4), score(3)) == .fail)
        #expect(try verdict("mos", "p50", score(3), score(4.4)) == .pass)

        func rate(_ hits: Int) -> PathMeasurement {
            PathMeasurement(
                name: "path", transport: "rtp", metrics: [],
                rates: [("yield_rate", Proportion(hits: hits, trials: 200))])
        }
        #expect(try verdict("yield_rate", "rate", rate(198), rate(199)) == .pass)
        #expect(try verdict("yield_rate", "rate", rate(199), rate(120)) == .fail)
        #expect(try verdict("yield_rate", "rate", rate(199), rate(195)) == .inconclusive)
    }

    @Test func `a figure beyond the watch fails, and says where the watch ended`() throws {
        func side(_ distribution: Distribution) -> [PathMeasurement] {
            (0..<10).map { _ in .showing("first_audio", distribution) }
        }
        let comparison = Comparison(
            [
                PathComparison(
                    name: "rtp against websocket", design: .paired(10),
                    first: side(Distribution(values: [400, 410, 400, 410, 400, 410])),
                    second: side(Distribution(values: [], censored: 6)))
            ], terms: ComparisonTerms(family: [.init("first_audio", "p50")]), resampling: false)
        let result = try #require(
            RelativeGate.judge(comparison, allowed: 0.1, points: 0.02, baseline: "old").first)
        #expect(result.verdict == .fail && result.value == nil)
        #expect(result.beyond == 10_000, "\(result)")
    }

    @Test func `a look of two has half the risk`() {
        let objective = Objective(
            metric: "yield_rate", aggregate: .rate, comparison: .atLeast, limit: 0.98,
            expression: "rate>=0.98")
        let path = PathMeasurement(
            name: "path", transport: "rtp", metrics: [],
            rates: [("yield_rate", Proportion(hits: 149, trials: 149))])
        #expect(ObjectiveJudge.judge(objective, on: path).verdict == .pass)
        #expect(ObjectiveJudge.judge(objective, on: path, risk: .twoSided).verdict == .inconclusive)
    }

    private func runs(_ count: Int, median: (Int) -> Double) -> [PathMeasurement] {
        (0..<count).map { run in
            let values = [Double](repeating: median(run), count: 6)
            return .showing("first_audio", Distribution(values: values))
        }
    }
}

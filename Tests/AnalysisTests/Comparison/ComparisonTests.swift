import Testing
import Timeline

@testable import Analysis

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct ComparisonTests {
    private static let family = ComparisonTerms(family: [.init("first_audio", "p50")])

    /// Paths whose median is given, run by run.
    private func runs(_ medians: [Double]) -> [PathMeasurement] {
        medians.map { median in
            .showing(
                "first_audio",
                Distribution(values: (0..<101).map { median * (0.5 + Double($0) / 100) }))
        }
    }

    private func compare(
        _ first: [Double], _ second: [Double], design: ComparisonDesign? = nil,
        terms: ComparisonTerms = family
    ) throws -> ComparisonFinding {
        let path = PathComparison(
            name: "path", design: design ?? .paired(first.count), first: runs(first),
            second: runs(second))
        let comparison = Comparison([path], terms: terms, resampling: true)
        return try #require(comparison.findings.first)
    }

    // Differences of 0.1 but for noise of ±0.01: t interval by hand with 9 degrees (2.262157).
    @Test func `ten pairs give the geometric ratio, Student's interval and the exact p`() throws {
        let noise = [0.01, -0.01, 0.01, -0.01, 0.01, -0.01, 0.01, -0.01, 0.01, -0.01]
        let finding = try compare(
            noise.map { _ in 400 }, noise.map { 400 * exp(0.1 + $0) })
        let estimate = try #require(finding.estimate)
        let error = 0.01 * (10.0 / 9).squareRoot() / 10.0.squareRoot()
        #expect(abs(try #require(estimate.ratio) - exp(0.1)) < 1e-9)
        #expect(abs(try #require(estimate.interval?.lower) - exp(0.1 - 2.262157 * error)) < 1e-6)
        #expect(abs(try #require(estimate.interval?.upper) - exp(0.1 + 2.262157 * error)) < 1e-6)
        // All ten went the same way: 2 of 1,024 flips are as far from zero.
        #expect(estimate.risk == 2.0 / 1_024)
        // (2.262157 + 0.883404) errors.
        let least = exp(3.145561 * error) - 1
        #expect(abs(try #require(estimate.minimumDetectable) - least) < 1e-6)
        #expect(finding.verdict == .worse)
        #expect(abs(try #require(finding.difference) - 400 * (exp(0.1) - 1)) < 1e-9)
    }

    @Test func `the faster second side is better, and a higher score is too`() throws {
        let pairs = (0..<10).map { 400.0 + Double($0) }
        #expect(try compare(pairs, pairs.map { $0 * 0.8 }).verdict == .better)
    }

    @Test func `what lies within the margin is equivalent, however sure it is`() throws {
        let pairs = (0..<10).map { 400.0 + Double($0) }
        #expect(try compare(pairs, pairs.map { $0 * 1.02 }).verdict == .equivalent)
        let strict = ComparisonTerms(family: Self.family.family, margin: 0.01)
        #expect(try compare(pairs, pairs.map { $0 * 1.02 }, terms: strict).verdict == .worse)
    }

    @Test func `five pairs cannot be conclusive, and the finding says why`() throws {
        let pairs = (0..<5).map { 400.0 + Double($0) }
        let finding = try compare(pairs, pairs.map { $0 * 1.5 })
        #expect(finding.verdict == .inconclusive)
        #expect(finding.estimate?.risk == 2.0 / 32)
        #expect(finding.reason?.contains("5 pairs cannot") == true)
    }

    @Test func `one run a side has an interval within the run, no p and no verdict`() throws {
        let finding = try compare([400], [800], design: .single)
        #expect(finding.verdict == .inconclusive)
        #expect(finding.reason == "run-to-run variation unknown")
        #expect(finding.estimate?.risk == nil && finding.adjustedRisk == nil)
        #expect(finding.estimate?.interval == nil && finding.estimate?.minimumDetectable == nil)
        let drawn = try #require(finding.bootstrap)
        #expect(try #require(drawn.lower) > 1.6)
        #expect(try #require(drawn.lower) < 2 && 2 < (try #require(drawn.upper)))
    }

    // Welch by hand: logarithms 0, 0.1, 0.2 and 1, 1.1, 1.3.
    @Test func `runs made apart are compared by Welch's test`() throws {
        let finding = try compare(
            [0, 0.1, 0.2].map { 400 * exp($0) }, [1, 1.1, 1.3].map { 400 * exp($0) },
            design: .independent(3, 3))
        let estimate = try #require(finding.estimate)
        let (p, q) = (0.01 / 3, 0.07 / 3 / 3)
        let degrees = (p + q) * (p + q) / (p * p / 2 + q * q / 2)
        let t = (3.4 / 3 - 0.1) / (p + q).squareRoot()
        #expect(abs(log(try #require(estimate.ratio)) - (3.4 / 3 - 0.1)) < 1e-9)
        #expect(
            abs(
                try #require(estimate.risk) - StudentT.twoSidedRisk(of: t, degrees: degrees))
                < 1e-12)
        #expect(finding.verdict == .worse)
        #expect(
            try compare([400, 410], [800, 810], design: .independent(2, 2)).verdict
                == .inconclusive)
    }

    @Test func `a quantile beyond the watch is told by the order of the pairs`() throws {
        let lost = (0..<10).map { _ in
            PathMeasurement.showing("first_audio", Distribution(values: [300], censored: 9))
        }
        let path = PathComparison(
            name: "path", design: .paired(10), first: runs([Double](repeating: 400, count: 10)),
            second: lost)
        let finding = try #require(
            Comparison([path], terms: Self.family, resampling: true).findings.first)
        #expect(finding.verdict == .worse)
        #expect(finding.second.value == nil && finding.second.beyond == 10_000)
        #expect(finding.estimate?.ratio == nil && finding.bootstrap == nil)
    }

    @Test func `a quantile at zero has no ratio, and says so`() throws {
        let finding = try compare([400, 400, 400, 400, 400, 400], [0, 400, 400, 400, 400, 400])
        #expect(finding.verdict == .inconclusive)
        #expect(finding.reason == "a p50 at or below zero has no ratio")
    }

    @Test func `the correction holds for all figures judged together`() {
        // Holm by hand: 4 × 0.01, 3 × 0.012, 2 × 0.04, then never below the one before.
        #expect(Holm.adjusted([0.04, 0.01, 0.5, 0.012]) == [0.08, 0.04, 0.5, 0.04])
        #expect(Holm.adjusted([0.9, 0.8]) == [1, 1])
    }

    @Test func `the sign flip of sixteen pairs is exact, and of seventeen close to it`() {
        let flips = [1.0, -0.4, 0.3, 0.8, -0.1, 0.7, 0.2, -0.6, 0.9, 0.5, 0.1, -0.2, 0.4, 0.6, 0.3]
        let exact = SignFlip.risk(flips + [0.35])
        // One more pair that hardly differs changes little.
        #expect(abs(SignFlip.risk(flips + [0.35, 1e-9]) - exact) < 0.01)
        #expect(SignFlip.risk([1, 1, 1, 1, 1, 1]) == 2.0 / 64)
        #expect(SignFlip.risk([]) == 1)
        #expect(abs(SignFlip.signTest(up: 6, down: 0) - 2.0 / 64) < 1e-12)
    }

    // Newcombe (1998), table II, method 10: 56/70 against 48/80.
    @Test func `the difference of two rates has Newcombe's interval`() throws {
        let interval = try #require(
            Proportion(hits: 48, trials: 80).difference(
                to: Proportion(hits: 56, trials: 70), level: 0.05))
        #expect(abs(try #require(interval.lower) - 0.0524) < 5e-5)
        #expect(abs(try #require(interval.upper) - 0.3339) < 5e-5)
    }
}

import Testing

@testable import Analysis

@Suite struct ProportionTests {
    @Test func `no miss in 149 proves two percent and in 299 one percent`() {
        #expect(Proportion(hits: 0, trials: 149).upperBound(risk: 0.05) <= 0.02)
        #expect(Proportion(hits: 0, trials: 148).upperBound(risk: 0.05) > 0.02)
        #expect(Proportion(hits: 0, trials: 299).upperBound(risk: 0.05) <= 0.01)
        #expect(Proportion(hits: 0, trials: 298).upperBound(risk: 0.05) > 0.01)
    }

    /// Against R's `binom.test`.
    @Test(arguments: [
        (0, 10, 0.0, 0.30850), (1, 10, 0.00253, 0.44502), (5, 20, 0.08657, 0.49105),
        (10, 10, 0.69150, 1.0), (81, 263, 0.25271, 0.36763),
    ])
    func `the exact interval is that of Clopper and Pearson`(
        hits: Int, trials: Int, lower: Double, upper: Double
    ) throws {
        let proportion = Proportion(hits: hits, trials: trials)
        let interval = try #require(proportion.clopperPearson)
        #expect(abs((interval.lower ?? -1) - lower) < 1e-4)
        #expect(abs((interval.upper ?? -1) - upper) < 1e-4)
    }

    /// 81 of 263 is the example of Newcombe (1998), Statistics in Medicine 17, table I.
    @Test(arguments: [
        (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718), (29, 29, 0.8830, 1.0),
    ])
    func `the score interval is that of Wilson`(
        hits: Int, trials: Int, lower: Double, upper: Double
    ) throws {
        let interval = try #require(Proportion(hits: hits, trials: trials).wilson)
        #expect(abs((interval.lower ?? -1) - lower) < 1e-4)
        #expect(abs((interval.upper ?? -1) - upper) < 1e-4)
    }

    @Test func `no trial has no rate and no interval`() {
        let none = Proportion(hits: 0, trials: 0)
        #expect(none.value == nil)
        #expect(none.wilson == nil)
        #expect(none.clopperPearson == nil)
    }

    @Test func `bounds enclose the binomial tail they are made of`() {
        for (hits, trials) in [(1, 7), (3, 50), (49, 50), (120, 4_000)] {
            let proportion = Proportion(hits: hits, trials: trials)
            let lower = proportion.lowerBound(risk: 0.05)
            let upper = proportion.upperBound(risk: 0.05)
            let atLeast =
                1 - Binomial.cumulative(hits: hits - 1, trials: trials, probability: lower)
            let atMost = Binomial.cumulative(hits: hits, trials: trials, probability: upper)
            #expect(abs(atLeast - 0.05) < 1e-9)
            #expect(abs(atMost - 0.05) < 1e-9)
        }
    }

    @Test func `binomial probabilities add up`() {
        // Ten fair coins: 1, 10, 45, 120 … of 1,024.
        let expected = [1.0, 11, 56, 176, 386, 638, 848, 968, 1_013, 1_023, 1_024].map {
            $0 / 1_024
        }
        for (hits, probability) in expected.enumerated() {
            let found = Binomial.cumulative(hits: hits, trials: 10, probability: 0.5)
            #expect(abs(found - probability) < 1e-13)
        }
    }

    /// Printed tables of Student's t, one-sided 95 %.
    @Test(arguments: [(1, 6.3138), (5, 2.0150), (9, 1.8331), (30, 1.6973), (1_000, 1.6464)])
    func `quantiles of Student's t are those of the tables`(degrees: Int, t: Double) {
        #expect(abs(StudentT.upperQuantile(risk: 0.05, degrees: Double(degrees)) - t) < 1e-4)
    }
}

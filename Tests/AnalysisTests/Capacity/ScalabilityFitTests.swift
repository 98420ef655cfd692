import Testing
import Timeline

@testable import Analysis

@Suite struct ScalabilityFitTests {
    /// Runs of a law, with noise of a share of their throughput.
    private func runs(
        lambda: Double, sigma: Double, kappa: Double, noise: Double, seed: UInt64,
        loads: [Int] = [1, 2, 5, 10, 20, 40, 80, 120, 160, 200]
    ) -> [ScalabilityFit.Run] {
        var generator = SeededGenerator(seed: seed, stream: "noise")
        return loads.map { callers in
            let n = Double(callers)
            let exact = lambda * n / (1 + sigma * (n - 1) + kappa * n * (n - 1))
            let error = 1 + noise * (2 * generator.unit() - 1)
            return .init(callers: callers, turnsPerSecond: exact * error)
        }
    }

    @Test func `known coefficients come back from exact throughputs`() throws {
        let fit = try #require(
            ScalabilityFit(
                runs(lambda: 0.25, sigma: 0.02, kappa: 0.0001, noise: 0, seed: 1), seed: 1))

        #expect(abs(fit.lambda - 0.25) < 1e-6)
        #expect(abs(fit.sigma - 0.02) < 1e-6)
        #expect(abs(fit.kappa - 0.0001) < 1e-8)
        #expect(fit.isRetrograde)
        // √(0.98 / 0.0001) = 98.99
        #expect(try abs(#require(fit.bestCallers) - 98.995) < 0.01)
        #expect(abs(fit.turnsPerSecond(at: 1) - 0.25) < 1e-6)
    }

    @Test(arguments: UInt64(1)...10)
    func `with two percent of noise they come back nearly`(seed: UInt64) throws {
        let fit = try #require(
            ScalabilityFit(
                runs(lambda: 0.25, sigma: 0.02, kappa: 0.0001, noise: 0.02, seed: seed),
                seed: seed))

        #expect(fit.isRetrograde)
        #expect(abs(fit.kappa - 0.0001) < 0.00002, "\(fit)")
        #expect(abs(fit.sigma - 0.02) < 0.006, "\(fit)")
    }

    @Test(arguments: UInt64(1)...10)
    func `an agent that scales is not called retrograde for its noise`(seed: UInt64) throws {
        let fit = try #require(
            ScalabilityFit(
                runs(lambda: 0.25, sigma: 0, kappa: 0, noise: 0.02, seed: seed), seed: seed))

        #expect(!fit.isRetrograde || fit.kappa < 2e-6, "\(fit)")
        #expect(fit.bestCallers == nil, "far beyond what was run: \(fit)")
        #expect(fit.runs == 10)
    }

    @Test func `five loads are too few, and repeated ones are one`() {
        let five = runs(
            lambda: 1, sigma: 0.1, kappa: 0.001, noise: 0, seed: 1, loads: [1, 2, 4, 8, 16])

        #expect(ScalabilityFit(five, seed: 1) == nil)
        #expect(ScalabilityFit(five + five, seed: 1) == nil)
        #expect(ScalabilityFit([], seed: 1) == nil)
    }

    @Test func `the same runs and seed give the same interval`() {
        let noisy = runs(lambda: 0.25, sigma: 0.02, kappa: 0.0001, noise: 0.05, seed: 3)

        #expect(ScalabilityFit(noisy, seed: 9) == ScalabilityFit(noisy, seed: 9))
    }
}

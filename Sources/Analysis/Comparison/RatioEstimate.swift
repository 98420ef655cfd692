#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// By how much one side's runs are slower than the other's: a geometric mean of ratios, and how
/// sure it is.
///
/// The unit that is repeated is the run: turns of one run share its luck, and testing turns against
/// turns calls the same system different in a third of all comparisons.
package struct RatioEstimate: Equatable, Sendable {
    /// Second side over first, 1.1 is 10 % slower; `nil` where only the order is known.
    package var ratio: Double?
    /// At the level asked for, Student's on the logarithms; `nil` with too few runs for one.
    package var interval: Interval?
    /// Two-sided p, before any correction for other tests; `nil` where there is none to state.
    package var risk: Double?
    /// The least p that as many runs can reach; `nil` where the test has no such bound.
    package var leastRisk: Double?
    /// Whether the second side is the greater one, as it was tested; `nil` where neither is.
    package var isHigher: Bool?
    /// The smallest change, as a share (0.1 is 10 %) or in parts of one for a rate, that as many
    /// runs with this spread find four times in five at a two-sided 5 %; `nil` with fewer than two
    /// runs on a side.
    package var minimumDetectable: Double?
    /// Where some runs lie beyond the watch, so that only their order is known.
    package var order: RunOrder?

    /// Fewest pairs for which an interval is stated.
    package static let fewestPairs = 5
    /// Fewest runs of each side for which runs that are no pairs are compared.
    package static let fewestRuns = 3

    /// Paired runs: one logarithm of a ratio for each pair, tested by sign flips.
    ///
    /// - Parameter level: risk of the interval, both sides together.
    static func paired(_ logarithms: [Double], level: Double) -> RatioEstimate? {
        guard let spread = RunSpread(paired: logarithms) else { return nil }
        var estimate = RatioEstimate(ratio: exp(spread.difference))
        guard spread.error != nil else { return estimate }
        estimate.minimumDetectable = spread.detectable.map { exp($0) - 1 }
        estimate.take(spread.test())
        guard logarithms.count >= fewestPairs else { return estimate }
        estimate.interval = spread.interval(level: level)
        return estimate
    }

    /// Runs that were not made in turns: Welch's test (1947) on the logarithms of both sides, or
    /// their ranks where the runs of a side do not differ at all.
    static func independent(
        _ first: [Double], _ second: [Double], level: Double
    ) -> RatioEstimate? {
        guard let spread = RunSpread(first, second) else { return nil }
        var estimate = RatioEstimate(ratio: exp(spread.difference))
        guard spread.error != nil else { return estimate }
        estimate.minimumDetectable = spread.detectable.map { exp($0) - 1 }
        guard min(first.count, second.count) >= fewestRuns else { return estimate }
        estimate.take(spread.test())
        estimate.interval = spread.interval(level: level)
        return estimate
    }

    /// Quantiles of which some lie beyond the watch.
    static func ordered(_ order: RunOrder) -> RatioEstimate {
        var estimate = RatioEstimate(order: order)
        estimate.take(order.test())
        return estimate
    }

    mutating func take(_ test: OrderTest) {
        risk = test.risk
        leastRisk = test.leastRisk > 0 ? test.leastRisk : nil
        isHigher = test.isHigher
    }
}

extension RunSpread {
    /// Student's interval of a difference of logarithms, as one of a ratio.
    fileprivate func interval(level: Double) -> Interval? {
        guard let error else { return nil }
        let reach = StudentT.upperQuantile(risk: level / 2, degrees: degrees) * error
        return Interval(lower: exp(difference - reach), upper: exp(difference + reach))
    }
}

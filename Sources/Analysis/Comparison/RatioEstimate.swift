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
    /// The smallest change, as a share (0.1 is 10 %), that as many runs with this spread find four
    /// times in five at a two-sided 5 %; `nil` with fewer than two runs on a side.
    package var minimumDetectable: Double?

    /// Fewest pairs for which an interval is stated.
    package static let fewestPairs = 5
    /// Fewest runs of each side for which runs that are no pairs are compared.
    package static let fewestRuns = 3

    /// Paired runs: one logarithm of a ratio for each pair, tested by sign flips.
    ///
    /// - Parameter level: risk of the interval, both sides together.
    static func paired(_ logarithms: [Double], level: Double) -> RatioEstimate? {
        guard let mean = Moments.mean(logarithms) else { return nil }
        var estimate = RatioEstimate(ratio: exp(mean))
        guard let deviation = Moments.deviation(logarithms) else { return estimate }
        let degrees = Double(logarithms.count - 1)
        let error = deviation / Double(logarithms.count).squareRoot()
        estimate.minimumDetectable = detectable(error: error, degrees: degrees)
        estimate.risk = SignFlip.risk(logarithms)
        guard logarithms.count >= fewestPairs else { return estimate }
        estimate.interval = interval(mean, error: error, degrees: degrees, level: level)
        return estimate
    }

    /// Runs that were not made in turns: Welch's test (1947) on the logarithms of both sides.
    static func independent(
        _ first: [Double], _ second: [Double], level: Double
    ) -> RatioEstimate? {
        guard let one = Moments.mean(first), let other = Moments.mean(second) else { return nil }
        var estimate = RatioEstimate(ratio: exp(other - one))
        guard let a = Moments.deviation(first), let b = Moments.deviation(second) else {
            return estimate
        }
        let (p, q) = (a * a / Double(first.count), b * b / Double(second.count))
        let error = (p + q).squareRoot()
        let spread = p * p / Double(first.count - 1) + q * q / Double(second.count - 1)
        // Without any spread there is nothing to weigh: as many degrees as both sides have.
        let degrees =
            spread > 0 ? (p + q) * (p + q) / spread : Double(first.count + second.count - 2)
        estimate.minimumDetectable = detectable(error: error, degrees: degrees)
        guard min(first.count, second.count) >= fewestRuns else { return estimate }
        if error > 0 {
            estimate.risk = StudentT.twoSidedRisk(of: (other - one) / error, degrees: degrees)
        }
        estimate.interval = interval(other - one, error: error, degrees: degrees, level: level)
        return estimate
    }

    private static func interval(
        _ mean: Double, error: Double, degrees: Double, level: Double
    ) -> Interval {
        let reach = StudentT.upperQuantile(risk: level / 2, degrees: degrees) * error
        return Interval(lower: exp(mean - reach), upper: exp(mean + reach))
    }

    private static func detectable(error: Double, degrees: Double) -> Double {
        let reach =
            StudentT.upperQuantile(risk: 0.025, degrees: degrees)
            + StudentT.upperQuantile(risk: 0.2, degrees: degrees)
        return exp(reach * error) - 1
    }
}

/// Mean and spread of a few numbers.
enum Moments {
    /// `nil` of none.
    static func mean(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }

    /// Standard deviation (n − 1); `nil` below two values.
    static func deviation(_ values: [Double]) -> Double? {
        guard values.count > 1, let mean = mean(values) else { return nil }
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (squares / Double(values.count - 1)).squareRoot()
    }
}

import Timeline

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A second opinion on a ratio of quantiles: runs, their calls and the calls' turns are drawn anew,
/// and the ratio taken each time (Davison and Hinkley, 1997, section 3.8).
///
/// With one run on a side nothing is drawn among runs: the interval is then that within the run.
struct HierarchicalBootstrap {
    /// Whether a run of one side belongs to that of the same place on the other.
    let isPaired: Bool
    let first: [RunSamples]
    let second: [RunSamples]

    private static let replicates = 1_000

    /// The percentile interval of each quantile's ratio; `nil` for one that has none.
    ///
    /// The same samples give the same interval: the seed is fixed.
    ///
    /// - Parameter level: risk of the interval, both sides together.
    func intervals(_ quantiles: [Double], level: Double) -> [Interval?] {
        guard !first.isEmpty, !second.isEmpty else { return quantiles.map { _ in nil } }
        var generator = SeededGenerator(seed: 1, stream: "hierarchical bootstrap")
        let longest = (first + second).map(\.values.count).max() ?? 0
        var weights = [Int32](repeating: 0, count: longest)
        var ratios = [[Double]](repeating: [], count: quantiles.count)
        for _ in 0..<Self.replicates {
            let runs = draw(first.count, using: &generator)
            let others = isPaired ? runs : draw(second.count, using: &generator)
            let one = means(
                of: runs.map { first[$0] }, quantiles, &weights, using: &generator)
            let other = means(
                of: others.map { second[$0] }, quantiles, &weights, using: &generator)
            for index in quantiles.indices { ratios[index].append(other[index] - one[index]) }
        }
        return ratios.map { Self.interval($0, level: level) }
    }

    private func draw(_ count: Int, using generator: inout SeededGenerator) -> [Int] {
        guard count > 1 else { return [0] }
        return (0..<count).map { _ in Int(generator.next(upperBound: UInt64(count))) }
    }

    /// The mean logarithm of each quantile over runs that are drawn from once more.
    private func means(
        of runs: [RunSamples], _ quantiles: [Double], _ weights: inout [Int32],
        using generator: inout SeededGenerator
    ) -> [Double] {
        var sums = [Double](repeating: 0, count: quantiles.count)
        for run in runs {
            let drawn = run.resample(into: &weights, using: &generator)
            for (index, quantile) in quantiles.enumerated() {
                sums[index] += log(run.value(quantile, drawn: drawn, weights: weights))
            }
        }
        return sums.map { $0 / Double(runs.count) }
    }

    /// `nil` where a quantile at or below zero, or in the censored tail of both sides, left no
    /// ratio.
    private static func interval(_ logarithms: [Double], level: Double) -> Interval? {
        guard !logarithms.contains(where: \.isNaN) else { return nil }
        let sorted = logarithms.sorted()
        let lower = sorted[QuantileRanks.estimate(level / 2, count: sorted.count) - 1]
        let upper = sorted[QuantileRanks.estimate(1 - level / 2, count: sorted.count) - 1]
        func bound(_ logarithm: Double) -> Double? {
            logarithm.isFinite ? exp(logarithm) : nil
        }
        return Interval(lower: bound(lower), upper: bound(upper))
    }
}

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Which order statistics estimate and bound a quantile, whatever the distribution.
///
/// How many of n independent samples lie at or below the true quantile q is Binomial(n, q):
/// bounds are ranks, and nothing is assumed of the shape. Ranks count from 1.
package enum QuantileRanks {
    /// Risk that a bound is wrong on its side: a two-sided 95 % interval splits it, an objective
    /// does not.
    package enum Risk: Double, Sendable {
        case twoSided = 0.025
        case oneSided = 0.05
        /// For a bound that is looked at again and again while a run goes on.
        case repeated = 0.001
    }

    /// The type-1 (inverted distribution function) estimate: the smallest rank with at
    /// least q of the samples at or below it.
    ///
    /// - Precondition: `count` is at least 1.
    package static func estimate(_ quantile: Double, count: Int) -> Int {
        precondition(count > 0, "no quantile of \(count) samples")
        // 0.07 × 100 is 7.000000000000001 in binary; the tolerance is far below one rank.
        let rank = (quantile * Double(count) * (1 - 1e-12)).rounded(.up)
        return min(max(1, Int(rank)), count)
    }

    /// The largest rank whose sample exceeds the true quantile with at most the risk; `nil` if none
    /// does.
    package static func lower(_ quantile: Double, count: Int, risk: Risk) -> Int? {
        // P(X of rank l > quantile) = P(B <= l - 1), which grows with l.
        let rank = firstIndex(in: 1..<(count + 1)) { rank in
            Binomial.cumulative(hits: rank - 1, trials: count, probability: quantile)
                > risk.rawValue
        }
        return rank > 1 ? rank - 1 : nil
    }

    /// The smallest rank whose sample is below the true quantile with at most the risk; `nil` if
    /// none is.
    package static func upper(_ quantile: Double, count: Int, risk: Risk) -> Int? {
        // P(X of rank u < quantile) = P(B >= u) = P(n - B <= n - u), a tail computed without 1 - x.
        let rank = firstIndex(in: 1..<(count + 1)) { rank in
            Binomial.cumulative(hits: count - rank, trials: count, probability: 1 - quantile)
                <= risk.rawValue
        }
        return rank <= count ? rank : nil
    }

    /// Fewest samples for which the greatest one bounds the quantile from above.
    ///
    /// Two-sided: 6, 46, 72, 368, 3,688 for p50, p90, p95, p99, p99.9; one-sided: 5, 29, 59, 299,
    /// 2,995. The contract's 46 for a two-sided p90 is stricter than the 36 that the binomial asks
    /// for.
    package static func fewestSamples(_ quantile: Double, risk: Risk) -> Int {
        if risk == .twoSided, quantile == 0.9 { return 46 }
        var count = Int((log(risk.rawValue) / log(quantile)).rounded(.up))
        // The logarithms are a rounding away from an exact power now and then.
        while count > 1, pow(quantile, Double(count - 1)) <= risk.rawValue { count -= 1 }
        while pow(quantile, Double(count)) > risk.rawValue { count += 1 }
        return max(1, count)
    }

    /// Fewest samples of one run from which its quantile is held against another run's.
    ///
    /// 6, 10, 20, 100 and 1,000 for p50, p90, p95, p99 and p99.9: six as everywhere for a median,
    /// and further out as many that the estimate is not merely the greatest sample. No bound on the
    /// quantile within the run is asked for, since runs are tested against runs.
    static func fewestInRun(_ quantile: Double) -> Int {
        max(6, Int((1 / (1 - quantile) * (1 - 1e-12)).rounded(.up)))
    }

    /// The first index for which `holds` is true, given that it stays true from there; else the
    /// end.
    private static func firstIndex(in range: Range<Int>, where holds: (Int) -> Bool) -> Int {
        var low = range.lowerBound
        var high = range.upperBound
        while low < high {
            let middle = low + (high - low) / 2
            if holds(middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

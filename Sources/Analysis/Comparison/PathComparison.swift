import Planning

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The runs of two sides on one path: what every figure of the comparison is computed from.
package struct PathComparison: Sendable {
    /// What the finding is listed under.
    package let name: String
    package let design: ComparisonDesign
    let first: [PathMeasurement]
    let second: [PathMeasurement]

    /// - Precondition: no side is empty, and pairs have as many runs on each.
    package init(
        name: String, design: ComparisonDesign, first: [PathMeasurement],
        second: [PathMeasurement]
    ) {
        precondition(!first.isEmpty && !second.isEmpty, "a side without a run")
        if case .paired(let count) = design {
            precondition(first.count == count && second.count == count, "pairs of unequal sides")
        }
        self.name = name
        self.design = design
        self.first = first
        self.second = second
    }

    /// Names of distributions that both sides have samples of, in catalogue order.
    var metrics: [String] {
        PathMeasurement.order.filter { name in
            [first, second].allSatisfy { side in
                side.allSatisfy { ($0.metric(name)?.distribution.count ?? 0) > 0 }
            }
        }
    }

    var rates: [String] {
        (first.first?.rates ?? []).map(\.name).filter { name in
            [first, second].allSatisfy { side in
                side.contains { ($0.rate(name)?.trials ?? 0) > 0 }
            }
        }
    }

    /// The findings of one metric, one for each quantile, not judged yet.
    ///
    /// - Parameter resampling: whether to draw anew as well, which takes a moment.
    func findings(
        _ metric: String, _ statistics: [String], level: Double, resampling: Bool
    ) -> [ComparisonFinding] {
        let quantiles = statistics.compactMap { name in
            MetricSummary.quantiles.first { $0.name == name }
        }
        let sides = [first, second].map { side in side.compactMap { $0.metric(metric) } }
        guard !quantiles.isEmpty, let unit = sides[0].first?.unit else { return [] }
        var drawn = quantiles.map { _ in nil as Interval? }
        if resampling {
            let samples = sides.map { side in side.compactMap { RunSamples($0.distribution) } }
            let isComplete = zip(samples, sides).allSatisfy { $0.count == $1.count }
            if isComplete {
                drawn = HierarchicalBootstrap(
                    isPaired: isPaired, first: samples[0], second: samples[1]
                ).intervals(quantiles.map(\.value), level: level)
            }
        }
        return zip(quantiles, drawn).map { quantile, interval in
            var finding = finding(
                metric, quantile, unit: unit, sides[0], sides[1], level: level)
            finding.bootstrap = finding.estimate?.ratio == nil ? nil : interval
            return finding
        }
    }

    private var isPaired: Bool {
        if case .paired = design { true } else { false }
    }

    private func finding(
        _ metric: String, _ quantile: (name: String, value: Double), unit: String,
        _ one: [PathMeasurement.Measured], _ other: [PathMeasurement.Measured], level: Double
    ) -> ComparisonFinding {
        let values = [one, other].map { side in
            side.map { measured -> Double in
                let distribution = measured.distribution
                let rank = QuantileRanks.estimate(quantile.value, count: distribution.count)
                return distribution.value(rank: rank) ?? .infinity
            }
        }
        var finding = ComparisonFinding(
            path: name, metric: metric, statistic: quantile.name, unit: unit,
            first: Self.side(values[0], of: one), second: Self.side(values[1], of: other))
        if let a = finding.first.value, let b = finding.second.value {
            finding.difference = b - a
        }
        let all = values.flatMap(\.self)
        if all.contains(where: \.isInfinite) {
            finding.estimate = ordered(values[0], values[1])
            finding.reason = "a \(quantile.name) lies beyond the end of the watch"
        } else if all.allSatisfy({ $0 > 0 }) {
            finding.estimate = estimate(values[0].map { log($0) }, values[1].map { log($0) }, level)
        } else {
            finding.reason = "a \(quantile.name) at or below zero has no ratio"
        }
        return finding
    }

    private static func side(
        _ values: [Double], of measured: [PathMeasurement.Measured]
    ) -> ComparisonFinding.Side {
        let n = measured.reduce(0) { $0 + $1.distribution.count }
        guard values.allSatisfy(\.isFinite) else {
            let limit = measured.compactMap(\.censoredAt).max()
            return ComparisonFinding.Side(value: nil, n: n, beyond: limit)
        }
        let isPositive = values.allSatisfy { $0 > 0 }
        let logarithm = isPositive ? Moments.mean(values.map { log($0) }) : nil
        return ComparisonFinding.Side(
            value: logarithm.map { exp($0) } ?? Moments.mean(values), n: n, beyond: nil)
    }

    private func estimate(
        _ one: [Double], _ other: [Double], _ level: Double
    ) -> RatioEstimate? {
        switch design {
        case .paired: return .paired(zip(one, other).map { $1 - $0 }, level: level)
        case .independent: return .independent(one, other, level: level)
        case .single:
            return RatioEstimate(ratio: exp(other[0] - one[0]))
        }
    }

    /// With a quantile in the censored tail only the order of a pair is known.
    private func ordered(_ one: [Double], _ other: [Double]) -> RatioEstimate? {
        guard isPaired else { return nil }
        let up = zip(one, other).count { $1 > $0 }
        let down = zip(one, other).count { $1 < $0 }
        var estimate = RatioEstimate()
        estimate.risk = SignFlip.signTest(up: up, down: down)
        return estimate
    }

    /// The finding of a rate, not judged yet.
    func finding(rate name: String) -> ComparisonFinding {
        let sides = [first, second].map { side in side.map { $0.rate(name) ?? .none } }
        let pooled = sides.map { side in
            Proportion(
                hits: side.reduce(0) { $0 + $1.hits }, trials: side.reduce(0) { $0 + $1.trials })
        }
        var finding = ComparisonFinding(
            path: self.name, metric: name, statistic: "rate", unit: "ratio",
            first: .init(value: pooled[0].value, n: pooled[0].trials),
            second: .init(value: pooled[1].value, n: pooled[1].trials))
        if let a = pooled[0].value, let b = pooled[1].value { finding.difference = b - a }
        finding.differenceInterval = pooled[0].difference(to: pooled[1])
        finding.estimate = rateEstimate(sides)
        return finding
    }

    /// Only the p of a rate is an estimate's: its size is a difference.
    private func rateEstimate(_ sides: [[Proportion]]) -> RatioEstimate? {
        let values = sides.map { side in side.map { $0.value ?? .nan } }
        guard !values.joined().contains(where: \.isNaN) else { return nil }
        var estimate = RatioEstimate()
        switch design {
        case .paired: estimate.risk = SignFlip.risk(zip(values[0], values[1]).map { $1 - $0 })
        case .independent:
            estimate.risk = RatioEstimate.independent(values[0], values[1], level: 0.05)?.risk
        case .single: return nil
        }
        return estimate
    }
}

extension Proportion {
    fileprivate static let none = Proportion(hits: 0, trials: 0)
}

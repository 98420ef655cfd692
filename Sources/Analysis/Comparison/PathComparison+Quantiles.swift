#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension PathComparison {
    /// The findings of one metric, one for each quantile, not judged yet.
    ///
    /// - Parameter resampling: whether to draw anew as well, which takes a moment.
    func findings(
        _ metric: String, _ statistics: [String], level: Double, resampling: Bool
    ) -> [ComparisonFinding] {
        let quantiles = statistics.compactMap { name in
            MetricSummary.quantiles.first { $0.name == name }
        }
        var findings = quantiles.map { finding(metric, $0, level: level) }
        let resampled = findings.indices.filter { findings[$0].estimate?.ratio != nil }
        guard resampling, !resampled.isEmpty else { return findings }
        let sides = [first, second].map { side in
            side.compactMap { $0.metric(metric).flatMap { RunSamples($0.distribution) } }
        }
        guard sides[0].count == first.count, sides[1].count == second.count else { return findings }
        let drawn = HierarchicalBootstrap(
            isPaired: isPaired, first: sides[0], second: sides[1]
        ).intervals(resampled.map { quantiles[$0].value }, level: level)
        for (index, interval) in zip(resampled, drawn) { findings[index].bootstrap = interval }
        return findings
    }

    private var isPaired: Bool {
        if case .paired = design { true } else { false }
    }

    private func finding(
        _ metric: String, _ quantile: (name: String, value: Double), level: Double
    ) -> ComparisonFinding {
        var finding = blank(metric, quantile.name)
        finding.reason = gap(
            metric, quantile.name, fewest: QuantileRanks.fewestInRun(quantile.value))
        guard finding.reason == nil else { return finding }
        let sides = [first, second].map { side in side.compactMap { $0.metric(metric) } }
        let values = sides.map { side in side.map { $0.distribution.quantile(quantile.value) } }
        let all = values.flatMap(\.self)
        guard all.allSatisfy(\.isFinite) else {
            func show(_ side: Int) -> (value: Double?, beyond: Double?) {
                let sorted = values[side].sorted()
                let middle = sorted[QuantileRanks.estimate(0.5, count: sorted.count) - 1]
                return middle.isFinite
                    ? (middle, nil) : (nil, sides[side].compactMap(\.censoredAt).max())
            }
            (finding.first.value, finding.first.beyond) = show(0)
            (finding.second.value, finding.second.beyond) = show(1)
            if design != .single {
                finding.estimate = .ordered(
                    RunOrder(isPaired: isPaired, first: values[0], second: values[1]))
            }
            finding.reason = "a \(quantile.name) lies beyond the end of the watch"
            return finding
        }
        let isPositive = all.allSatisfy { $0 > 0 }
        let shown = values.map { side -> Double? in
            isPositive ? Moments.mean(side.map { log($0) }).map { exp($0) } : Moments.mean(side)
        }
        (finding.first.value, finding.second.value) = (shown[0], shown[1])
        if let one = shown[0], let other = shown[1] { finding.difference = other - one }
        if isPositive {
            finding.estimate = estimate(values[0].map { log($0) }, values[1].map { log($0) }, level)
        } else {
            finding.reason = "a \(quantile.name) at or below zero has no ratio"
        }
        return finding
    }

    private func estimate(
        _ one: [Double], _ other: [Double], _ level: Double
    ) -> RatioEstimate? {
        switch design {
        case .paired: .paired(zip(one, other).map { $1 - $0 }, level: level)
        case .independent: .independent(one, other, level: level)
        case .single: RatioEstimate(ratio: exp(other[0] - one[0]))
        }
    }
}

extension Distribution {
    /// The type-1 quantile; +∞ in the censored tail.
    ///
    /// - Precondition: there is a sample.
    fileprivate func quantile(_ quantile: Double) -> Double {
        value(rank: QuantileRanks.estimate(quantile, count: count)) ?? .infinity
    }
}

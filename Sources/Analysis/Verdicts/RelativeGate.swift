/// Holds a comparison against how much worse the second side may be.
///
/// Fail: even the favourable end of the interval is worse than allowed; pass: even the unfavourable
/// end is not; inconclusive in between, and wherever no interval over runs is known.
package enum RelativeGate {
    /// One result for each judged figure, in the comparison's order.
    ///
    /// - Parameters:
    ///   - allowed: share by which a latency may grow or a score shrink, 0.1 for 10 %.
    ///   - points: how much worse a rate may be, 0.02 for two points of a hundred.
    ///   - baseline: what the first side is called in the expression.
    package static func judge(
        _ comparison: Comparison, allowed: Double, points: Double, baseline: String
    ) -> [ObjectiveResult] {
        comparison.findings.map { finding in
            let isHigherBetter = finding.isHigherBetter
            let isRate = finding.statistic == "rate"
            let room = isRate ? points : allowed
            // As growth: above zero is worse, whatever the metric's direction.
            var bounds = worsening(finding)
            if isHigherBetter { bounds = bounds.map { (-$0.1, -$0.0) } }
            let verdict: ObjectiveVerdict =
                comparison.design == .single
                ? .inconclusive
                : bounds.map { $0.0 > room ? .fail : $0.1 <= room ? .pass : .inconclusive }
                    ?? ordered(finding, level: comparison.terms.level)
            let size =
                isRate ? "\((points * 100).shortText) points" : "\((allowed * 100).shortText)%"
            var result = ObjectiveResult(
                path: finding.path,
                metric: finding.metric,
                expression:
                    "\(finding.statistic) at most \(size) worse than \(baseline)",
                value: isRate ? finding.difference : finding.estimate?.ratio,
                verdict: verdict,
                n: finding.second.n,
                reason: verdict == .pass ? nil : reason(finding, bounds)
            )
            result.isRelative = true
            result.beyond = finding.second.beyond
            return result
        }
    }

    /// The interval of the change as a share, or in parts of one for a rate.
    private static func worsening(_ finding: ComparisonFinding) -> (Double, Double)? {
        if finding.statistic == "rate" {
            return finding.differenceInterval.map { ($0.lower ?? -1, $0.upper ?? 1) }
        }
        return finding.estimate?.interval.map { interval in
            ((interval.lower ?? 0) - 1, (interval.upper ?? .infinity) - 1)
        }
    }

    /// With a quantile beyond the watch there is no size, but replies that stay out are worse.
    private static func ordered(_ finding: ComparisonFinding, level: Double) -> ObjectiveVerdict {
        guard let risk = finding.adjustedRisk, risk < level, finding.second.value == nil,
            finding.first.value != nil
        else { return .inconclusive }
        return .fail
    }

    private static func reason(
        _ finding: ComparisonFinding, _ bounds: (Double, Double)?
    ) -> String {
        if let reason = finding.reason { return reason }
        guard let bounds else { return "too few runs for an interval" }
        func percent(_ share: Double) -> String { ((share * 1_000).rounded() / 10).shortText }
        return "worse by \(percent(bounds.0)) to \(percent(bounds.1)) %"
    }
}

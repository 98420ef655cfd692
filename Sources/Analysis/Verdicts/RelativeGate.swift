/// Holds a comparison against how much worse the second side may be.
///
/// Fail: even the favourable end of the interval is worse than allowed, and the test over runs finds
/// it worse; pass: even the unfavourable end is not; inconclusive in between, and wherever no
/// interval over runs is known.
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
            let isRate = finding.statistic == "rate"
            let room = isRate ? points : allowed
            // As growth: above zero is worse, whatever the metric's direction.
            let change = finding.change(comparison.design)
            let bounds = change.map {
                finding.isHigherBetter ? (lower: -$0.upper, upper: -$0.lower) : $0
            }
            let verdict =
                bounds.map { bounds -> ObjectiveVerdict in
                    if bounds.upper <= room { return .pass }
                    let isWorse = finding.isFoundWorse(comparison.terms.level)
                    return bounds.lower > room && isWorse ? .fail : .inconclusive
                } ?? ordered(finding, allowed: allowed, level: comparison.terms.level)
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
                reason: verdict == .pass ? nil : reason(finding, bounds, room: room, verdict)
            )
            result.isRelative = true
            result.beyond = finding.second.beyond
            return result
        }
    }

    /// With a quantile beyond the watch there is no size, but an order: how runs stand to those of
    /// the first side and the room above them.
    ///
    /// Nothing passes while a run of the second side is beyond the watch.
    private static func ordered(
        _ finding: ComparisonFinding, allowed: Double, level: Double
    ) -> ObjectiveVerdict {
        guard let order = finding.estimate?.order, !finding.isHigherBetter else {
            return .inconclusive
        }
        let test = order.test(against: 1 + allowed)
        guard test.risk < level, let isHigher = test.isHigher else { return .inconclusive }
        if isHigher { return .fail }
        return order.second.allSatisfy(\.isFinite) ? .pass : .inconclusive
    }

    private static func reason(
        _ finding: ComparisonFinding, _ bounds: (lower: Double, upper: Double)?, room: Double,
        _ verdict: ObjectiveVerdict
    ) -> String {
        guard let bounds else { return finding.reason ?? "too few runs for an interval" }
        func percent(_ share: Double) -> String { ((share * 1_000).rounded() / 10).shortText }
        let risk = finding.estimate?.risk.map { ", p = \($0.shortText) over runs" } ?? ""
        let size = "worse by \(percent(bounds.lower)) to \(percent(bounds.upper)) %\(risk)"
        // Where the interval alone would fail it, the runs are too few or do not agree.
        guard verdict == .inconclusive, bounds.lower > room, let reason = finding.reason else {
            return size
        }
        return "\(size); \(reason)"
    }
}

extension ComparisonFinding {
    /// Whether the test over runs finds the second side worse, before any correction.
    fileprivate func isFoundWorse(_ level: Double) -> Bool {
        guard let estimate, let risk = estimate.risk, let isHigher = estimate.isHigher else {
            return false
        }
        return risk < level && isHigher != isHigherBetter
    }
}

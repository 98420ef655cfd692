import Planning

/// Two sides of a comparison, figure by figure: how they differ, and how sure that is.
package struct Comparison: Equatable, Sendable {
    package var design: ComparisonDesign
    package var terms: ComparisonTerms
    /// The family that was declared, judged; without what one of the sides does not have.
    package var findings: [ComparisonFinding]
    /// Everything else that both sides have, described and not judged.
    package var others: [ComparisonFinding]

    /// Compares, and judges the family by a correction over all of it.
    ///
    /// A figure is better or worse where the corrected p is below the level and the interval of its
    /// ratio leaves out 1; equivalent where the interval lies within the margin; else inconclusive.
    ///
    /// - Parameters:
    ///   - paths: of one design.
    ///   - resampling: whether the bootstrap is drawn as a cross-check.
    package init(
        _ paths: [PathComparison], terms: ComparisonTerms = ComparisonTerms(),
        resampling: Bool = true
    ) {
        design = paths.first?.design ?? .single
        self.terms = terms
        let family = paths.flatMap { path in
            Self.findings(terms.family, on: path, terms: terms, resampling: resampling)
        }
        findings = Self.judged(family, design: design, terms: terms)
        let described = paths.flatMap { path -> [ComparisonFinding] in
            let rest =
                path.metrics.flatMap { name in
                    ["p50", "p95"].map { ComparisonTerms.Item(name, $0) }
                } + path.rates.map { ComparisonTerms.Item($0, "rate") }
            let isJudged = Set(terms.family)
            return Self.findings(
                rest.filter { !isJudged.contains($0) }, on: path, terms: terms, resampling: false)
        }
        others = described
    }

    /// In the family's order, a metric's quantiles together.
    private static func findings(
        _ items: [ComparisonTerms.Item], on path: PathComparison, terms: ComparisonTerms,
        resampling: Bool
    ) -> [ComparisonFinding] {
        var done: Set<String> = []
        return items.flatMap { item -> [ComparisonFinding] in
            guard done.insert(item.metric).inserted else { return [] }
            if path.rates.contains(item.metric) { return [path.finding(rate: item.metric)] }
            guard path.metrics.contains(item.metric) else { return [] }
            let statistics = items.filter { $0.metric == item.metric }.map(\.statistic)
            return path.findings(
                item.metric, statistics, level: terms.level, resampling: resampling)
        }
    }

    private static func judged(
        _ findings: [ComparisonFinding], design: ComparisonDesign, terms: ComparisonTerms
    ) -> [ComparisonFinding] {
        let tested = findings.indices.filter { findings[$0].estimate?.risk != nil }
        let adjusted = Holm.adjusted(tested.compactMap { findings[$0].estimate?.risk })
        var judged = findings
        for (index, risk) in zip(tested, adjusted) { judged[index].adjustedRisk = risk }
        for index in judged.indices {
            let judgement = judged[index].judgement(design: design, terms: terms)
            judged[index].verdict = judgement.verdict
            judged[index].reason = judged[index].reason ?? judgement.reason
        }
        return judged
    }
}

extension ComparisonFinding {
    fileprivate func judgement(
        design: ComparisonDesign, terms: ComparisonTerms
    ) -> (verdict: ComparisonVerdict, reason: String?) {
        if design == .single { return (.inconclusive, "run-to-run variation unknown") }
        // Bounds as changes from nothing: 0.1 is 10 %, or 10 points of a rate.
        let isRate = differenceInterval != nil
        let bounds =
            isRate
            ? differenceInterval.map { ($0.lower ?? -1, $0.upper ?? 1) }
            : estimate?.interval.map { (($0.lower ?? 0) - 1, ($0.upper ?? .infinity) - 1) }
        let margin = isRate ? terms.rateMargin : terms.margin
        if let bounds, bounds.0 >= -margin, bounds.1 <= margin { return (.equivalent, nil) }
        guard let adjustedRisk else { return (.inconclusive, Self.tooFew(design)) }
        guard adjustedRisk < terms.level else {
            return (.inconclusive, Self.cannotReach(terms.level, design: design, self))
        }
        // Without bounds the order of the pairs alone was tested, and found.
        guard bounds.map({ $0.0 > 0 || $0.1 < 0 }) ?? true else { return (.inconclusive, nil) }
        return (isSecondHigher == isHigherBetter ? .better : .worse, nil)
    }

    /// Whether a greater value of the metric is the better one.
    var isHigherBetter: Bool { MetricCatalogue.metric(named: metric)?.better == .higher }

    private var isSecondHigher: Bool {
        if let difference { return difference > 0 }
        return second.value == nil
    }

    private static func tooFew(_ design: ComparisonDesign) -> String {
        switch design {
        case .paired(let pairs): "\(pairs) pairs are too few to test"
        case .independent(let first, let second):
            "\(first) and \(second) runs are too few to test"
        case .single: "run-to-run variation unknown"
        }
    }

    /// Says so where no result of so few pairs could have been conclusive.
    private static func cannotReach(
        _ level: Double, design: ComparisonDesign, _ finding: ComparisonFinding
    ) -> String? {
        guard case .paired(let pairs) = design, pairs < 16,
            let risk = finding.estimate?.risk, let adjusted = finding.adjustedRisk, risk > 0
        else { return nil }
        let least = 2 / Double(1 << pairs) * adjusted / risk
        return least >= level
            ? "\(pairs) pairs cannot show a difference with as many figures judged together" : nil
    }
}

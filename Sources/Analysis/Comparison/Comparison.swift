import Planning

/// Two sides of a comparison, figure by figure: how they differ, and how sure that is.
package struct Comparison: Equatable, Sendable {
    package var design: ComparisonDesign
    package var terms: ComparisonTerms
    /// The family that was declared, judged: without what was not asked for by name and no run
    /// measured.
    package var findings: [ComparisonFinding]
    /// Everything else that every run has, described and not judged.
    package var others: [ComparisonFinding]

    /// Compares, and judges the family by a correction over all of it.
    ///
    /// A figure is better or worse where the corrected p is below the level and the interval of its
    /// ratio leaves out 1; equivalent where the interval lies within the margin; else inconclusive.
    ///
    /// - Parameters:
    ///   - paths: of one design.
    ///   - resampling: whether the bootstrap is drawn as a cross-check.
    /// - Precondition: there is a path.
    package init(
        _ paths: [PathComparison], terms: ComparisonTerms = ComparisonTerms(),
        resampling: Bool = true
    ) {
        guard let first = paths.first else { preconditionFailure("no path to compare") }
        design = first.design
        self.terms = terms
        let family = paths.flatMap { path in
            Self.findings(
                path.judged(terms, among: paths), on: path, terms: terms, resampling: resampling)
        }
        findings = Self.judged(family, design: design, terms: terms)
        let isJudged = Set(terms.family)
        others = paths.flatMap { path in
            let complete = path.complete
            let rest =
                complete.metrics.flatMap { name in
                    ["p50", "p95"].map { ComparisonTerms.Item(name, $0) }
                } + complete.rates.map { ComparisonTerms.Item($0, "rate") }
            return Self.findings(
                rest.filter { !isJudged.contains($0) }, on: path, terms: terms, resampling: false)
        }
    }

    /// In the family's order, a metric's quantiles together.
    private static func findings(
        _ items: [ComparisonTerms.Item], on path: PathComparison, terms: ComparisonTerms,
        resampling: Bool
    ) -> [ComparisonFinding] {
        var done: Set<String> = []
        return items.flatMap { item -> [ComparisonFinding] in
            guard done.insert(item.metric).inserted else { return [] }
            if item.statistic == "rate" {
                return [path.finding(rate: item.metric, level: terms.level)]
            }
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
            // What could not be estimated was not tested either, and has said why.
            let isTold = judged[index].estimate == nil && judged[index].reason != nil
            let reasons = [judged[index].reason, isTold ? nil : judgement.reason]
            judged[index].reason =
                reasons.contains { $0 != nil }
                ? reasons.compactMap(\.self).joined(separator: "; ") : nil
        }
        return judged
    }
}

extension ComparisonFinding {
    fileprivate func judgement(
        design: ComparisonDesign, terms: ComparisonTerms
    ) -> (verdict: ComparisonVerdict, reason: String?) {
        if design == .single { return (.inconclusive, Self.variationUnknown) }
        // Bounds as changes from nothing: 0.1 is 10 %, or 10 points of a rate.
        let isRate = statistic == "rate"
        let bounds = change(design)
        let margin = isRate ? terms.rateMargin : terms.margin
        if let bounds, bounds.lower >= -margin, bounds.upper <= margin { return (.equivalent, nil) }
        guard let adjustedRisk else { return (.inconclusive, Self.tooFew(design)) }
        guard adjustedRisk < terms.level else {
            return (.inconclusive, cannotReach(terms.level, design: design))
        }
        // Without bounds the order of the runs alone was tested, and found.
        guard let isHigher = estimate?.isHigher,
            bounds.map({ isHigher ? $0.lower > 0 : $0.upper < 0 }) ?? true
        else { return (.inconclusive, nil) }
        return (isHigher == isHigherBetter ? .better : .worse, nil)
    }

    private static func tooFew(_ design: ComparisonDesign) -> String {
        switch design {
        case .paired(let pairs): "\(pairs) pairs are too few to test"
        case .independent(let first, let second):
            "\(first) and \(second) runs are too few to test"
        case .single: variationUnknown
        }
    }

    /// Says so where no result of so few runs could have been conclusive.
    private func cannotReach(_ level: Double, design: ComparisonDesign) -> String? {
        guard let least = estimate?.leastRisk, let risk = estimate?.risk, risk > 0,
            let adjustedRisk, least * adjustedRisk / risk >= level
        else { return nil }
        switch design {
        case .paired(let pairs):
            return "\(pairs) pairs cannot show a difference with as many figures judged together"
        case .independent(let first, let second):
            let best = (least * adjustedRisk / risk).shortText
            return "\(first) and \(second) runs can at best reach p = \(best)"
        case .single: return nil
        }
    }
}

extension ComparisonFinding {
    /// The reason that all figures of single runs have.
    package static let variationUnknown = "run-to-run variation unknown"

    /// Whether a greater value of the metric is the better one.
    var isHigherBetter: Bool { MetricCatalogue.metric(named: metric)?.better == .higher }

    /// The interval of the change as a share, or in parts of one for a rate; `nil` where there are
    /// too few runs for one.
    func change(_ design: ComparisonDesign) -> (lower: Double, upper: Double)? {
        guard design.hasInterval else { return nil }
        if let interval = differenceInterval { return (interval.lower ?? -1, interval.upper ?? 1) }
        return estimate?.interval.map { interval in
            ((interval.lower ?? 0) - 1, (interval.upper ?? .infinity) - 1)
        }
    }
}

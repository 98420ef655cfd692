import Analysis
import Reports

/// What a group of runs in turns says at one look: its paths compared, its objectives judged.
struct PairVerdict {
    let comparisons: [ComparisonDocument]
    let summary: RunSummary

    /// - Throws: a usage failure where the terms of the comparison are none.
    init(_ outcome: PairedRuns.Outcome, options: PairOptions) throws {
        guard let first = outcome.runs.first else { preconditionFailure("a group without a run") }
        // The first run's order is the scenario's own.
        let names = first.material.paths.map(\.name)
        let baseline = options.baseline ?? names[0]
        let terms = try options.comparison.terms()
        let comparisons = try names.filter { $0 != baseline }.map { other in
            try SideComparison(
                first: outcome.side(baseline), second: outcome.side(other), terms: terms,
                // What runs of one group differ in is what the user asked for.
                insists: true
            ).document()
        }
        let relative = options.allow.map { allowed in
            comparisons.flatMap { document in
                RelativeGate.judge(
                    document.comparison, allowed: allowed.value, points: terms.rateMargin,
                    baseline: baseline)
            }
        }
        self.comparisons = comparisons
        var summary = GroupSummary(runs: outcome.runs.map { SideRun($0.material) })
            .summary(relative: relative ?? [])
        // The runs themselves are whole: only the group was cut short.
        if outcome.wasInterrupted { summary.verdict = .interrupted }
        self.summary = summary
    }

    /// Whether more pairs might decide something: an objective or, without any, a figure.
    var isUndecided: Bool {
        guard summary.objectives.isEmpty else {
            return summary.objectives.contains { $0.verdict == .inconclusive }
        }
        return comparisons.contains { document in
            document.comparison.findings.contains { $0.verdict == .inconclusive }
        }
    }
}

import Analysis
import Reports

/// What a group of runs in turns says at one look: its paths compared, its objectives judged.
struct PairVerdict {
    let comparisons: [ComparisonDocument]
    let summary: RunSummary

    /// Risks of a look: the usual, or half of it where two looks are taken.
    struct Look {
        let level: Double
        let risk: QuantileRanks.Risk

        static let only = Look(level: 0.05, risk: .oneSided)
        static let oneOfTwo = Look(level: 0.025, risk: .twoSided)
    }

    /// - Throws: a usage failure where the terms of the comparison are none.
    init(_ outcome: PairedRuns.Outcome, options: PairOptions, look: Look) throws {
        guard let first = outcome.runs.first else { preconditionFailure("a group without a run") }
        // The first run's order is the scenario's own.
        let names = first.material.paths.map(\.name)
        let baseline = options.baseline ?? names[0]
        let terms = try options.comparison.terms(level: look.level)
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
        summary = GroupSummary(runs: outcome.runs.map { SideRun($0.material) })
            .summary(risk: look.risk, relative: relative ?? [])
    }

    /// Whether more pairs might decide something.
    var isUndecided: Bool {
        guard summary.objectives.isEmpty else {
            return summary.objectives.contains { $0.verdict == .inconclusive }
        }
        return comparisons.contains { document in
            document.comparison.findings.contains { $0.verdict == .inconclusive }
        }
    }
}

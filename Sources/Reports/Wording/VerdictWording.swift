import Analysis

extension Verdict {
    var mark: String {
        switch self {
        case .pass: "✓"
        case .fail: "✗"
        case .inconclusive: "?"
        case .invalid, .interrupted, .unreachable: "!"
        }
    }
}

extension ObjectiveVerdict {
    var mark: String {
        switch self {
        case .pass: "✓"
        case .fail: "✗"
        case .inconclusive: "?"
        }
    }
}

extension RunSummary {
    /// The verdict in one sentence, with what it rests on.
    var verdictSentence: String {
        switch verdict {
        case .pass where objectives.isEmpty:
            "no objective was declared, nothing could fail"
        case .pass:
            "\(met) of \(Figure.count(objectives.count, "objective")) met"
        case .fail, .inconclusive:
            "\(met) of \(Figure.count(objectives.count, "objective")) met, "
                + "\(number(of: .fail)) missed, \(number(of: .inconclusive)) undecided"
        case .invalid:
            "the generator was over its own budget: these figures are no measurement of the agent"
        case .interrupted:
            "the run was stopped early; what was measured until then is shown"
        case .unreachable:
            "on at least one path no call was ever established"
        }
    }

    private var met: Int { number(of: .pass) }

    private func number(of verdict: ObjectiveVerdict) -> Int {
        objectives.count { $0.verdict == verdict }
    }
}

extension RunSummary {
    /// What an objective was held against, with its unit: `455 ms`, `99.7 %`, `4.21`, or `—`.
    ///
    /// An objective that failed without a value failed in the censored tail: `> 10 s`.
    func valueText(_ objective: ObjectiveResult) -> String {
        guard let value = objective.value else {
            if let beyond = objective.beyond { return "> " + Figure.span(milliseconds: beyond) }
            let metric = paths.first { $0.name == objective.path }?.metric(objective.metric)
            guard objective.verdict == .fail, let metric, metric.censored > 0 else {
                return Figure.absent
            }
            return metric.beyondCensoring
        }
        if objective.isRelative {
            return objective.expression.hasPrefix("rate")
                ? "\(Figure.signed(value * 100)) points"
                : "× \(Figure.fixed(value, 3))"
        }
        if objective.expression.hasPrefix("rate") { return Figure.percent(value) }
        return objective.metric == "mos" ? Figure.fixed(value, 2) : Figure.plain(value) + " ms"
    }
}

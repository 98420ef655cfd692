import Analysis

extension ComparisonVerdict {
    var mark: String {
        switch self {
        case .better: "✓"
        case .worse: "✗"
        case .equivalent: "="
        case .inconclusive: "?"
        }
    }

    var emphasis: Emphasis {
        switch self {
        case .better: .good
        case .worse: .bad
        case .equivalent: .plain
        case .inconclusive: .doubtful
        }
    }
}

extension ComparisonFinding {
    var isRate: Bool { statistic == "rate" }

    /// What a side shows: `412 ms`, `99.7 %`, `> 10 s`, `—`.
    func text(_ side: Side) -> String {
        if isRate { return Figure.percent(side.value) }
        if let value = side.value {
            return unit == "ms" ? Figure.plain(value) + " ms" : Figure.fixed(value, 2)
        }
        return side.beyond.map { "> " + Figure.span(milliseconds: $0) } ?? Figure.absent
    }

    /// How the second side differs: `−10.0 %`, or in points for a rate.
    var changeText: String {
        if isRate {
            return difference.map { Figure.signed($0 * 100) + " pts" } ?? Figure.absent
        }
        return estimate?.ratio.map { Self.change($0) } ?? Figure.absent
    }

    /// The interval of the change; that within the run where no other is known.
    var intervalText: String {
        if isRate {
            return differenceInterval.map { interval in
                Self.range(interval.lower.map { $0 * 100 }, interval.upper.map { $0 * 100 }, "pts")
            } ?? Figure.absent
        }
        // Of a few pairs the bootstrap is far too narrow; of one run a side it is all there is.
        let within = estimate?.minimumDetectable == nil ? bootstrap : nil
        guard let interval = estimate?.interval ?? within else { return Figure.absent }
        func percent(_ ratio: Double?) -> Double? { ratio.map { ($0 - 1) * 100 } }
        return Self.range(percent(interval.lower), percent(interval.upper), "%")
    }

    var riskText: String {
        guard let risk = adjustedRisk else { return Figure.absent }
        return risk < 0.001 ? "<0.001" : Figure.fixed(risk, 3)
    }

    /// The smallest change that would have been found: `4.1 %`, or in points for a rate.
    var detectableText: String {
        guard let least = estimate?.minimumDetectable else { return "unknown" }
        return Figure.percentNumber(least) + (isRate ? " pts" : " %")
    }

    /// Whether drawing runs, calls and turns anew sees it otherwise than Student's interval.
    var isBootstrapAtOdds: Bool {
        guard let mine = estimate?.interval, let other = bootstrap else { return false }
        func excludesOne(_ interval: Interval) -> Bool {
            (interval.lower ?? 0) > 1 || (interval.upper ?? .infinity) < 1
        }
        return excludesOne(mine) != excludesOne(other)
    }

    static func change(_ ratio: Double) -> String { Figure.signed((ratio - 1) * 100) + " %" }

    private static func range(_ lower: Double?, _ upper: Double?, _ unit: String) -> String {
        let bounds = [
            lower.map { Figure.signed($0) } ?? "−∞", upper.map { Figure.signed($0) } ?? "+∞",
        ]
        return "\(bounds.joined(separator: " … ")) \(unit)"
    }
}

extension ComparisonDocument {
    /// How the runs stand to each other, in words.
    var designText: String {
        switch comparison.design {
        case .paired(let pairs):
            "\(Figure.count(pairs, "pair")) of runs, in turns A B B A"
        case .independent(let first, let second):
            "\(first) and \(second) runs, made apart: what changed between them counts as well"
        case .single:
            "one run a side: run-to-run variation unknown, so that nothing can be told apart"
        }
    }

    /// Which side answered faster and which stopped faster, by how much, and how sure that is.
    package var sentences: [String] {
        comparison.findings.compactMap { finding in
            guard finding.statistic == "p50", let verb = Self.verbs[finding.metric] else {
                return nil
            }
            return sentence(finding, verb)
        }
    }

    /// How many figures were tested, and corrected for together.
    var testedCount: Int { comparison.findings.count { $0.adjustedRisk != nil } }

    /// Why figures have the verdicts they have, each reason once with the figures it holds for.
    var reasons: [String] {
        let findings = comparison.findings
        // What holds for all single runs is in their design's words.
        var told = [ComparisonFinding.variationUnknown]
        for reason in findings.compactMap(\.reason) where !told.contains(reason) {
            told.append(reason)
        }
        return told.dropFirst().map { reason in
            let holding = findings.filter { $0.reason == reason }
            guard holding.count < findings.count else { return reason }
            let figures = holding.map { "\($0.path) \($0.metric) \($0.statistic)" }
            return figures.joined(separator: ", ") + ": " + reason
        }
    }

    /// How sure the intervals are: 95, or 97.5 where two looks are taken.
    var levelText: String { Figure.shortest((1 - comparison.terms.level) * 100) }

    private static let verbs = ["first_audio": "answered", "barge_in_cut": "stopped"]

    private func sentence(_ finding: ComparisonFinding, _ verb: String) -> String {
        let paths = Set(comparison.findings.map(\.path))
        let place = paths.count > 1 ? " on \(finding.path)" : ""
        guard let ratio = finding.estimate?.ratio, let difference = finding.difference else {
            return "\(first.name) and \(second.name)\(place): \(finding.metric) "
                + "\(finding.text(finding.first)) and \(finding.text(finding.second)) at p50"
        }
        let isFaster = difference < 0
        let (winner, loser) =
            isFaster ? (second.name, first.name) : (first.name, second.name)
        let size = Figure.gap(difference, share: 1 - min(ratio, 1 / ratio))
        let order =
            size.map { "\(winner) \(verb) \($0) faster than \(loser)" }
            ?? "\(winner) \(verb) as fast as \(loser)"
        let hasInterval = finding.intervalText != Figure.absent
        let interval = "\(levelText) % interval of the change \(finding.intervalText)"
        switch finding.verdict {
        case .better, .worse:
            let facts = (hasInterval ? [interval] : []) + ["p \(finding.riskText)"]
            return "\(order)\(place) at p50: \(facts.joined(separator: ", "))"
        case .equivalent:
            let margin = Figure.percentNumber(comparison.terms.margin)
            return "\(first.name) and \(second.name) \(verb) alike\(place) at p50: "
                + "\(size ?? "0 ms") apart, within ±\(margin) % (\(interval))"
        case .inconclusive, nil:
            let why = finding.reason ?? "could be chance"
            return "\(order)\(place) at p50, which proves nothing: \(why)"
                + (hasInterval ? " (\(interval))" : "")
        }
    }
}

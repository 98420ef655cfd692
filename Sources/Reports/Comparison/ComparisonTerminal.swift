import Analysis

/// A comparison as text for a terminal.
package enum ComparisonTerminal {
    /// The whole report, ending in a newline.
    package static func render(_ document: ComparisonDocument, width: Int, colour: Bool) -> String {
        let width = max(72, width)
        var lines = head(document, width: width)
        lines.append(TerminalLine())
        lines += table(document.comparison.findings, document, isJudged: true)
        let rest = document.comparison.others
        if !rest.isEmpty {
            lines.append(TerminalLine())
            lines.append(TerminalLine("described, not judged", .faint))
            lines += table(rest, document, isJudged: false)
        }
        lines.append(TerminalLine())
        for sentence in document.sentences {
            lines += wrapped(sentence, width, .strong)
        }
        lines += remarks(document, width: width)
        return lines.map { $0.rendered(colour: colour) + "\n" }.joined()
    }

    private static func head(_ document: ComparisonDocument, width: Int) -> [TerminalLine] {
        var lines: [TerminalLine] = []
        for problem in document.invalid { lines += wrapped("! " + problem, width, .bad) }
        for obstacle in document.obstacles {
            lines += wrapped("! compared all the same: " + obstacle, width, .doubtful)
        }
        for (letter, side) in [("A", document.first), ("B", document.second)] {
            var line = TerminalLine("\(letter)  ", .faint)
            line.append(TerminalText.clean(side.name), .strong)
            let ids = side.runs.map(\.id)
            let shown =
                ids.count > 2 ? "\(ids[0]) … \(ids[ids.count - 1])" : ids.joined(separator: ", ")
            line.append(
                TerminalText.clean("  \(Figure.count(ids.count, "run")): \(shown)"), .faint)
            lines.append(line)
        }
        lines += wrapped(document.designText, width, .faint)
        return lines
    }

    private static let edges = [27, 38, 49, 60, 81, 90, 101]

    private static func table(
        _ findings: [ComparisonFinding], _ document: ComparisonDocument, isJudged: Bool
    ) -> [TerminalLine] {
        var heading = TerminalLine()
        let names = [document.first.name, document.second.name]
            .map { TerminalText.fitted(TerminalText.clean($0), to: 10) }
        let titles =
            names + ["change", "\(document.levelText) % interval"] + (isJudged ? ["p", "MDE"] : [])
        for (title, edge) in zip(titles, edges.dropFirst()) {
            heading.place(title, endingAt: edge, .faint)
        }
        var lines = [heading]
        var path: String?
        let hasPaths = Set(findings.map(\.path)).count > 1
        for finding in findings {
            if hasPaths, finding.path != path {
                lines.append(TerminalLine(TerminalText.clean(finding.path), .faint))
            }
            path = finding.path
            lines.append(row(finding, isJudged: isJudged))
        }
        return lines
    }

    private static func row(_ finding: ComparisonFinding, isJudged: Bool) -> TerminalLine {
        var line = TerminalLine(
            finding.isRate ? finding.metric : "\(finding.metric) \(finding.statistic)",
            isJudged ? .strong : .plain)
        line.place(finding.text(finding.first), endingAt: edges[1])
        line.place(finding.text(finding.second), endingAt: edges[2])
        line.place(finding.changeText, endingAt: edges[3], isJudged ? .strong : .plain)
        line.place(finding.intervalText, endingAt: edges[4])
        guard isJudged else { return line }
        line.place(finding.riskText, endingAt: edges[5])
        line.place(finding.detectableText, endingAt: edges[6], .faint)
        guard let verdict = finding.verdict else { return line }
        line.place("\(verdict.mark) \(verdict.rawValue)", at: edges[6] + 2, verdict.emphasis)
        return line
    }

    private static func remarks(
        _ document: ComparisonDocument, width: Int
    ) -> [TerminalLine] {
        var texts: [String] = []
        let terms = document.comparison.terms
        if document.comparison.design != .single {
            texts.append(
                "p after Holm's correction for \(document.testedCount) figures; "
                    + "MDE: the smallest change found four times in five; no difference "
                    + "within ±\(Figure.percentNumber(terms.margin)) %"
                    + " (rates ±\(Figure.percentNumber(terms.rateMargin)) points)")
        }
        for finding in document.comparison.findings where finding.isBootstrapAtOdds {
            texts.append(
                "\(finding.path) \(finding.metric) \(finding.statistic): the bootstrap over runs, "
                    + "calls and turns sees it otherwise; take it with care")
        }
        texts += document.reasons
        texts += document.differences.map { "differs: \($0)" }
        return texts.isEmpty
            ? [] : [TerminalLine()] + texts.flatMap { wrapped($0, width, .faint) }
    }

    private static func wrapped(
        _ text: String, _ width: Int, _ emphasis: Emphasis
    ) -> [TerminalLine] {
        TerminalText.wrapped(TerminalText.clean(text), to: width)
            .map { TerminalLine($0, emphasis) }
    }
}

import Analysis

/// A comparison as Markdown, short enough for a comment on a pull request.
package enum ComparisonMarkdown {
    /// Sentences, the judged figures and what differs, ending in a newline; what users wrote is
    /// escaped.
    package static func render(_ document: ComparisonDocument) -> String {
        blocks(document).joined(separator: "\n\n") + "\n"
    }

    static func blocks(_ document: ComparisonDocument) -> [String] {
        let first = escaped(document.first.name)
        let second = escaped(document.second.name)
        var blocks = ["### Talkover: \(second) against \(first)"]
        for problem in document.invalid { blocks.append("**INVALID**: \(escaped(problem))") }
        for obstacle in document.obstacles {
            blocks.append("**Compared all the same**: \(escaped(obstacle))")
        }
        if !document.sentences.isEmpty {
            blocks.append(document.sentences.map { "- " + escaped($0) }.joined(separator: "\n"))
        }
        blocks.append(table(document, first, second))
        var notes = [document.designText] + document.reasons
        notes += document.differences.map { "differs: " + $0 }
        blocks.append(notes.map { "- " + escaped($0) }.joined(separator: "\n"))
        return blocks
    }

    private static func table(
        _ document: ComparisonDocument, _ first: String, _ second: String
    ) -> String {
        let findings = document.comparison.findings
        let hasPaths = Set(findings.map(\.path)).count > 1
        let head =
            "| | \(first) | \(second) | change | \(document.levelText) % interval | p | MDE "
            + "| verdict |"
        let rows = findings.map { finding in
            let path = hasPaths ? escaped(finding.path) + " " : ""
            let verdict = finding.verdict.map { "\($0.mark) \($0.rawValue)" } ?? ""
            let cells = [
                "\(path)`\(finding.metric)` \(finding.statistic)", finding.text(finding.first),
                finding.text(finding.second), finding.changeText, finding.intervalText,
                finding.riskText, finding.detectableText, verdict,
            ]
            return "| \(cells.joined(separator: " | ")) |"
        }
        return ([head, "|---|--:|--:|--:|--:|--:|--:|---|"] + rows).joined(separator: "\n")
    }

    private static func escaped(_ text: String) -> String { MarkdownReport.escaped(text) }
}

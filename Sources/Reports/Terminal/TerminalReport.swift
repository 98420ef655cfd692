package import Analysis

/// A run as text for a terminal: the generator's grade first, then the paths side by side.
package enum TerminalReport {
    /// Room for a metric's name.
    static let labelWidth = 18

    /// The whole report, ending in a newline.
    ///
    /// - Parameters:
    ///   - width: columns of the terminal; below 72 lines overflow. Two paths fit side by side
    ///     with all their figures from 100 columns, four with some from 118; what does not fit is
    ///     parted in two blocks, and with still more paths each has a line of its own.
    ///   - colour: whether ANSI colours may be used; marks and words carry the same meaning.
    package static func render(_ summary: RunSummary, width: Int, colour: Bool) -> String {
        let width = max(72, width)
        var lines = GeneratorBlock.lines(summary, width: width)
        lines.append(TerminalLine())
        lines += header(summary, width: width)
        lines.append(TerminalLine())
        lines += MetricTable(summary: summary, width: width).lines()
        lines += differences(summary, width: width)
        lines += failures(summary, width: width)
        lines += remarks("refused", summary, width: width) { $0.refusal }
        lines += remarks("routes, ours/theirs", summary, width: width) { $0.routes }
        lines += objectives(summary, width: width)
        lines.append(TerminalLine())
        lines += verdict(summary, width: width)
        return lines.map { $0.rendered(colour: colour) + "\n" }.joined()
    }

    /// The objectives and the verdict alone, with the grade in front where it decides; ends in a
    /// newline.
    package static func renderVerdict(
        _ summary: RunSummary, width: Int, colour: Bool
    ) -> String {
        let width = max(72, width)
        var lines: [TerminalLine] = []
        if summary.generator?.valid == false {
            lines += GeneratorBlock.lines(summary, width: width)
        }
        lines += objectives(summary, width: width)
        lines.append(TerminalLine())
        lines += verdict(summary, width: width)
        return lines.map { $0.rendered(colour: colour) + "\n" }.joined()
    }

    /// What was run, where and when.
    static func header(_ summary: RunSummary, width: Int) -> [TerminalLine] {
        let run = summary.run
        var title = TerminalLine()
        title.append(TerminalText.fitted(TerminalText.clean(run.scenario), to: width - 24), .strong)
        title.append("  \(run.mode.rawValue) run ")
        title.append(TerminalText.fitted(TerminalText.clean(run.id), to: max(8, width - title.end)))
        var facts = [
            "seed \(run.seed)", TerminalText.clean(run.startedAt),
            Figure.duration(seconds: run.durationSeconds),
            "talkover \(TerminalText.clean(run.version))",
        ]
        if let revision = run.gitRevision {
            facts.append(TerminalText.clean(String(revision.prefix(12))))
        }
        facts.append(
            "\(Figure.count(run.host.cores, "core")), \(TerminalText.clean(run.host.kernel))")
        facts += run.tags.sorted { $0.key < $1.key }.map {
            TerminalText.clean("\($0.key)=\($0.value)")
        }
        return [title] + TerminalText.flowed(facts, to: width).map { TerminalLine($0, .faint) }
    }

    private static func differences(_ summary: RunSummary, width: Int) -> [TerminalLine] {
        let differences = Difference.all(in: summary)
        guard !differences.isEmpty else { return [] }
        var lines = [TerminalLine()]
        for difference in differences {
            lines += TerminalText.wrapped(TerminalText.clean(difference.line), to: width)
                .map { TerminalLine($0) }
            guard let reason = difference.reason else { continue }
            lines += TerminalText.wrapped(TerminalText.clean("why: " + reason), to: width - 2)
                .map { TerminalLine("  " + $0) }
        }
        if differences.contains(where: \.isClaim) {
            lines.append(TerminalLine(Difference.caveat, .faint))
        }
        return lines
    }

    private static func failures(_ summary: RunSummary, width: Int) -> [TerminalLine] {
        var lines: [TerminalLine] = []
        for path in summary.paths where !path.failures.isEmpty {
            var text = TerminalText.clean(path.name) + ": "
            text += path.failures.map { "\($0.calls) \(TerminalText.clean($0.reason))" }
                .joined(separator: ", ")
            lines += TerminalText.wrapped(text, to: width - 2).map { TerminalLine("  " + $0) }
            for failure in path.failures {
                guard let example = failure.example else { continue }
                let sentence = TerminalText.clean("\(failure.reason): \(example)")
                lines += TerminalText.wrapped(sentence, to: width - 4)
                    .map { TerminalLine("    " + $0, .faint) }
            }
        }
        return lines.isEmpty ? [] : [TerminalLine(), TerminalLine("failed calls", .strong)] + lines
    }

    /// A sentence for each path that has one, below a title.
    private static func remarks(
        _ title: String, _ summary: RunSummary, width: Int, sentence: (PathSummary) -> String?
    ) -> [TerminalLine] {
        let lines = summary.paths.flatMap { path -> [TerminalLine] in
            guard let sentence = sentence(path) else { return [] }
            let text = TerminalText.clean("\(path.name): \(sentence)")
            return TerminalText.wrapped(text, to: width - 2).map { TerminalLine("  " + $0) }
        }
        return lines.isEmpty ? [] : [TerminalLine(), TerminalLine(title, .strong)] + lines
    }

    static func objectives(_ summary: RunSummary, width: Int) -> [TerminalLine] {
        guard !summary.objectives.isEmpty else { return [] }
        let paths = summary.objectives.map { TerminalText.columns(TerminalText.clean($0.path)) }
        let names = summary.objectives.map { TerminalText.columns(TerminalText.clean($0.metric)) }
        let pathWidth = min(18, paths.max() ?? 0)
        let metricWidth = min(17, names.max() ?? 0)
        var lines = [TerminalLine(), TerminalLine("objectives", .strong)]
        for objective in summary.objectives {
            var line = TerminalLine("  ")
            line.append(objective.verdict.mark, objective.verdict.emphasis)
            line.place(
                TerminalText.fitted(TerminalText.clean(objective.path), to: pathWidth), at: 4)
            line.place(
                TerminalText.fitted(TerminalText.clean(objective.metric), to: metricWidth),
                at: 6 + pathWidth
            )
            line.place(TerminalText.clean(objective.expression), at: 8 + pathWidth + metricWidth)
            line.place(
                summary.valueText(objective), at: max(line.end + 2, 24 + pathWidth + metricWidth),
                .strong)
            line.append("  n \(objective.n)", .faint)
            lines.append(line)
            if let reason = objective.reason {
                lines += TerminalText.wrapped(TerminalText.clean(reason), to: width - 4)
                    .map { TerminalLine("    " + $0, .faint) }
            }
        }
        return lines
    }

    /// The last line: the verdict and its exit code.
    static func verdict(_ summary: RunSummary, width: Int) -> [TerminalLine] {
        let verdict = summary.verdict
        let word = "\(verdict.mark) \(verdict.rawValue)"
        let sentence = "\(summary.verdictSentence) (exit \(ExitStatus(verdict).rawValue))"
        let indent = TerminalText.columns(word) + 2
        var lines: [TerminalLine] = []
        for (index, text) in TerminalText.wrapped(sentence, to: width - indent).enumerated() {
            var line = TerminalLine()
            if index == 0 { line.append(word, verdict.emphasis) }
            line.place(text, at: indent)
            lines.append(line)
        }
        return lines
    }
}

extension Verdict {
    var emphasis: Emphasis {
        switch self {
        case .pass: .good
        case .fail, .invalid, .unreachable: .bad
        case .inconclusive, .interrupted: .doubtful
        }
    }
}

extension ObjectiveVerdict {
    var emphasis: Emphasis {
        switch self {
        case .pass: .good
        case .fail: .bad
        case .inconclusive: .doubtful
        }
    }
}

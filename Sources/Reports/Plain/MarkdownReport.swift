package import Analysis

/// A run as Markdown, short enough for a comment on a pull request.
package enum MarkdownReport {
    /// Verdict, headline metrics by path and objectives, ending in a newline.
    ///
    /// What users wrote is escaped.
    ///
    /// - Parameter comparisons: of a group of runs, in place of what one run shows of differences.
    package static func render(
        _ summary: RunSummary, comparisons: [ComparisonDocument] = []
    ) -> String {
        var blocks = [title(summary), generator(summary)]
        blocks += errorBars(summary)
        if comparisons.isEmpty { blocks += differences(summary) }
        if !summary.paths.isEmpty { blocks.append(headline(summary)) }
        blocks += comparisons.flatMap(ComparisonMarkdown.blocks)
        let failures = summary.paths.compactMap(failedCalls)
        let refusals = summary.paths.compactMap { path in
            path.refusal.map { "- Refused on \(escaped(path.name)): \($0)" }
        }
        let routes = summary.paths.compactMap { path in
            path.routes.map { "- Routes of \(escaped(path.name)), ours/theirs: \(escaped($0))" }
        }
        let remarks = failures + refusals + routes
        if !remarks.isEmpty { blocks.append(remarks.joined(separator: "\n")) }
        if !summary.objectives.isEmpty { blocks.append(objectives(summary)) }
        blocks.append(footer(summary.run))
        return blocks.joined(separator: "\n\n") + "\n"
    }

    private static func title(_ summary: RunSummary) -> String {
        "### \(summary.verdict.icon) Talkover: \(escaped(summary.run.scenario)), "
            + "**\(summary.verdict.rawValue)**\n\n\(capitalised(summary.verdictSentence))."
    }

    private static func differences(_ summary: RunSummary) -> [String] {
        let differences = Difference.all(in: summary)
        var lines = differences.map { difference in
            "- **\(escaped(difference.sentence))**"
                + (difference.figures.map { ": " + escaped($0) } ?? "")
                + (difference.reason.map { "\n  - why: " + escaped($0) } ?? "")
        }
        if differences.contains(where: \.isClaim) { lines.append("- \(Difference.caveat)") }
        return lines.isEmpty ? [] : [lines.joined(separator: "\n")]
    }

    private static func generator(_ summary: RunSummary) -> String {
        guard let grade = summary.generator else {
            let why =
                summary.run.mode == .simulated
                ? GeneratorGrade.simulatedWording : "not graded: nothing was measured"
            return "Generator \(why)."
        }
        let lateness = GeneratorGrade.milliseconds(grade.sendLateness.p99)
        let cpu = GeneratorGrade.milliseconds(grade.cpuMsPerCallerSecond)
        let facts = "send lateness p99 \(lateness), CPU \(cpu) per caller-second"
        guard !grade.valid else { return "Generator valid: \(facts)." }
        let problems = grade.problems.map { "\n- \(escaped($0))" }.joined()
        return "**Generator INVALID** (\(facts)):\n\(problems)"
    }

    private static func headline(_ summary: RunSummary) -> String {
        let names = summary.paths.map { escaped($0.name) }
        var rows = [
            "| | " + names.joined(separator: " | ") + " |",
            "|---|" + names.map { _ in "--:|" }.joined(),
        ]
        func add(_ title: String, _ cells: [String]) {
            guard cells.contains(where: { $0 != Figure.absent }) else { return }
            rows.append("| \(title) | \(cells.joined(separator: " | ")) |")
        }
        for name in MetricGroup.headline {
            for quantile in [Quantile.p50, .p95, .p99] {
                let cells = summary.paths.map { cell($0.metric(name), quantile) }
                rows.append(
                    "| `\(name)` \(quantile.rawValue) | \(cells.joined(separator: " | ")) |")
            }
            let counts = summary.paths.map { count($0.metric(name)) }
            rows.append("| `\(name)` n | \(counts.joined(separator: " | ")) |")
            for leg in ["\(name)_edge", "\(name)_backend"] {
                add("`\(leg)` p50", summary.paths.map { cell($0.metric(leg), .p50) })
            }
        }
        for name in ["response_rate", "yield_rate"] {
            let cells = summary.paths.map { path in cell(path.rates.first { $0.name == name }) }
            rows.append("| `\(name)` | \(cells.joined(separator: " | ")) |")
        }
        add("`connect` p50", summary.paths.map { cell($0.metric("connect"), .p50) })
        add("its phases, p50", summary.paths.map { $0.phases ?? Figure.absent })
        add("`network_rtt` p50", summary.paths.map { cell($0.metric("network_rtt"), .p50) })
        for name in ["loss", "remote_loss"] {
            add(
                "`\(name)`",
                summary.paths.map { path in cell(path.rates.first { $0.name == name }) })
        }
        let calls = summary.paths.map { "\($0.calls.completed)/\($0.calls.planned)" }
        rows.append("| calls completed | \(calls.joined(separator: " | ")) |")
        return rows.joined(separator: "\n")
    }

    private static func cell(_ metric: MetricSummary?, _ quantile: Quantile) -> String {
        guard let metric else { return Figure.absent }
        let text = escaped(metric.text(quantile))
        let value = quantile.value(in: metric) == nil ? text : text + " \(metric.unit)"
        return metric.intervalText(quantile).map { "\(value) (\(escaped($0)))" } ?? value
    }

    private static func count(_ metric: MetricSummary?) -> String {
        guard let metric else { return Figure.absent }
        return metric.remark.map { "\(metric.n) (\($0))" } ?? "\(metric.n)"
    }

    private static func cell(_ rate: RateSummary?) -> String {
        guard let rate, rate.n > 0 else { return Figure.absent }
        return "\(escaped(rate.text)) (\(rate.hits)/\(rate.n))"
    }

    private static func failedCalls(_ path: PathSummary) -> String? {
        guard !path.failures.isEmpty else { return nil }
        let reasons = path.failures.map { "\($0.calls) \(escaped($0.reason))" }
        let examples = path.failures.compactMap { failure in
            failure.example.map { "\n  - \(escaped(failure.reason)): \(escaped($0))" }
        }
        return "- Failed calls on \(escaped(path.name)): " + reasons.joined(separator: ", ")
            + examples.joined()
    }

    private static func objectives(_ summary: RunSummary) -> String {
        let rows = summary.objectives.map { objective in
            let reason = objective.reason.map { ": " + escaped($0) } ?? ""
            let cells = [
                escaped(objective.path), escaped(objective.metric), escaped(objective.expression),
                escaped(summary.valueText(objective)), "\(objective.n)",
                "\(objective.verdict.icon) \(objective.verdict.rawValue)\(reason)",
            ]
            return "| \(cells.joined(separator: " | ")) |"
        }
        let head =
            "| path | metric | objective | measured | n | verdict |\n|---|---|---|--:|--:|---|\n"
        return head + rows.joined(separator: "\n")
    }

    private static func footer(_ run: RunFacts) -> String {
        var facts = [
            "run \(escaped(run.id))", run.mode.rawValue, "seed \(run.seed)", escaped(run.startedAt),
            Figure.duration(seconds: run.durationSeconds), "talkover \(escaped(run.version))",
            "\(Figure.count(run.host.cores, "core")), \(escaped(run.host.kernel))",
        ]
        facts += run.tags.sorted { $0.key < $1.key }.map { escaped("\($0.key)=\($0.value)") }
        return "<sub>" + facts.joined(separator: " · ") + "</sub>"
    }

    /// Text that Markdown shows as it is: one line without markup, table cell, HTML or mention.
    static func escaped(_ text: String) -> String {
        TerminalText.clean(text).escaping { scalar in
            switch scalar {
            case "<": "&lt;"
            case ">": "&gt;"
            case "&": "&amp;"
            case "@": "&#64;"
            case "#": "&#35;"
            case "\\", "`", "*", "_", "|", "[", "]", "~", "!": "\\\(scalar)"
            case ":": "&#58;"
            default: nil
            }
        }
    }

    private static func capitalised(_ sentence: String) -> String {
        sentence.prefix(1).uppercased() + sentence.dropFirst()
    }
}

extension Verdict {
    fileprivate var icon: String {
        switch self {
        case .pass: "✅"
        case .fail: "❌"
        case .inconclusive: "❔"
        case .invalid, .interrupted, .unreachable: "⚠️"
        }
    }
}

extension ObjectiveVerdict {
    fileprivate var icon: String {
        switch self {
        case .pass: "✅"
        case .fail: "❌"
        case .inconclusive: "❔"
        }
    }
}

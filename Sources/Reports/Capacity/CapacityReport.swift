package import Analysis

/// A capacity as tables for a terminal.
package enum CapacityReport {
    /// The whole report, ending in a newline.
    ///
    /// - Parameter colour: whether ANSI colours may be used; marks carry the same meaning.
    package static func render(
        _ material: CapacityReportMaterial, width: Int, colour: Bool
    ) -> String {
        let width = max(72, width)
        var lines = header(material, width: width)
        for path in material.paths {
            lines.append(TerminalLine())
            lines += answer(path, width: width)
            lines += table(path, width: width)
            lines += details(path, width: width)
        }
        lines.append(TerminalLine())
        lines += TerminalText.wrapped(CapacityReportMaterial.definition, to: width).map {
            TerminalLine($0, .faint)
        }
        return lines.map { $0.rendered(colour: colour) + "\n" }.joined()
    }

    private static func header(
        _ material: CapacityReportMaterial, width: Int
    ) -> [TerminalLine] {
        let run = material.run
        var title = TerminalLine("capacity of ", .strong)
        title.append(TerminalText.clean(run.scenario), .strong)
        title.append("  \(run.mode.rawValue) \(run.id)", .faint)
        let facts =
            material.settingsFacts + [
                "seed \(run.seed)", run.startedAt, Figure.duration(seconds: run.durationSeconds),
                "talkover \(run.version)",
                "\(Figure.count(run.host.cores, "core")), \(run.host.kernel)",
            ]
        return [title]
            + TerminalText.flowed(facts.map(TerminalText.clean), to: width).map {
                TerminalLine($0, .faint)
            }
    }

    private static func answer(_ path: CapacityPath, width: Int) -> [TerminalLine] {
        var line = TerminalLine(TerminalText.clean(path.name), .strong)
        line.append("  ")
        line.append(path.answer, path.conclusion.capacity == nil ? .bad : .strong)
        line.append("  \(path.bracket)")
        let facts = [path.sentence, path.soakWording].compactMap(\.self)
        return [line]
            + TerminalText.flowed(facts.map(TerminalText.clean), to: width - 2).map {
                TerminalLine("  " + $0)
            }
    }

    // MARK: The loads

    private static let columnWidth = 16

    /// A row for each run, fewest callers first.
    private static func table(_ path: CapacityPath, width: Int) -> [TerminalLine] {
        let titles = path.objectiveTitles
        // Callers, verdict and rates stand around the objectives.
        let room = max(1, (width - 46) / columnWidth)
        let shown = titles.prefix(room)
        var heads = [TerminalLine(), TerminalLine("  ", .faint)]
        heads[1].place("callers", endingAt: 10, .faint)
        for (index, title) in shown.enumerated() {
            let edge = 10 + (index + 1) * columnWidth
            heads[0].place(
                TerminalText.fitted(title.metric, to: columnWidth - 1), endingAt: edge, .faint)
            heads[1].place(
                TerminalText.fitted(title.expression, to: columnWidth - 1), endingAt: edge, .faint)
        }
        let end = 10 + shown.count * columnWidth
        heads[1].place("turns/s", endingAt: end + 10, .faint)
        var rows = path.points.enumerated().sorted {
            ($0.element.callers, $0.offset) < ($1.element.callers, $1.offset)
        }.map { row($0.element, shown, end: end) }
        if shown.count < titles.count {
            rows.append(
                TerminalLine(
                    "  \(Figure.count(titles.count - shown.count, "objective")) more in --json",
                    .faint))
        }
        return heads + rows
    }

    private static func row(
        _ point: CapacityPoint, _ titles: ArraySlice<ObjectiveTitle>, end: Int
    ) -> TerminalLine {
        var line = TerminalLine("  ")
        line.append(point.outcome.mark, point.outcome.emphasis)
        line.place("\(point.callers)", endingAt: 10)
        for (index, title) in titles.enumerated() {
            let result = point.objectives.first { title.isOf($0) }
            let edge = 10 + (index + 1) * columnWidth
            let text = result.map { "\(point.valueText($0)) \($0.verdict.mark)" } ?? Figure.absent
            line.place(text, endingAt: edge, result?.verdict == .fail ? .bad : .plain)
        }
        line.place(Figure.plain(point.turnsPerSecond), endingAt: end + 10)
        let notes = [
            point.outcome == .pass || point.outcome == .fail ? nil : point.outcome.wording,
            point.step.purpose == .search ? nil : point.step.purpose.word, point.heldNote,
        ]
        line.place(notes.compactMap(\.self).joined(separator: ", "), at: end + 12, .faint)
        return line
    }

    // MARK: What follows

    private static func details(_ path: CapacityPath, width: Int) -> [TerminalLine] {
        var rows: [(String, String)] = path.profile.map { share in
            let latencies = share.point.latencies.map { metric in
                "\(metric.name) p50 \(metric.text(.p50)) p95 \(metric.text(.p95))"
            }
            return (
                "at \(Figure.fixed(100 * share.share, 0)) %",
                "\(Figure.count(share.point.callers, "caller")): "
                    + latencies.joined(separator: ", ") + " ms"
            )
        }
        if let agent = path.agentWording { rows.append(("agent", agent)) }
        if let cores = path.generatorCores {
            rows.append(("generator", "\(Figure.fixed(cores, 2)) cores"))
        }
        rows.append(("scalability", path.scalabilityWording))
        if let plan = path.planWording { rows.append(("plan", plan)) }
        return rows.flatMap { label, text in
            TerminalText.wrapped(TerminalText.clean(text), to: width - 16).enumerated().map {
                index, part in
                var line = TerminalLine(index == 0 ? "  " + label : "", .faint)
                line.place(part, at: 16)
                return line
            }
        }
    }
}

/// An objective as a column's head.
struct ObjectiveTitle: Hashable {
    var metric: String
    var expression: String

    func isOf(_ result: ObjectiveResult) -> Bool {
        result.metric == metric && result.expression == expression
    }
}

extension CapacityPath {
    /// Every objective that any run was judged by, in the scenario's order.
    var objectiveTitles: [ObjectiveTitle] {
        var titles: [ObjectiveTitle] = []
        for result in points.flatMap(\.objectives) {
            let title = ObjectiveTitle(metric: result.metric, expression: result.expression)
            if !titles.contains(title) { titles.append(title) }
        }
        return titles
    }

    /// CPU of the generator at the capacity, or at the greatest load; `nil` in simulation.
    var generatorCores: Double? {
        let at = profile.last?.point ?? points.max { $0.callers < $1.callers }
        return at?.generatorCores
    }
}

extension CapacitySearch.Outcome {
    fileprivate var emphasis: Emphasis {
        switch self {
        case .pass: .good
        case .fail: .bad
        case .inconclusive, .generatorLimited, .void: .doubtful
        }
    }
}

extension CapacitySearch.Purpose {
    /// What a run was for, in a table.
    var word: String {
        switch self {
        case .search: "search"
        case .again: "again"
        case .longer: "longer"
        case .soak: "soak"
        case .profile: "profile"
        }
    }
}

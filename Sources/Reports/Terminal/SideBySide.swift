import Analysis

/// Some paths of a run beside each other, a metric a row.
struct SideBySide {
    let summary: RunSummary
    /// Those of the summary's paths that stand in this block.
    let paths: ArraySlice<PathSummary>
    let columns: PathColumns

    private static let label = TerminalReport.labelWidth

    /// The paths in one block or in two, with as many figures as fit; `nil` where they do not.
    static func blocks(of summary: RunSummary, width: Int) -> [SideBySide]? {
        for count in [1, 2] {
            let size = (summary.paths.count + count - 1) / count
            let fitting = PathColumns.all.first { width >= label + $0.count * size }
            guard let fitting else { continue }
            let starts = Array(stride(from: 0, to: summary.paths.count, by: size))
            return starts.map { start in
                let end = min(start + size, summary.paths.count)
                return SideBySide(
                    summary: summary, paths: summary.paths[start..<end], columns: fitting)
            }
        }
        return nil
    }

    func lines() -> [TerminalLine] {
        var lines = heading()
        for group in MetricTable.groups(of: summary, on: Array(paths)) {
            lines.append(TerminalLine(group.title, .faint))
            for name in group.metrics { lines += row(name) }
        }
        return lines + generatorRows()
    }

    private func left(_ index: Int) -> Int { Self.label + index * columns.count }

    private func heading() -> [TerminalLine] {
        let room = columns.count - 3
        let calls = paths.map { MetricTable.calls($0, width: room) }
        var names = TerminalLine()
        var facts = [TerminalLine](
            repeating: TerminalLine(), count: calls.map(\.count).max() ?? 0)
        var heads = TerminalLine("ms", .faint)
        for (index, path) in paths.enumerated() {
            let start = left(index) + 3
            let name = TerminalText.clean(path.name)
            names.place(TerminalText.fitted(name, to: room - 1), at: start, .strong)
            for (line, text) in calls[index].enumerated() {
                facts[line].place(text, at: start, .faint)
            }
            for column in columns.quantiles {
                heads.place(column.quantile.rawValue, endingAt: left(index) + column.edge, .faint)
            }
            heads.place("n", endingAt: left(index) + columns.count, .faint)
        }
        return [names] + facts + [heads]
    }

    private func row(_ name: String) -> [TerminalLine] {
        let emphasis: Emphasis = MetricGroup.isAlwaysShown(name) ? .strong : .plain
        var row = PathColumns.Row()
        row.values.append(Self.title(name), emphasis)
        var control = TerminalLine()
        for (index, path) in paths.enumerated() {
            columns.place(path.measurement(name), at: left(index), in: &row)
            if name == "barge_in_cut", let text = self.control(of: path) {
                control.place(text, endingAt: left(index) + columns.count, .faint)
            }
        }
        return row.lines + (control.end > 0 ? [control] : [])
    }

    /// A part stands indented below its whole: a leg by its own name alone, as there is no room.
    private static func title(_ name: String) -> String {
        let name = TerminalText.clean(name)
        guard let part = MetricGroup.part(name) else { return TerminalText.fitted(name, to: label) }
        return "  " + (MetricGroup.phases.contains(name) ? name : part.title)
    }

    /// The control arm in the words that fit into the path's columns.
    private func control(of path: PathSummary) -> String? {
        guard let text = MetricTable.control(path) else { return nil }
        guard TerminalText.columns(text) >= columns.count else { return text }
        return "control: \(path.control.stoppedByThemselves)/\(path.control.calls)"
    }

    private func generatorRows() -> [TerminalLine] {
        guard paths.contains(where: { $0.generator != nil }) else { return [] }
        return [TerminalLine("generator, by path", .faint)]
            + MetricTable.generatorRows(Array(paths)).map { label, value in
                var line = TerminalLine(label)
                for (index, path) in paths.enumerated() {
                    let text = path.generator.flatMap(value) ?? Figure.absent
                    let parts = text.split(separator: " ", maxSplits: 1)
                    line.place(String(parts[0]), endingAt: left(index) + columns.edge(.p50))
                    if parts.count > 1 { line.append(" " + parts[1], .faint) }
                }
                return line
            }
    }
}

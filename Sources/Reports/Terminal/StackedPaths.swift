import Analysis

/// The paths of a run below each other, metric by metric: for more of them than fit side by side.
struct StackedPaths {
    let summary: RunSummary
    let width: Int

    /// Whether figures and intervals of a path fit on one line.
    private var isWide: Bool { width >= 96 }

    /// Right edges of the figures where each path has a line of its own, intervals behind them.
    private static let oneLine: [(quantile: Quantile, edge: Int)] = [
        (.p50, 25), (.p90, 43), (.p95, 50), (.p99, 69),
    ]
    private static let oneLineCount = 76
    private static let label = TerminalReport.labelWidth

    private var columns: PathColumns {
        width >= Self.label + PathColumns.full.count ? .full : .narrow
    }

    func lines() -> [TerminalLine] {
        var lines = heading()
        for group in MetricTable.groups(of: summary, on: summary.paths) {
            lines.append(TerminalLine(group.title, .faint))
            for name in group.metrics { lines += rows(name) }
        }
        return lines + generatorRows()
    }

    private func heading() -> [TerminalLine] {
        var lines = summary.paths.map { path in
            var line = TerminalLine(
                TerminalText.fitted(TerminalText.clean(path.name), to: 22), .strong)
            let calls = MetricTable.calls(path, width: .max).joined()
            line.append("  ")
            line.append(TerminalText.fitted(calls, to: width - line.end), .faint)
            return line
        }
        var heads = TerminalLine("ms", .faint)
        let edges =
            isWide ? Self.oneLine : columns.quantiles.map { ($0.quantile, Self.label + $0.edge) }
        for (quantile, edge) in edges { heads.place(quantile.rawValue, endingAt: edge, .faint) }
        let count = isWide ? Self.oneLineCount : Self.label + columns.count
        heads.place("n", endingAt: count, .faint)
        lines.append(heads)
        return lines
    }

    private func rows(_ name: String) -> [TerminalLine] {
        var lines = [TerminalLine("  " + TerminalText.clean(name), .strong)]
        // A part that few paths have is no line of dashes on all the others.
        let isPart = MetricGroup.part(name) != nil
        for path in summary.paths where !isPart || path.measurement(name).isMeasured {
            let title = TerminalText.fitted(TerminalText.clean(path.name), to: Self.label - 5)
            var row = PathColumns.Row()
            row.values.append("    " + title)
            if isWide {
                placeOnOneLine(path.measurement(name), in: &row.values)
            } else {
                columns.place(path.measurement(name), at: Self.label, in: &row)
            }
            lines += row.lines
        }
        let controls = summary.paths.compactMap { path in
            MetricTable.control(path).map { "\(TerminalText.clean(path.name)) \($0)" }
        }
        if name == "barge_in_cut", !controls.isEmpty {
            lines += TerminalText.flowed(controls, to: width - 4).map {
                TerminalLine("    " + $0, .faint)
            }
        }
        return lines
    }

    private func placeOnOneLine(_ measurement: Measurement, in line: inout TerminalLine) {
        switch measurement {
        case .distribution(let metric) where metric.isMeasured || metric.void > 0:
            for (quantile, edge) in Self.oneLine {
                line.place(metric.text(quantile), endingAt: edge)
                guard let text = metric.intervalText(quantile) else { continue }
                line.place(text, at: edge + 1, .faint)
            }
            line.place("\(metric.n)", endingAt: Self.oneLineCount)
            if let remark = metric.remark { line.place(remark, at: Self.oneLineCount + 2, .faint) }
        case .rate(let rate) where rate.n > 0:
            line.place(rate.text, endingAt: Self.oneLine[0].edge)
            if let text = rate.intervalText {
                line.place(text, at: Self.oneLine[0].edge + 1, .faint)
            }
            line.place("\(rate.hits)/\(rate.n)", endingAt: Self.oneLineCount)
        case .distribution, .rate, .missing:
            line.place(Figure.absent, endingAt: Self.oneLine[0].edge)
        }
    }

    private func generatorRows() -> [TerminalLine] {
        guard summary.paths.contains(where: { $0.generator != nil }) else { return [] }
        var lines = [TerminalLine("generator, by path", .faint)]
        for (label, value) in MetricTable.generatorRows(summary.paths) {
            let named = summary.paths.map { path in
                "\(TerminalText.clean(path.name)) \(path.generator.flatMap(value) ?? Figure.absent)"
            }
            lines += TerminalText.flowed(named, to: width - label.count - 4).enumerated().map {
                var line = TerminalLine($0.offset == 0 ? "  " + label : "")
                line.place($0.element, at: label.count + 4)
                return line
            }
        }
        return lines
    }
}

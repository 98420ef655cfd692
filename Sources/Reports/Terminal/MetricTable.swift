import Analysis

/// The measurements of a terminal report: paths side by side where they fit, else stacked.
struct MetricTable {
    let summary: RunSummary
    let width: Int

    /// Right edges of a path's figures, counted from its own left edge.
    private struct Columns {
        var quantiles: [(quantile: Quantile, edge: Int)]
        var count: Int

        static let full = Columns(
            quantiles: [(.p50, 10), (.p90, 17), (.p95, 27), (.p99, 34)], count: 41
        )
        static let narrow = Columns(quantiles: [(.p50, 10), (.p95, 20)], count: 27)

        func edge(_ quantile: Quantile) -> Int {
            quantiles.first { $0.quantile == quantile }?.edge ?? count
        }
    }

    private var label: Int { TerminalReport.labelWidth }
    private var columns: Columns { width >= label + Columns.full.count ? .full : .narrow }
    private var sideBySide: Bool { width >= label + columns.count * summary.paths.count }

    /// Whether figures and intervals of a path fit on one line.
    private var isWide: Bool { width >= 96 }

    /// Right edges of the figures where each path has a line of its own, intervals behind them.
    private static let oneLine: [(quantile: Quantile, edge: Int)] = [
        (.p50, 25), (.p90, 43), (.p95, 50), (.p99, 69),
    ]
    private static let oneLineCount = 76

    func lines() -> [TerminalLine] {
        guard !summary.paths.isEmpty else { return [TerminalLine("no path was run", .faint)] }
        var lines = sideBySide ? heading() : stackedHeading()
        var missing: [String] = []
        for group in MetricGroup.groups(of: summary) {
            let shown = group.metrics.filter { isMeasured($0) || group.title == "headline" }
            missing += group.metrics.filter { !shown.contains($0) }
            guard !shown.isEmpty else { continue }
            lines.append(TerminalLine(TerminalText.clean(group.title), .faint))
            for name in shown { lines += sideBySide ? row(name) : stackedRows(name) }
        }
        lines += generatorRows()
        if !missing.isEmpty {
            let names = missing.map { TerminalText.clean($0) }.joined(separator: " ")
            lines += TerminalText.wrapped("not measured: " + names, to: width)
                .map { TerminalLine($0, .faint) }
        }
        return lines
    }

    // MARK: Side by side

    private func left(_ index: Int) -> Int { label + index * columns.count }

    private func heading() -> [TerminalLine] {
        var names = TerminalLine()
        var calls = TerminalLine()
        var heads = TerminalLine("ms", .faint)
        for (index, path) in summary.paths.enumerated() {
            let start = left(index) + 3
            let room = columns.count - 4
            let name = TerminalText.clean(path.name)
            names.place(TerminalText.fitted(name, to: room), at: start, .strong)
            calls.place(TerminalText.fitted(Self.calls(path), to: room), at: start, .faint)
            for column in columns.quantiles {
                heads.place(column.quantile.rawValue, endingAt: left(index) + column.edge, .faint)
            }
            heads.place("n", endingAt: left(index) + columns.count, .faint)
        }
        return [names, calls, heads]
    }

    /// What a path's calls came to, on the line below its name.
    private static func calls(_ path: PathSummary) -> String {
        let name = path.name == path.transport ? "" : TerminalText.clean(path.transport) + ", "
        return
            "\(name)\(path.calls.completed)/\(path.calls.planned) calls, peak \(path.peakCallers), "
            + TerminalText.clean(path.hearing)
    }

    private func row(_ name: String) -> [TerminalLine] {
        let emphasis: Emphasis = MetricGroup.all[0].metrics.contains(name) ? .strong : .plain
        var values = TerminalLine(
            TerminalText.fitted(TerminalText.clean(name), to: label), emphasis)
        var intervals = TerminalLine()
        var control = TerminalLine()
        for (index, path) in summary.paths.enumerated() {
            place(path.measurement(name), at: left(index), values: &values, intervals: &intervals)
            if name == "barge_in_cut", let text = Self.control(path) {
                control.place(text, endingAt: left(index) + columns.count, .faint)
            }
        }
        return [values] + [intervals, control].filter { $0.end > 0 }
    }

    private func place(
        _ measurement: Measurement, at left: Int, values: inout TerminalLine,
        intervals: inout TerminalLine
    ) {
        switch measurement {
        case .distribution(let metric) where !metric.isMeasured && metric.void == 0:
            values.place(Figure.absent, endingAt: left + columns.edge(.p50))
        case .distribution(let metric):
            for column in columns.quantiles {
                values.place(metric.text(column.quantile), endingAt: left + column.edge)
                if let text = metric.intervalText(column.quantile) {
                    intervals.place(text, endingAt: left + column.edge, .faint)
                }
            }
            values.place("\(metric.n)", endingAt: left + columns.count)
            if let remark = metric.remark {
                intervals.place(remark, endingAt: left + columns.count, .faint)
            }
        case .rate(let rate) where rate.n == 0:
            values.place(Figure.absent, endingAt: left + columns.edge(.p50))
        case .rate(let rate):
            values.place(rate.text, endingAt: left + columns.edge(.p50))
            if let text = rate.intervalText {
                values.place(text, endingAt: left + columns.edge(.p95), .faint)
            }
            values.place("\(rate.hits)/\(rate.n)", endingAt: left + columns.count)
        case .missing:
            values.place(Figure.absent, endingAt: left + columns.edge(.p50))
        }
    }

    /// What replies do that nobody interrupts; `nil` without a control arm.
    static func control(_ path: PathSummary) -> String? {
        guard path.control.calls > 0 else { return nil }
        return
            "control: \(path.control.stoppedByThemselves)/\(path.control.calls) stopped unprompted"
    }

    // MARK: Below each other

    private func stackedHeading() -> [TerminalLine] {
        var lines = summary.paths.map { path in
            var line = TerminalLine(
                TerminalText.fitted(TerminalText.clean(path.name), to: 22), .strong)
            line.append("  ")
            line.append(TerminalText.fitted(Self.calls(path), to: width - line.end), .faint)
            return line
        }
        var heads = TerminalLine("ms", .faint)
        let edges = isWide ? Self.oneLine : columns.quantiles.map { ($0.quantile, label + $0.edge) }
        for (quantile, edge) in edges { heads.place(quantile.rawValue, endingAt: edge, .faint) }
        heads.place("n", endingAt: isWide ? Self.oneLineCount : label + columns.count, .faint)
        lines.append(heads)
        return lines
    }

    private func stackedRows(_ name: String) -> [TerminalLine] {
        var lines = [TerminalLine("  " + TerminalText.clean(name), .strong)]
        for path in summary.paths {
            let pathName = TerminalText.fitted(TerminalText.clean(path.name), to: label - 5)
            var values = TerminalLine("    " + pathName)
            if isWide {
                placeOnOneLine(path.measurement(name), in: &values)
                lines.append(values)
                continue
            }
            var intervals = TerminalLine()
            place(path.measurement(name), at: left(0), values: &values, intervals: &intervals)
            lines.append(values)
            if intervals.end > 0 { lines.append(intervals) }
        }
        let controls = summary.paths.compactMap { path in
            Self.control(path).map { "\(TerminalText.clean(path.name)) \($0)" }
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

    // MARK: The generator, path by path

    private func generatorRows() -> [TerminalLine] {
        guard summary.paths.contains(where: { $0.generator != nil }) else { return [] }
        let rows: [(label: String, value: (GeneratorGrade) -> String)] = [
            ("lateness p99", { GeneratorGrade.milliseconds($0.sendLateness.p99) }),
            ("sent on time", { $0.sentOnTime }),
            ("dwell p99", { GeneratorGrade.milliseconds($0.rxDwell.p99) }),
            ("cpu / caller-s", { GeneratorGrade.milliseconds($0.cpuMsPerCallerSecond) }),
        ]
        var lines = [TerminalLine("generator, by path", .faint)]
        for (label, value) in rows {
            let values = summary.paths.map { $0.generator.map(value) ?? Figure.absent }
            guard sideBySide else {
                let named = zip(summary.paths, values).map {
                    "\(TerminalText.clean($0.name)) \($1)"
                }
                lines += TerminalText.flowed(named, to: width - label.count - 4).enumerated().map {
                    var line = TerminalLine($0.offset == 0 ? "  " + label : "")
                    line.place($0.element, at: label.count + 4)
                    return line
                }
                continue
            }
            var line = TerminalLine(label)
            for (index, value) in values.enumerated() {
                let parts = value.split(separator: " ", maxSplits: 1)
                line.place(String(parts[0]), endingAt: left(index) + columns.edge(.p50))
                if parts.count > 1 { line.append(" " + parts[1], .faint) }
            }
            lines.append(line)
        }
        return lines
    }

    private func isMeasured(_ name: String) -> Bool {
        summary.paths.contains { $0.measurement(name).isMeasured }
    }
}

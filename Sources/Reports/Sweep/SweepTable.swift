package import Analysis

/// A sweep as text for a terminal: headline metrics against the values, path by path.
package enum SweepTable {
    /// Ends in a newline.
    package static func render(_ sweep: SweepResult, colour: Bool) -> String {
        var head = TerminalLine(TerminalText.clean(sweep.scenario), .strong)
        head.append("  sweep \(sweep.id) of \(TerminalText.clean(sweep.keyText)), ")
        head.append(
            sweep.points.count == sweep.planned
                ? Figure.count(sweep.planned, "run")
                : "\(sweep.points.count) of \(Figure.count(sweep.planned, "run"))")
        var lines = [head]
        for path in sweep.pathNames {
            lines.append(TerminalLine())
            lines.append(TerminalLine(TerminalText.clean(path) + ", ms", .strong))
            lines += table(sweep, path: path)
        }
        lines.append(TerminalLine())
        lines.append(
            TerminalLine(
                "intervals are of 95 % and within a run; run-to-run variation unknown", .faint))
        return lines.map { $0.rendered(colour: colour) + "\n" }.joined()
    }

    private static func table(_ sweep: SweepResult, path: String) -> [TerminalLine] {
        let (head, rows) = cells(sweep, path: path)
        let clean = rows.map { $0.map { TerminalText.clean($0) } }
        let widths = head.indices.map { column in
            ([head] + clean).map { TerminalText.columns($0[column]) }.max() ?? 0
        }
        return ([head] + clean).enumerated().map { index, cells in
            var line = TerminalLine()
            var edge = 0
            for (column, cell) in cells.enumerated() {
                edge += widths[column] + (column == 0 ? 0 : 2)
                if column == 0 {
                    line.place(cell, at: 0, index == 0 ? .faint : .plain)
                } else {
                    line.place(cell, endingAt: edge, index == 0 ? .faint : .plain)
                }
            }
            return line
        }
    }

    /// The heading and the rows of one path: a value, then the headline metrics, then the verdict.
    static func cells(_ sweep: SweepResult, path: String) -> (head: [String], rows: [[String]]) {
        let columns = MetricGroup.headline.flatMap { metric in
            [Quantile.p50, .p95].flatMap { ["\(metric) \($0.rawValue)", "95 %"] } + ["n"]
        }
        let rows = sweep.points.map { point in
            [point.label]
                + MetricGroup.headline.flatMap { name -> [String] in
                    let metric = point.summary.metric(name, ofPath: path)
                    return [Quantile.p50, .p95].flatMap { quantile in
                        [
                            metric?.text(quantile) ?? Figure.absent,
                            metric?.intervalText(quantile) ?? "",
                        ]
                    } + [String(metric?.n ?? 0)]
                } + [point.summary.verdict.rawValue]
        }
        return ([sweep.keyText] + columns + ["verdict"], rows)
    }
}

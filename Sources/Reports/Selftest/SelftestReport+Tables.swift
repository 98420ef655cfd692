import Analysis

extension SelftestReport {
    /// What holding callers over loopback does to the generator.
    static func levels(_ levels: [SelftestLevel]) -> [TerminalLine] {
        let columns = [14, 22, 30, 38, 48, 58, 70, 80]
        var heads = TerminalLine("loads", .strong)
        let titles = [
            "late p50", "p99", "max", "on time", "dwell p99", "cpu/caller", "void",
        ]
        for (title, column) in zip(titles, columns.dropFirst()) {
            heads.place(title, endingAt: column, .faint)
        }
        return [heads]
            + levels.map { level in
                let grade = level.grade
                var line = TerminalLine("  ")
                line.append(level.isValid ? "✓" : "✗", level.isValid ? .good : .bad)
                line.append(" \(Figure.count(level.callers, "caller"))")
                let cells = [
                    milliseconds(grade.sendLateness.p50), milliseconds(grade.sendLateness.p99),
                    milliseconds(grade.sendLateness.max),
                    grade.sendRatio == nil ? Figure.absent : grade.sentOnTime,
                    milliseconds(grade.rxDwell.p99), milliseconds(grade.cpuMsPerCallerSecond),
                    grade.windowsTotal == 0
                        ? Figure.absent : "\(grade.windowsVoid)/\(grade.windowsTotal)",
                ]
                for (cell, column) in zip(cells, columns.dropFirst()) {
                    line.place(cell, endingAt: column)
                }
                return line
            } + [TerminalLine("  ms; cpu in ms per caller-second; void in seconds", .faint)]
    }

    /// Measured less true, a row for each kind of path.
    ///
    /// - Parameter callers: at once while it was measured; `nil` for a few on all paths.
    static func biases(_ biases: [SelftestBias], callers: Int?) -> [TerminalLine] {
        var heads = TerminalLine("bias ± SD, ms", .strong)
        if let callers { heads.append("  at \(Figure.count(callers, "caller"))", .faint) }
        let edges = [50, 64, 78]
        for (what, edge) in zip(SelftestBias.What.allCases, edges) {
            heads.place(what.rawValue, endingAt: edge, .faint)
        }
        heads.place("n", endingAt: 84, .faint)
        var paths: [String] = []
        for bias in biases where !paths.contains(bias.path) { paths.append(bias.path) }
        return [heads]
            + paths.map { path in
                let rows = biases.filter { $0.path == path }
                let isGood = rows.allSatisfy { $0.problem == nil }
                var line = TerminalLine("  ")
                line.append(isGood ? "✓" : "✗", isGood ? .good : .bad)
                line.append(" \(TerminalText.clean(path))")
                for (what, edge) in zip(SelftestBias.What.allCases, edges) {
                    guard let row = rows.first(where: { $0.what == what }) else { continue }
                    let mark = row.problem == nil ? "" : "! "
                    line.place(
                        "\(mark)\(signed(row.bias)) ± \(milliseconds(row.deviation))",
                        endingAt: edge, row.problem == nil ? .plain : .bad)
                }
                // The fewest, where a turn shows one instant and not the other.
                line.place("\(rows.map(\.count).min() ?? 0)", endingAt: 84)
                return line
            }
    }

    private static func signed(_ value: Double?) -> String {
        guard let value else { return Figure.absent }
        let text = Figure.fixed(value, 2)
        return value > 0 ? "+" + text : text
    }

    /// Whether this host is fit, and if not, why.
    static func verdict(_ selftest: Selftest, width: Int) -> [TerminalLine] {
        var lines: [TerminalLine] = []
        for (texts, mark, emphasis) in [
            (selftest.problems, "✗", Emphasis.bad), (selftest.remarks, "·", .faint),
        ] {
            for text in texts {
                let parts = TerminalText.wrapped(TerminalText.clean(text), to: width - 4)
                for (index, part) in parts.enumerated() {
                    var line = TerminalLine("  ")
                    if index == 0 { line.append(mark, emphasis) }
                    line.place(part, at: 4)
                    lines.append(line)
                }
            }
        }
        var last = TerminalLine()
        if selftest.isFit {
            last.append("✓ fit", .good)
            last.append("  within every budget; later runs of this host quote it (exit 0)")
        } else {
            last.append("✗ unfit", .bad)
            last.append("  this host is over budget as it is now (exit 4)")
        }
        return lines + [last]
    }
}

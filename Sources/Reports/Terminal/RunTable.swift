package import Analysis

/// What a store holds, as text for a terminal.
package enum RunTable {
    /// One run of the list.
    package struct Row: Equatable, Sendable {
        package var run: RunFacts
        package var state: RunState
        /// `nil` while a run is unfinished.
        package var verdict: Verdict?
        package var paths: [String]

        package init(run: RunFacts, state: RunState, verdict: Verdict?, paths: [String]) {
            self.run = run
            self.state = state
            self.verdict = verdict
            self.paths = paths
        }
    }

    /// One line a run, in the order given, under a heading; ends in a newline.
    ///
    /// - Parameter width: columns of the terminal; paths and tags are cut to it, nothing else is.
    package static func list(_ rows: [Row], width: Int, colour: Bool) -> String {
        guard !rows.isEmpty else { return "no runs yet\n" }
        let cells = rows.map { row in
            [
                TerminalText.clean(String(row.run.id.prefix(12))),
                TerminalText.fitted(TerminalText.clean(row.run.startedAt), to: 25),
                Figure.duration(seconds: row.run.durationSeconds),
                row.run.mode.rawValue,
                outcome(row),
                TerminalText.fitted(TerminalText.clean(row.run.scenario), to: 24),
            ]
        }
        let headings = ["run", "started", "took", "mode", "verdict", "scenario"]
        let widths = headings.indices.map { column in
            (cells.map { TerminalText.columns($0[column]) } + [headings[column].count]).max() ?? 0
        }
        var text = line(headings, widths, emphasis: nil, width: width, tail: "paths and tags")
            .rendered(colour: colour)
        for (row, cells) in zip(rows, cells) {
            let tail = line(
                cells, widths, emphasis: row.verdict?.emphasis ?? .faint, width: width,
                tail: self.tail(row)
            )
            text += "\n" + tail.rendered(colour: colour)
        }
        return text + "\n"
    }

    /// One run in detail: its state and, where it was summed up, the whole report.
    package static func show(_ row: Row, summary: RunSummary?, width: Int, colour: Bool) -> String {
        if let summary, row.state != .unfinished {
            return TerminalReport.render(summary, width: width, colour: colour)
        }
        let bare = RunSummary(
            run: row.run, verdict: row.verdict ?? .interrupted, generator: nil, paths: [],
            objectives: []
        )
        var lines = TerminalReport.header(summary ?? bare, width: max(72, width))
        lines.append(
            TerminalLine(
                "paths: " + row.paths.map { TerminalText.clean($0) }.joined(separator: ", ")))
        var state = TerminalLine("state: ")
        state.append(row.state.rawValue, .doubtful)
        if row.state == .unfinished { state.append(", still going or killed: it has no verdict") }
        lines.append(state)
        return lines.map { $0.rendered(colour: colour) + "\n" }.joined()
    }

    private static func outcome(_ row: Row) -> String {
        guard row.state != .unfinished, let verdict = row.verdict else { return "… unfinished" }
        return "\(verdict.mark) \(verdict.rawValue)"
    }

    private static func tail(_ row: Row) -> String {
        let tags = row.run.tags.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return TerminalText.clean((row.paths + tags).joined(separator: " "))
    }

    private static func line(
        _ cells: [String], _ widths: [Int], emphasis: Emphasis?, width: Int, tail: String
    ) -> TerminalLine {
        var line = TerminalLine()
        var column = 0
        for (index, cell) in cells.enumerated() {
            let style = emphasis.map { index == 4 ? $0 : .plain } ?? .faint
            line.place(cell, at: column, style)
            column += widths[index] + 2
        }
        let room = width - column
        if room > 4 {
            line.place(TerminalText.fitted(tail, to: room), at: column, .faint)
        }
        return line
    }
}

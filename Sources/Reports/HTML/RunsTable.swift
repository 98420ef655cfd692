import Analysis

/// Which runs a comparison holds, and what differs between them.
struct RunsTable {
    let runs: [ReportedRun]

    private struct Row {
        var title: String
        var cells: [String]
        /// Whether it always differs, so that a difference says nothing.
        var isName = false

        var differs: Bool { !isName && Set(cells).count > 1 }
    }

    func section() -> HTML {
        let rows = self.rows
        let differing = rows.filter(\.differs)
        let ordered = rows.filter(\.isName) + differing + rows.filter { !$0.isName && !$0.differs }
        let heads = ["", "differs"] + runs.indices.map { MergedRuns.letter($0) }
        let body = ordered.map { row in
            HTML.tag(
                "tr", ["class": row.isName || row.differs ? "" : "same"],
                [
                    .tag("th", ["scope": "row"], HTML(row.title)),
                    .cell(row.isName ? "" : row.differs ? "differs" : "same"),
                ] + row.cells.map { .cell($0) })
        }
        let notes = warnings.map { HTML.tag("li", [:], HTML($0)) }
        let alert: HTML =
            notes.isEmpty
            ? .empty
            : .tag("div", ["class": "grade bad alert", "role": "alert"], .tag("ul", [:], notes))
        return .section(
            id: "runs", "Runs",
            [
                alert,
                .scrolling(
                    "Runs and what differs between them",
                    HTMLReport.table(
                        caption: "Runs and what differs between them", heads, body)),
                .tag("p", ["class": "note"], HTML(caveat)),
            ])
    }

    private var caveat: String {
        runs.allSatisfy { $0.summary.pooledRuns.count > 1 }
            ? "Figures and intervals below are of the turns of all runs together, as if they had "
                + "been one run; how the runs differ from each other is in the comparison above."
            : "Intervals on this page hold \(Difference.caveat): two runs of one thing differ by "
                + "more than either interval says."
    }

    /// What keeps the figures from being laid beside each other as they are.
    private var warnings: [String] {
        var warnings: [String] = []
        if Set(runs.map(\.summary.run.mode)).count > 1 {
            warnings.append(
                "Some runs are simulated and some are live: their times do not compare.")
        }
        for (index, run) in runs.enumerated() where run.summary.verdict == .invalid {
            warnings.append(
                "\(MergedRuns.letter(index)) is invalid: its generator was over its own budget.")
        }
        return warnings
    }

    private var rows: [Row] {
        func row(_ title: String, isName: Bool = false, _ cell: (RunSummary) -> String) -> Row {
            Row(title: title, cells: runs.map { cell($0.summary) }, isName: isName)
        }
        var scripts: [String] = []
        for run in runs where !scripts.contains(run.detail.scenarioYAML) {
            scripts.append(run.detail.scenarioYAML)
        }
        let versions = runs.map { run in
            let index = scripts.firstIndex(of: run.detail.scenarioYAML) ?? 0
            return scripts.count == 1 ? "the same" : "version \(index + 1)"
        }
        return [
            row("run", isName: true) { RunWording($0).id },
            row("started", isName: true) { RunWording($0).started },
            row("took", isName: true) { Figure.duration(seconds: $0.run.durationSeconds) },
            row("verdict") { "\($0.verdict.mark) \($0.verdict.rawValue)" },
            row("scenario") { $0.run.scenario },
            Row(title: "scenario file, overrides applied", cells: versions),
            row("seed") { RunWording($0).seed },
            row("mode") { $0.run.mode.rawValue },
            row("paths") { $0.paths.map(\.name).joined(separator: ", ") },
            row("most callers") { "\($0.paths.map(\.peakCallers).max() ?? 0)" },
            row("talkover") { $0.run.version },
            row("revision") { $0.run.gitRevision.map { String($0.prefix(12)) } ?? Figure.absent },
            row("host") { run in
                [run.run.host.name, Figure.count(run.run.host.cores, "core"), run.run.host.kernel]
                    .compactMap(\.self).joined(separator: ", ")
            },
            row("tags") { run in
                let tags = RunWording(run).tags
                return tags.isEmpty ? Figure.absent : tags.joined(separator: ", ")
            },
        ]
    }
}

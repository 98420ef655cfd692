import Analysis

/// The measurements of a terminal report: paths side by side where they fit, else in two blocks,
/// and where even those are too wide, below each other.
struct MetricTable {
    let summary: RunSummary
    let width: Int

    func lines() -> [TerminalLine] {
        guard !summary.paths.isEmpty else { return [TerminalLine("no path was run", .faint)] }
        var lines: [TerminalLine] = []
        if let blocks = SideBySide.blocks(of: summary, width: width) {
            for (index, block) in blocks.enumerated() {
                if index > 0 { lines.append(TerminalLine()) }
                lines += block.lines()
            }
        } else {
            lines += StackedPaths(summary: summary, width: width).lines()
        }
        let missing = MetricGroup.groups(of: summary).flatMap(\.metrics).filter { name in
            !summary.paths.contains { $0.measurement(name).isMeasured }
                && !MetricGroup.isAlwaysShown(name)
                // Parts that a transport does not have go without saying.
                && MetricGroup.part(name) == nil
        }
        if !missing.isEmpty {
            let names = missing.map { TerminalText.clean($0) }.joined(separator: " ")
            lines += TerminalText.wrapped("not measured: " + names, to: width)
                .map { TerminalLine($0, .faint) }
        }
        return lines
    }

    /// Groups of metrics that one of `paths` has, and those that are always listed.
    static func groups(
        of summary: RunSummary, on paths: [PathSummary]
    ) -> [(title: String, metrics: [String])] {
        MetricGroup.groups(of: summary).compactMap { group in
            let shown = group.metrics.filter { name in
                MetricGroup.isAlwaysShown(name)
                    || paths.contains { $0.measurement(name).isMeasured }
            }
            return shown.isEmpty ? nil : (TerminalText.clean(group.title), shown)
        }
    }

    /// What a path's calls came to, in lines of at most `width` columns, broken between facts.
    static func calls(_ path: PathSummary, width: Int) -> [String] {
        let transport = path.name == path.transport ? [] : [TerminalText.clean(path.transport)]
        let facts = [
            "\(path.calls.completed)/\(path.calls.planned) calls", "peak \(path.peakCallers)",
            TerminalText.clean(path.hearing),
        ]
        var lines: [String] = []
        for fact in transport + facts {
            if let last = lines.last,
                TerminalText.columns(last) + 2 + TerminalText.columns(fact) <= width
            {
                lines[lines.count - 1] = last + ", " + fact
            } else {
                lines.append(TerminalText.fitted(fact, to: width))
            }
        }
        return lines
    }

    /// What replies do that nobody interrupts; `nil` without a control arm.
    static func control(_ path: PathSummary) -> String? {
        guard path.control.calls > 0 else { return nil }
        return
            "control: \(path.control.stoppedByThemselves)/\(path.control.calls) stopped unprompted"
    }

    /// A line of the generator's grade; `nil` where a path has nothing to tell.
    typealias GeneratorRow = (label: String, value: @Sendable (GeneratorGrade) -> String?)

    /// Lines of the generator's grade that are told path by path.
    static func generatorRows(_ paths: [PathSummary]) -> [GeneratorRow] {
        standardRows
            + setupRows.filter { row in
                paths.contains { $0.generator.flatMap(row.value) != nil }
            }
    }

    private static let standardRows: [GeneratorRow] = [
        ("lateness p99", { GeneratorGrade.milliseconds($0.sendLateness.p99) }),
        ("sent on time", { $0.sentOnTime }),
        ("dwell p99", { GeneratorGrade.milliseconds($0.rxDwell.p99) }),
        ("cpu / caller-s", { GeneratorGrade.milliseconds($0.cpuMsPerCallerSecond) }),
    ]

    /// Only where any path has calls to set up.
    private static let setupRows: [GeneratorRow] = [
        ("cpu / set-up", { $0.cpuMsPerSetup.map { GeneratorGrade.milliseconds($0) } }),
        (
            "memory / caller",
            { grade in
                guard grade.cpuMsPerSetup != nil else { return nil }
                return grade.memoryKBPerCaller.map { Figure.plain($0) + " kB" }
            }
        ),
    ]
}

import Analysis

/// The generator's grade at the top of a terminal report.
enum GeneratorBlock {
    private static let indent = 11

    static func lines(_ summary: RunSummary, width: Int) -> [TerminalLine] {
        guard let grade = summary.generator else {
            let reason =
                summary.run.mode == .simulated
                ? GeneratorGrade.simulatedWording : "not graded: nothing was measured"
            return paragraph(reason, width: width, first: TerminalLine("generator  "), .faint)
        }
        var title = TerminalLine("generator  ", .strong)
        if grade.valid {
            title.append("valid ✓", .good)
            if grade.isIdle { title.append("  " + GeneratorGrade.idleWording) }
        } else {
            title.append("INVALID", .bad)
            title.append("  no measurement of the agent: over its own budget")
        }
        var lines = [title]
        for problem in grade.problems {
            var first = TerminalLine()
            first.place("✗ ", at: indent, .bad)
            lines += paragraph(TerminalText.clean(problem), width: width, first: first, .plain)
        }
        for line in TerminalText.flowed(facts(grade), to: max(20, width - indent)) {
            lines.append(TerminalLine(String(repeating: " ", count: indent) + line))
        }
        if let scheduling = grade.scheduling {
            lines += paragraph(
                scheduling.wording, width: width, first: TerminalLine(), .plain)
        }
        for bar in summary.errorBars {
            let line = "error bar of \(TerminalText.clean(bar.path)) \(bar.text)"
            lines += paragraph(line, width: width, first: TerminalLine(), .faint)
        }
        if let note = summary.errorBarNote {
            let text = TerminalText.clean(note)
            lines += paragraph(text, width: width, first: TerminalLine(), .faint)
        }
        return lines
    }

    private static func facts(_ grade: GeneratorGrade) -> [String] {
        let spread = [grade.sendLateness.p50, grade.sendLateness.p99, grade.sendLateness.max]
            .map { $0.map { Figure.fixed($0, 2) } ?? Figure.absent }
        let cpu = grade.cpuCores.map { Figure.fixed($0, 2) + " cores" } ?? Figure.absent
        let memory = grade.rssMB.map { Figure.plain($0) + " MB" } ?? Figure.absent
        return [
            "lateness p50 \(spread[0]) p99 \(spread[1]) max \(spread[2]) ms",
            "sent on time \(grade.sentOnTime)",
            "dwell p99 \(GeneratorGrade.milliseconds(grade.rxDwell.p99))",
            "cpu \(cpu), \(GeneratorGrade.milliseconds(grade.cpuMsPerCallerSecond)) per caller-second"
                + (grade.decodingWording.map { ", " + $0 } ?? ""),
            "memory \(memory)",
            "\(grade.windowsVoid) of \(grade.windowsTotal) windows void",
            "\(Figure.count(grade.droppedObservations, "observation")) dropped",
        ] + grade.tardiness
    }

    private static func paragraph(
        _ text: String, width: Int, first: TerminalLine, _ emphasis: Emphasis
    ) -> [TerminalLine] {
        let start = max(indent, first.end)
        return TerminalText.wrapped(text, to: max(20, width - start)).enumerated().map {
            var line = $0.offset == 0 ? first : TerminalLine()
            line.place($0.element, at: start, emphasis)
            return line
        }
    }
}

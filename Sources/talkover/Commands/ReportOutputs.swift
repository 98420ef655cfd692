import Analysis
import ArgumentParser
import Planning
import Reports
import Timeline

/// Where reports of a run go.
struct ReportOutputs: ParsableArguments {
    @OptionGroup var places: ReportPlaces

    @Option(help: ArgumentHelp("Write JUnit XML.", valueName: "file"))
    var junit: String?

    @Flag(
        help: ArgumentHelp(
            "For GitHub Actions: print what went wrong as annotations, on stderr where a report has "
                + "stdout, and append the Markdown to $GITHUB_STEP_SUMMARY."))
    var github = false

    var db: String { places.db }
    var json: String? { places.json }
    var html: String? { places.html }
    var markdown: String? { places.markdown }
    /// Whether the terminal's own report has stdout.
    var hasTerminal: Bool { onStdout.isEmpty }
    /// The options that ask for stdout.
    var onStdout: [String] { places.onStdout + (junit == "-" ? ["--junit"] : []) }

    func validate() throws { try ReportPlaces.refuseSharingStdout(onStdout) }

    /// Renders and writes every report asked for, and the terminal's own unless something else has stdout.
    ///
    /// - Parameters:
    ///   - status: how the command ends as far as is known; `nil` where the verdict alone decides.
    ///     What cannot be written is told to those reports that say how it ended.
    ///   - isStdoutTaken: whether something else than these reports has it.
    ///   - comparisons: what was compared within a group of runs.
    ///   - recordings: files with the sound of a call, which a page plays.
    func write(
        _ material: RunMaterial, summary: RunSummary, isQuiet: Bool, status: ExitStatus? = nil,
        isStdoutTaken: Bool = false, comparisons: [ComparisonDocument] = [],
        recordings: [CallID: String] = [:]
    ) throws(CommandFailure) {
        var summary = summary
        // Within one run; of a group there is the comparison, which knows how runs differ.
        if !comparisons.isEmpty { summary.differences = [] }
        if !isQuiet, hasTerminal { printReport(summary, comparisons) }
        let text = MarkdownReport.render(summary, comparisons: comparisons)
        var failures = ReportPlaces.failures(writing: [
            .init(json) { JSONReport.render(summary, comparisons: comparisons) },
            .init(markdown) { text },
            .init(html) {
                var detail = Self.detail(of: material)
                detail.recordings = RecordingFolder.sounds(recordings, of: material, page: html)
                return HTMLReport.render(summary, detail: detail, comparisons: comparisons)
            },
        ])
        do throws(CommandFailure) {
            if github { try StepSummary.append(text) }
        } catch {
            failures.append(error)
        }
        // Last those that say how the command ends.
        let verdict = status ?? ExitStatus(summary.verdict)
        let ending = Self.ending(verdict, failures)
        failures += ReportPlaces.failures(writing: [
            .init(junit) { JUnitReport.render(summary, status: ending) }
        ])
        if github {
            annotate(summary, status: Self.ending(verdict, failures), aside: isStdoutTaken)
        }
        if let html, html != "-", !isQuiet, failures.isEmpty { Console.note("report: \(html)") }
        try ReportPlaces.fail(failures)
    }

    /// How the command ends where not all of its reports could be written.
    private static func ending(_ verdict: ExitStatus, _ failures: [CommandFailure]) -> ExitStatus {
        let lost: [ExitStatus] = Console.fault == nil ? [] : [.environment]
        return .deciding(among: [verdict] + failures.map(\.status) + lost)
    }

    /// On stderr, which the runner reads as well, where stdout is a report.
    private func annotate(_ summary: RunSummary, status: ExitStatus, aside: Bool) {
        let lines = GitHubReport.render(summary, status: status)
        if aside || !hasTerminal {
            Console.write(lines)
        } else {
            Console.print(lines, terminator: "")
        }
    }

    /// Of a group of runs, what is compared and the verdict: its runs can be reported one by one.
    func printReport(_ summary: RunSummary, _ comparisons: [ComparisonDocument]) {
        let (width, colour) = (Console.width, Console.hasColour)
        guard !comparisons.isEmpty else {
            Console.print(TerminalReport.render(summary, width: width, colour: colour))
            return
        }
        for comparison in comparisons {
            Console.print(ComparisonTerminal.render(comparison, width: width, colour: colour))
        }
        Console.print(
            TerminalReport.renderVerdict(summary, width: width, colour: colour), terminator: "")
    }

    /// Writes one page that holds all of them.
    func writeComparison(of runs: [RunMaterial], summaries: [RunSummary]) throws {
        guard let html else { return }
        let compared = zip(runs, summaries).map { material, summary in
            ReportedRun(summary: summary, detail: Self.detail(of: material))
        }
        try OutputFile.put(HTMLReport.comparison(of: compared), at: html)
        if html != "-" { Console.note("comparison: \(html)") }
    }

    /// What a page shows of a run beside its summary.
    static func detail(of material: RunMaterial) -> ReportDetail {
        ReportDetail(
            curves: PathCurves.all(of: material),
            explanations: PathExplanation.all(of: material),
            definitions: MetricCatalogue.all.map {
                MetricNote(name: $0.name, unit: $0.unit.rawValue, definition: $0.definition)
            },
            scenarioYAML: material.scenario.source
        )
    }
}

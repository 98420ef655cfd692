import Analysis
import ArgumentParser
import Foundation
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
            "For GitHub Actions: print what went wrong as annotations, and append the Markdown to "
                + "$GITHUB_STEP_SUMMARY."))
    var github = false

    var db: String { places.db }
    var json: String? { places.json }
    var html: String? { places.html }
    var markdown: String? { places.markdown }
    /// Whether the terminal's own report has stdout.
    var hasTerminal: Bool { places.hasTerminal }

    /// Renders and writes every report asked for, and the terminal's own unless something else has stdout.
    ///
    /// - Parameters:
    ///   - status: how the command ends; `nil` where the verdict alone decides.
    ///   - comparisons: what was compared within a group of runs.
    ///   - recordings: files with the sound of a call, which a page plays.
    func write(
        _ material: RunMaterial, summary: RunSummary, isQuiet: Bool, status: ExitStatus? = nil,
        comparisons: [ComparisonDocument] = [], recordings: [CallID: String] = [:]
    ) throws(CommandFailure) {
        var summary = summary
        // Within one run; of a group there is the comparison, which knows how runs differ.
        if !comparisons.isEmpty { summary.differences = [] }
        if !isQuiet, hasTerminal { printReport(summary, comparisons) }
        let status = status ?? ExitStatus(summary.verdict)
        let text = MarkdownReport.render(summary, comparisons: comparisons)
        func page() -> String {
            var detail = Self.detail(of: material)
            detail.recordings = RecordingFolder.sounds(recordings, of: material, page: html)
            return HTMLReport.render(summary, detail: detail, comparisons: comparisons)
        }
        if github { print(GitHubReport.render(summary, status: status), terminator: "") }
        try ReportPlaces.write(
            [
                (json, { JSONReport.render(summary, comparisons: comparisons) }),
                (markdown, { text }),
                (junit, { JUnitReport.render(summary, status: status) }),
                (html, page),
            ], stepSummary: github ? text : nil)
        if let html, !isQuiet { Console.note("report: \(html)") }
    }

    /// Of a group of runs, what is compared and the verdict: its runs can be reported one by one.
    func printReport(_ summary: RunSummary, _ comparisons: [ComparisonDocument]) {
        let (width, colour) = (Console.width, Console.hasColour)
        guard !comparisons.isEmpty else {
            print(TerminalReport.render(summary, width: width, colour: colour))
            return
        }
        for comparison in comparisons {
            print(ComparisonTerminal.render(comparison, width: width, colour: colour))
        }
        print(
            TerminalReport.renderVerdict(summary, width: width, colour: colour), terminator: "")
    }

    /// Writes one page that holds all of them.
    func writeComparison(of runs: [RunMaterial], summaries: [RunSummary]) throws {
        guard let html else { return }
        let compared = zip(runs, summaries).map { material, summary in
            ReportedRun(summary: summary, detail: Self.detail(of: material))
        }
        try Self.put(HTMLReport.comparison(of: compared), at: html)
        Console.note("comparison: \(html)")
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

    /// Prints a report, where the place is `-`, or makes a file of it.
    static func put(_ text: String, at place: String) throws(CommandFailure) {
        guard place != "-" else {
            print(text, terminator: text.hasSuffix("\n") ? "" : "\n")
            return
        }
        let file = URL(fileURLWithPath: place)
        do {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: file, options: .atomic)
        } catch {
            throw CommandFailure(
                status: .environment,
                message:
                    "cannot write \(place): \(error.localizedDescription); the run is in the store all the same"
            )
        }
    }
}

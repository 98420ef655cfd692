import Analysis
import ArgumentParser
import Foundation
import Planning

struct RunCommand: TalkoverCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Places a scenario's calls on every path, and reports what was measured.",
        discussion: """
            The report goes to stdout, progress to stderr. Everything measured is kept in the store,
            Results/talkover.sqlite, so that it can be reported again: talkover report latest.
            """
    )

    @OptionGroup var scenario: ScenarioOptions

    @Option(
        name: .customLong("tag"),
        help: ArgumentHelp("Kept with the run, to find it by.", valueName: "key=value"))
    var tags: [String] = []

    @Flag(help: "Run in virtual time, without a socket; the same seed gives the same numbers.")
    var simulate = false

    @OptionGroup var loops: LoopOptions

    @OptionGroup var outputs: ReportOutputs

    @OptionGroup var export: ExportOptions

    @Option(
        help: ArgumentHelp(
            "Keep stereo WAV of some calls: caller left, agent as heard right.", valueName: "dir"))
    var record: String?

    @Option(name: .customLong("record-calls"), help: "How many calls of each path to record.")
    var recordCalls = 4

    @Option(
        help: ArgumentHelp(
            "Keep the embedded agent's own log of every call, as JSON lines.", valueName: "file"))
    var truth: String?

    @Flag(help: "No progress, and no report on stdout.")
    var quiet = false

    @Option(help: "What an inconclusive verdict counts as: pass, fail, or neither (exit code 3).")
    var inconclusive: InconclusivePolicy = .report

    func validate() throws {
        if export.takesStdout, outputs.json == "-" || outputs.markdown == "-" {
            throw ValidationError("--out with - needs stdout for itself; give the others a file")
        }
        if simulate, export.prometheus != nil {
            throw ValidationError(
                "--prometheus shows a run while it goes on; one in virtual time is over at once")
        }
    }

    func execute() async throws -> ExitStatus {
        let settings = try scenario.parsedSettings()
        let sweep: ScenarioSweep
        do {
            sweep = try ScenarioSweep(settings)
        } catch {
            throw CommandFailure(status: .usage, message: error.message)
        }
        return try await MetricsEndpoint.serving(on: export.prometheus) { snapshot in
            let isExported = snapshot != nil || !self.export.files.isEmpty
            let export =
                try isExported ? LiveExport(self.export.files, snapshot: snapshot) : nil
            guard sweep.axes.isEmpty else {
                return try await SweepRun(command: self, sweep: sweep, export: export).execute()
            }
            return try await execute(try scenario.load(settings), export: export)
        }
    }

    /// What is run, with the tags of the command line and `tags` besides.
    func run(
        _ loaded: Scenario, tags: [String: String] = [:], export: LiveExport?
    ) throws -> ScenarioRun {
        ScenarioRun(
            scenario: loaded,
            library: scenario.library,
            tags: try parsedTags().merging(tags) { $1 },
            isQuiet: hidesReport || outputs.json == "-" || outputs.markdown == "-",
            storePath: outputs.db,
            recording: record.map { .init(folder: $0, callsPerPath: recordCalls) },
            truthFile: truth,
            placement: try loops.placement(),
            export: export
        )
    }

    /// Whether stdout is kept free of the terminal's report.
    var hidesReport: Bool { quiet || export.takesStdout }

    private func execute(_ loaded: Scenario, export: LiveExport?) async throws -> ExitStatus {
        let run = try run(loaded, export: export)
        let outcome = simulate ? try run.simulate() : try await run.live()
        var statuses = [ExitStatus(outcome.summary.verdict, inconclusive: inconclusive.status)]
        if let problem = outcome.environmentProblem {
            Console.error(problem)
            // What the environment cut short was not interrupted by the user.
            if !outcome.wasInterrupted { statuses = [] }
            statuses.append(.environment)
        }
        do {
            try outputs.write(outcome.material, summary: outcome.summary, isQuiet: hidesReport)
        } catch let failure as CommandFailure {
            // An interruption says more than a report that could not be written.
            Console.error(failure.message)
            statuses.append(failure.status)
        }
        return .deciding(among: statuses)
    }

    func parsedTags() throws -> [String: String] {
        var parsed: [String: String] = [:]
        for tag in tags {
            let parts = tag.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw CommandFailure(
                    status: .usage, message: "--tag \(tag): write KEY=VALUE, as in branch=main"
                )
            }
            parsed[String(parts[0])] = String(parts[1])
        }
        return parsed
    }
}

/// What to make of too few samples.
enum InconclusivePolicy: String, ExpressibleByArgument, CaseIterable {
    case report, pass, fail

    var status: ExitStatus {
        switch self {
        case .report: .inconclusive
        case .pass: .passed
        case .fail: .failed
        }
    }
}

import Analysis
import ArgumentParser
import Foundation
import Planning
import Reports
import Timeline

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

    @OptionGroup var pairing: PairOptions

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
        try ReportPlaces.refuseSharingStdout(
            outputs.onStdout + (export.takesStdout ? ["--out"] : []))
        if pairing.pairs != nil, record != nil || truth != nil {
            throw ValidationError(
                "--record and --truth keep one run, and --pairs makes many; leave them out")
        }
        if simulate, export.prometheus != nil {
            throw ValidationError(
                "--prometheus shows a run while it goes on; one in virtual time is over at once")
        }
    }

    func execute() async throws -> ExitStatus {
        if let pairs = pairing.pairs { return try await execute(pairs: pairs) }
        let settings = try scenario.parsedSettings()
        let sweep = try self.sweep(of: settings)
        guard sweep.axes.isEmpty else {
            // Every scenario is read before a file is emptied or a call is placed.
            let runs = try SweepRun(command: self, sweep: sweep)
            return try await exporting { try await runs.execute(export: $0) }
        }
        var run = try run(try scenario.load(settings))
        return try await exporting { export in
            run.export = export
            let outcome = simulate ? try run.simulate() : try await run.live()
            return report(
                outcome.material, outcome.summary, problem: outcome.environmentProblem,
                wasInterrupted: outcome.wasInterrupted, recordings: outcome.recordings)
        }
    }

    /// Runs `body` with what the command exports meanwhile; `nil` for nothing.
    private func exporting(
        _ body: (LiveExport?) async throws -> ExitStatus
    ) async throws -> ExitStatus {
        try await MetricsEndpoint.serving(on: export.prometheus) { snapshot in
            guard snapshot != nil || !export.files.isEmpty else { return try await body(nil) }
            return try await body(
                try LiveExport(export.files, store: outputs.db, snapshot: snapshot))
        }
    }

    private func sweep(of settings: [ScenarioOverrides.Setting]) throws -> ScenarioSweep {
        do {
            return try ScenarioSweep(settings)
        } catch {
            throw CommandFailure(status: .usage, message: error.message)
        }
    }

    private func execute(pairs: Int) async throws -> ExitStatus {
        guard try sweep(of: try scenario.parsedSettings()).axes.isEmpty else {
            throw CommandFailure(
                status: .usage, message: "--pairs compares paths at one value; --set has several")
        }
        try pairing.refuse(paths: try scenario.load().paths.map(\.name))
        return try await exporting { try await execute(pairs: pairs, export: $0) }
    }

    private func execute(pairs: Int, export: LiveExport?) async throws -> ExitStatus {
        let paired = PairedRuns(
            load: { seed, order in
                try scenario.load { overrides in
                    overrides.seed = seed ?? overrides.seed
                    overrides.paths = order ?? overrides.paths
                }
            },
            perform: { scenario, tags in
                var run = try run(scenario, tags: tags)
                run.export = export
                return simulate ? try run.simulate() : try await run.live()
            },
            isQuiet: isSilent, look: pairing.look)
        var outcome = PairedRuns.Outcome(group: RunIdentity.make(at: Date()))
        try await paired.run(0..<pairs, into: &outcome)
        guard !outcome.runs.isEmpty else { return .interrupted }
        var verdict = try PairVerdict(outcome, options: pairing)
        if pairing.extend > 0, verdict.isUndecided, outcome.environmentProblem == nil,
            !outcome.wasInterrupted
        {
            if !isSilent { Console.note("undecided: \(pairing.extend) pairs more, once") }
            try await paired.run(pairs..<(pairs + pairing.extend), into: &outcome)
            verdict = try PairVerdict(outcome, options: pairing)
        }
        let material = RunMaterial.pooled(outcome.runs.map(\.material))
        return report(
            material, verdict.summary, problem: outcome.environmentProblem,
            wasInterrupted: outcome.wasInterrupted, comparisons: verdict.comparisons)
    }

    /// Whether stdout is kept free of the terminal's report.
    var hidesReport: Bool { quiet || export.takesStdout }

    private var isSilent: Bool { hidesReport || !outputs.hasTerminal }

    /// What is run, with the tags of the command line and `tags` besides.
    func run(_ loaded: Scenario, tags: [String: String] = [:]) throws -> ScenarioRun {
        ScenarioRun(
            scenario: loaded,
            library: scenario.library,
            tags: try parsedTags().merging(tags) { $1 },
            isQuiet: isSilent,
            storePath: outputs.db,
            recording: record.map { .init(folder: $0, callsPerPath: recordCalls) },
            truthFile: truth,
            placement: try loops.placement()
        )
    }

    private func report(
        _ material: RunMaterial, _ summary: RunSummary, problem: String?, wasInterrupted: Bool,
        comparisons: [ComparisonDocument] = [], recordings: [CallID: String] = [:]
    ) -> ExitStatus {
        var statuses = [ExitStatus(summary.verdict, inconclusive: inconclusive.status)]
        if let problem {
            Console.error(problem)
            // What the environment cut short was not interrupted by the user.
            if !wasInterrupted { statuses = [] }
            statuses.append(.environment)
        }
        do throws(CommandFailure) {
            try outputs.write(
                material, summary: summary, isQuiet: hidesReport,
                status: .deciding(among: statuses), isStdoutTaken: export.takesStdout,
                comparisons: comparisons, recordings: recordings)
        } catch {
            // An interruption says more than a report that could not be written.
            Console.error(error.message)
            statuses.append(error.status)
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
            guard !RunTag.own.contains(String(parts[0])) else {
                throw CommandFailure(
                    status: .usage,
                    message: "--tag \(parts[0]): talkover itself sets it; use another key")
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

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

    func execute() async throws -> ExitStatus {
        if let pairs = pairing.pairs { return try await execute(pairs: pairs) }
        let outcome = try await perform(try scenario.load(), tags: try parsedTags())
        return report(
            outcome.material, outcome.summary, problem: outcome.environmentProblem,
            wasInterrupted: outcome.wasInterrupted, recordings: outcome.recordings)
    }

    private func execute(pairs: Int) async throws -> ExitStatus {
        let tags = try parsedTags()
        let count = try scenario.load().paths.count
        guard count > 1 else {
            throw CommandFailure(
                status: .usage, message: "--pairs compares paths, and only one is run")
        }
        let paired = PairedRuns(
            load: { try scenario.load(seed: $0, order: $1) },
            perform: { scenario, own in
                try await perform(scenario, tags: tags.merging(own) { _, own in own })
            },
            isQuiet: isSilent)
        var outcome = PairedRuns.Outcome(group: RunIdentity.make(at: Date()))
        try await paired.run(0..<pairs, into: &outcome)
        guard !outcome.runs.isEmpty else { return .interrupted }
        let look: PairVerdict.Look = pairing.extend > 0 ? .oneOfTwo : .only
        var verdict = try PairVerdict(outcome, options: pairing, look: look)
        if pairing.extend > 0, verdict.isUndecided, outcome.environmentProblem == nil,
            !outcome.wasInterrupted
        {
            if !isSilent { Console.note("undecided: \(pairing.extend) pairs more, once") }
            try await paired.run(pairs..<(pairs + pairing.extend), into: &outcome)
            verdict = try PairVerdict(outcome, options: pairing, look: look)
        }
        let material = RunMaterial.pooled(outcome.runs.map(\.material))
        return report(
            material, verdict.summary, problem: outcome.environmentProblem,
            wasInterrupted: outcome.wasInterrupted, comparisons: verdict.comparisons)
    }

    private var isSilent: Bool { quiet || !outputs.hasTerminal }

    private func perform(
        _ loaded: Scenario, tags: [String: String]
    ) async throws -> ScenarioRun.Outcome {
        let run = ScenarioRun(
            scenario: loaded,
            library: scenario.library,
            tags: tags,
            isQuiet: isSilent,
            storePath: outputs.db,
            recording: record.map { .init(folder: $0, callsPerPath: recordCalls) },
            truthFile: truth,
            placement: try loops.placement()
        )
        return simulate ? try run.simulate() : try await run.live()
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
                material, summary: summary, isQuiet: quiet, status: .deciding(among: statuses),
                comparisons: comparisons, recordings: recordings)
        } catch {
            // An interruption says more than a report that could not be written.
            Console.error(error.message)
            statuses.append(error.status)
        }
        return .deciding(among: statuses)
    }

    private func parsedTags() throws -> [String: String] {
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

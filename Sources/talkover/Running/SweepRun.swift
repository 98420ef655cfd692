import Analysis
import Foundation
import Planning
import Reports

/// The runs of one `run` with several values of a `--set`, one after the other.
struct SweepRun {
    private let command: RunCommand
    private let sweep: ScenarioSweep
    private let scenarios: [(values: [ScenarioOverrides.Setting], scenario: Scenario)]

    /// Reads the scenario with every value.
    ///
    /// - Throws: a `CommandFailure` for one that does not validate, and for options that a sweep
    ///   cannot do.
    init(command: RunCommand, sweep: ScenarioSweep) throws {
        self.command = command
        self.sweep = sweep
        try Self.refuseWhatHoldsOneRun(command, sweep)
        let tags = try command.parsedTags()
        for key in sweep.axes.map(\.key) where tags[key] != nil {
            throw CommandFailure(
                status: .usage, message: "--tag \(key): the sweep itself sets it; use another key")
        }
        scenarios = try sweep.points.map { (sweep.swept($0), try command.scenario.load($0)) }
    }

    func execute(export: LiveExport?) async throws -> ExitStatus {
        var result = SweepResult(
            id: RunIdentity.make(at: Date()), scenario: scenarios[0].scenario.name,
            keys: sweep.axes.map(\.key), points: [], planned: scenarios.count)
        // Asked for once: the first run leaves this process fewer CPUs to choose from.
        let placement = try command.loops.placement()
        var statuses: [ExitStatus] = []
        // A signal that came while nobody listened, as in virtual time, keeps the next from beginning.
        for (values, scenario) in scenarios where !Interruption.isPending {
            announce(values, number: result.points.count + 1, of: scenarios.count)
            var tags = [String: String](uniqueKeysWithValues: values.map { ($0.key, $0.value) })
            tags[RunTag.sweep] = result.id
            let outcome: ScenarioRun.Outcome
            do {
                outcome = try await self.outcome(
                    scenario, tags: tags, placement: placement, export: export)
            } catch let failure as CommandFailure {
                // What the runs before have shown is reported all the same.
                Console.error(failure.message)
                statuses.append(failure.status)
                break
            }
            result.points.append(
                SweepResult.Point(values: values.map(\.value), summary: outcome.summary))
            statuses += self.statuses(of: outcome)
            // What ended this run would end the next one too.
            if outcome.wasInterrupted || outcome.environmentProblem != nil { break }
        }
        if Interruption.isPending { statuses.append(.interrupted) }
        statuses += write(result)
        return .deciding(among: statuses)
    }

    private func outcome(
        _ scenario: Scenario, tags: [String: String], placement: RunPlacement,
        export: LiveExport?
    ) async throws -> ScenarioRun.Outcome {
        var run = try command.run(scenario, tags: tags)
        run.placement = placement
        run.export = export
        return command.simulate ? try run.simulate() : try await run.live()
    }

    /// Files that hold one run would be overwritten by the next.
    private static func refuseWhatHoldsOneRun(
        _ command: RunCommand, _ sweep: ScenarioSweep
    ) throws {
        let given = [
            ("--junit", command.outputs.junit), ("--markdown", command.outputs.markdown),
            ("--record", command.record), ("--truth", command.truth),
            ("--github", command.outputs.github ? "" : nil),
        ]
        for (option, value) in given where value != nil {
            throw CommandFailure(
                status: .usage,
                message: "\(option) holds one run, and --set with several values makes"
                    + " \(sweep.points.count); use --html or --json, or report a run of the sweep"
                    + " by its id afterwards"
            )
        }
        let scenario = command.scenario
        let shadowed = [
            ("load.callers", "--callers", scenario.callers != nil),
            ("load.for", "--duration", scenario.duration != nil),
            ("seed", "--seed", scenario.seed != nil),
        ]
        for (key, option, isGiven) in shadowed
        where isGiven
            && sweep.axes.contains(where: { key == $0.key || key.hasPrefix($0.key + ".") })
        {
            throw CommandFailure(
                status: .usage, message: "--set \(key) is swept, and \(option) sets it; keep one")
        }
    }

    private func announce(
        _ values: [ScenarioOverrides.Setting], number: Int, of count: Int
    ) {
        guard !command.quiet else { return }
        let words = values.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        Console.note("run \(number) of \(count): \(words)")
    }

    private func statuses(of outcome: ScenarioRun.Outcome) -> [ExitStatus] {
        let verdict = ExitStatus(
            outcome.summary.verdict, inconclusive: command.inconclusive.status)
        guard let problem = outcome.environmentProblem else { return [verdict] }
        Console.error(problem)
        return outcome.wasInterrupted ? [verdict, .environment] : [.environment]
    }

    /// The table, the page and the document of the whole sweep.
    private func write(_ result: SweepResult) -> [ExitStatus] {
        let outputs = command.outputs
        // Of no run there is nothing to show.
        guard !result.points.isEmpty else { return [] }
        if !command.hidesReport, outputs.hasTerminal {
            Console.print(
                SweepTable.render(result, colour: Console.hasColour), terminator: "")
        }
        let failures = ReportPlaces.failures(writing: [
            .init(outputs.json) { SweepJSON.render(result) },
            .init(outputs.html) { SweepPage.render(result) },
        ])
        for failure in failures { Console.error(failure.message) }
        let statuses = failures.map(\.status)
        if let html = outputs.html, html != "-", statuses.isEmpty, !command.hidesReport {
            Console.note("report: \(html)")
        }
        return statuses
    }
}

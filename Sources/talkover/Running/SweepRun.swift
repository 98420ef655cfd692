import Analysis
import Foundation
import Planning
import Reports

/// The runs of one `run` with several values of a `--set`, one after the other.
struct SweepRun {
    let command: RunCommand
    let sweep: ScenarioSweep
    let export: LiveExport?

    func execute() async throws -> ExitStatus {
        try refuseWhatHoldsOneRun()
        let tags = try command.parsedTags()
        for key in sweep.axes.map(\.key) where tags[key] != nil {
            throw CommandFailure(
                status: .usage, message: "--tag \(key): the sweep itself sets it; use another key")
        }
        // Every scenario is read before the first call is placed.
        let scenarios = try sweep.points.map { (sweep.swept($0), try command.scenario.load($0)) }
        var result = SweepResult(
            id: RunIdentity.make(at: Date()), scenario: scenarios[0].1.name,
            keys: sweep.axes.map(\.key), points: [], planned: scenarios.count)
        // Asked for once: the first run leaves this process fewer CPUs to choose from.
        let placement = try command.loops.placement()
        var statuses: [ExitStatus] = []
        for (values, scenario) in scenarios {
            announce(values, number: result.points.count + 1, of: scenarios.count)
            var tags = [String: String](uniqueKeysWithValues: values.map { ($0.key, $0.value) })
            tags[RunTag.sweep] = result.id
            let outcome = try await outcome(scenario, tags: tags, placement: placement)
            result.points.append(
                SweepResult.Point(values: values.map(\.value), summary: outcome.summary))
            statuses += self.statuses(of: outcome)
            // What ended this run would end the next one too.
            if outcome.wasInterrupted || outcome.environmentProblem != nil { break }
        }
        statuses += write(result)
        return .deciding(among: statuses)
    }

    private func outcome(
        _ scenario: Scenario, tags: [String: String], placement: RunPlacement
    ) async throws -> ScenarioRun.Outcome {
        var run = try command.run(scenario, tags: tags, export: export)
        run.placement = placement
        return command.simulate ? try run.simulate() : try await run.live()
    }

    /// Files that hold one run would be overwritten by the next.
    private func refuseWhatHoldsOneRun() throws {
        let given = [
            ("--junit", command.outputs.junit), ("--markdown", command.outputs.markdown),
            ("--record", command.record), ("--truth", command.truth),
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
        where isGiven && sweep.axes.contains(where: { $0.key == key }) {
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
        if !command.hidesReport, outputs.json != "-" {
            print(SweepTable.render(result, colour: Console.hasColour), terminator: "")
        }
        var statuses: [ExitStatus] = []
        let texts = [
            (outputs.json, SweepJSON.render(result)), (outputs.html, SweepPage.render(result)),
        ]
        for case (let place?, let text) in texts {
            do {
                try ReportOutputs.put(text, at: place)
            } catch {
                Console.error(error.message)
                statuses.append(error.status)
            }
        }
        if let html = outputs.html, statuses.isEmpty, !command.hidesReport {
            Console.note("report: \(html)")
        }
        return statuses
    }
}

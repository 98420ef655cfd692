import Analysis
import ArgumentParser
import Foundation
import Planning
import Reports
import Timeline

struct CapacityCommand: TalkoverCommand {
    static let configuration = CommandConfiguration(
        commandName: "capacity",
        abstract: "Finds the most callers that an agent serves within the scenario's objectives.",
        discussion: """
            Doubles the callers from --start until a load does not pass, halves in on the limit to
            --precision, tries both ends of what is left again until two runs of three agree, and holds
            the answer for --soak. Every load is a run of its own in the store, tagged capacity=ID and
            callers=N; the objectives are judged on the turns within --hold, with every caller up. What
            this generator could not do itself ends the search and is never called the agent's limit.

            Exit codes: 0 a capacity was found, or every load up to --max passed; 1 not even one caller
            passed; 3 the generator gave out before the agent, or too few samples told nothing; 4 the
            generator was over budget at every load; 5 no call was ever established; 6, 130.
            """
    )

    @OptionGroup var scenario: ScenarioOptions
    @OptionGroup var options: CapacityOptions

    @Flag(help: "Run in virtual time, without a socket; the same seed gives the same numbers.")
    var simulate = false

    @OptionGroup var loops: LoopOptions
    @OptionGroup var outputs: ReportPlaces

    @Flag(help: "No progress, and no report on stdout.")
    var quiet = false

    func execute() async throws -> ExitStatus {
        let base = try load()
        let settings = try options.settings(for: base)
        let lengths = try options.lengths()
        let meter = try await AgentMeter(
            options, embedded: base.paths.contains(where: \.usesEmbeddedAgent),
            isSimulated: simulate)
        let began = Date()
        let id = RunIdentity.make(at: began)
        var material = CapacityReportMaterial(
            run: RunIdentity.facts(
                id: id, mode: simulate ? .simulated : .live, scenario: base, startedAt: began,
                tags: [:], originMonotonicNs: nil),
            settings: settings, holdSeconds: lengths.hold.seconds,
            soakSeconds: lengths.soak.seconds, objectives: base.objectives,
            agentSource: meter.source)
        let run = CapacityRun(
            id: id, options: scenario, base: base, settings: settings, lengths: lengths,
            isSimulated: simulate, storePath: outputs.db, placement: try loops.placement(),
            meter: meter, demand: try options.demand(),
            isQuiet: quiet || !outputs.hasTerminal)
        let stop = CapacityStop()
        let interruption = Interruption { stop.interrupt() }
        defer { interruption.cancel() }
        for path in base.paths where !stop.isSet {
            material.paths.append(await run.search(path, until: stop))
        }
        material.run.durationSeconds = Date().timeIntervalSince(began)
        var statuses = material.paths.map(\.exitStatus) + [stop.status].compactMap(\.self)
        do {
            try outputs.write(material, isQuiet: quiet)
        } catch let failure as CommandFailure {
            Console.error(failure.message)
            statuses.append(failure.status)
        }
        return .deciding(among: statuses)
    }

    /// The scenario, if a capacity can be asked of it.
    private func load() throws -> Scenario {
        if let duration = scenario.duration {
            throw CommandFailure(
                status: .usage,
                message: "--duration \(duration): each load lasts for --hold; leave --duration out")
        }
        let base = try scenario.load()
        guard !base.objectives.isEmpty else {
            throw CommandFailure(
                status: .usage,
                message:
                    "the scenario has no objectives, and capacity is the most callers that keep"
                    + " them; add objectives: {first_audio: [\"p(95)<900ms\"]}")
        }
        if simulate, let path = base.paths.first(where: { !$0.usesEmbeddedAgent }) {
            Console.note(
                "virtual time has the reference agent alone: the url of \(path.name) is not called")
        }
        return base
    }
}

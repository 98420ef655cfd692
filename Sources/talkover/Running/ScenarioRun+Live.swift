import Analysis
import Audio
import Callers
import Drivers
import Foundation
import NIOConcurrencyHelpers
import Planning
import ResultStore
import Timeline

extension ScenarioRun {
    /// Places the calls for real, and keeps what they show.
    func live() async throws -> Outcome {
        let plan = try plan()
        try checkHost()
        announce(plan)
        let clock = MonotonicClock()
        let folder = try recording.map {
            try RecordingFolder($0.folder, callsPerPath: $0.callsPerPath, plan: plan)
        }
        let agent = try await startAgent(plan)
        agentStarted(agent?.process.processID, clock)
        let gateways: RunGateways
        do {
            gateways = try await startGateways(plan, agent: agent)
        } catch {
            await agent?.stop()
            agent?.cleanUp(keepingTruthAt: nil)
            throw error
        }
        let runner: LiveRunner
        let (store, writer, started): (ResultStore, RunWriter, RunMaterial)
        do {
            runner = try LiveRunner(
                plan: plan, clock: clock, agent: agent?.addresses, gateways: gateways.addresses,
                environment: ProcessInfo.processInfo.environment, loops: placement.loops,
                recording: folder?.recording
            )
            try placement.settle()
            (store, writer, started) = try begin(
                .live, originMonotonicNs: clock.originMonotonicNs, elapsed: clock.now - .zero
            )
        } catch {
            await gateways.stop()
            gateways.cleanUp()
            await agent?.stop()
            agent?.cleanUp(keepingTruthAt: nil)
            guard let problem = error as? RunProblem else { throw error }
            throw CommandFailure(status: .usage, message: problem.message)
        }
        let watch = RunWatch(runner: runner)
        let interruption = listen(for: watch)
        agent?.process.onDeath { watch.fail($0.message) }
        gateways.onDeath { watch.fail($0.message) }

        let (outcomes, problem) = await observe(
            runner, plan: plan, writer: writer, watch: watch, folder: folder)
        interruption.cancel()
        await gateways.stop()
        await agent?.stop()

        var material = try stored(started, in: store, agent, gateways)
        let wasCutShort = watch.wasInterrupted || watch.failure != nil
        material.state = wasCutShort ? .interrupted : .finished
        material.run.durationSeconds = (clock.now - .zero).seconds
        complete(&material, outcomes: outcomes, lost: watch.observationsLost)
        material.record(runner.detectors)
        join(agent, to: &material, outcomes: outcomes, clock: clock)
        join(gateways, to: &material, clock: clock)
        var outcome = finish(material, writer: writer, problem: problem ?? watch.failure)
        outcome.wasInterrupted = watch.wasInterrupted
        outcome.recordings = folder?.files ?? [:]
        return outcome
    }

    /// Hands signals on to a run, with the one that came before anybody listened for it.
    private func listen(for watch: RunWatch) -> Interruption {
        let interruption = Interruption { watch.interrupt() }
        if wasInterruptedBefore(), !watch.wasInterrupted { watch.interrupt() }
        return interruption
    }

    /// Runs, while what is observed goes to the store and what is recorded to its folder.
    ///
    /// - Returns: the paths' outcomes, and what kept something from being stored.
    private func observe(
        _ runner: LiveRunner, plan: Plan, writer: RunWriter, watch: RunWatch,
        folder: RecordingFolder?
    ) async -> ([PathOutcome], String?) {
        let (batches, feed) = AsyncStream.makeStream(
            of: ObservationBatch.self, bufferingPolicy: .bufferingOldest(8_192)
        )
        let keeper = BatchKeeper(
            writer: writer, scenario: scenario, pathCount: plan.paths.count,
            plannedCalls: plan.arrivals.plannedCalls, isQuiet: isQuiet, export: export,
            giveUp: { watch.fail($0) },
            abort: { watch.abort($0) }
        )
        async let kept = keeper.keep(batches)
        async let recorded = folder?.write()
        var outcomes: [PathOutcome] = []
        do {
            outcomes = try await runner.run { batch in
                if case .dropped(let lost) = feed.yield(batch) {
                    watch.lost(lost.observations.count)
                }
            }
        } catch {
            watch.fail("the event loops failed: \(error)")
        }
        feed.finish()
        folder?.close()
        let storeProblem = await kept
        let recordingProblem = await recorded ?? nil
        return (outcomes, storeProblem ?? recordingProblem)
    }

    // MARK: Before

    private func checkHost() throws {
        let callers: Int
        switch scenario.load {
        case .closed(let count, _, _): callers = count
        // Held at once under an open load: rate times a call's likely length.
        case .open(let rate, _, let lasting): callers = Int(rate * min(lasting.seconds, 30))
        }
        let problems = HostLimits.check(
            callers: callers, paths: scenario.paths, order: scenario.order,
            loops: placement.loops.count
        )
        guard problems.isEmpty else {
            throw CommandFailure(
                status: .environment, message: problems.map(\.message).joined(separator: "\n")
            )
        }
    }

    /// Says what is about to happen to somebody else's machine.
    private func announce(_ plan: Plan) {
        let foreign = scenario.paths.filter { path in
            [path.url, path.upstream?.url].compactMap(\.self)
                .contains { !LoopbackURL.isLoopback($0) }
        }
        guard !foreign.isEmpty else { return }
        let calls = plan.arrivals.plannedCalls.map { "\($0) calls" } ?? "calls"
        let spoken = plan.clips.values.reduce(0) { $0 + $1.duration.seconds }
        let minutes = plan.arrivals.plannedCalls.map { Double($0) * spoken / 60 }
        for path in foreign {
            let audio =
                minutes.map { String(format: ", about %.0f minutes of the callers' speech", $0) }
                ?? ""
            let place = path.url ?? path.upstream?.url ?? ""
            Console.note("about to place \(calls) on \(place), \(loadInWords)\(audio)")
        }
    }

    private var loadInWords: String {
        switch scenario.load {
        case .closed(let callers, let ramp, _): "\(callers) at once after \(ramp.seconds) s"
        case .open(let rate, _, let lasting): "\(rate) new ones a second for \(lasting.seconds) s"
        }
    }

    private func startAgent(_ plan: Plan) async throws -> RunAgent? {
        let formats = ReplyFormats(plan.paths.filter(\.configuration.usesEmbeddedAgent))
        guard !formats.names.isEmpty else { return nil }
        do {
            return try await RunAgent.start(
                scenario.agent ?? AgentBehaviour(), clips: library.folders, formats: formats,
                cpus: placement.others
            )
        } catch {
            throw CommandFailure(
                status: .environment, message: "the embedded agent did not start: \(error)"
            )
        }
    }

    private func startGateways(_ plan: Plan, agent: RunAgent?) async throws -> RunGateways {
        do {
            return try await RunGateways.start(
                plan.paths.map(\.configuration), agent: agent?.addresses,
                cpus: placement.others)
        } catch {
            throw CommandFailure(
                status: .environment, message: "the gateway did not start: \(error)")
        }
    }

    // MARK: After

    private func stored(
        _ started: RunMaterial, in store: ResultStore, _ agent: RunAgent?, _ gateways: RunGateways
    ) throws -> RunMaterial {
        do {
            return try store.load(started.run.id, parse: { _ in scenario })
        } catch {
            // The truth is kept even where the store cannot be read.
            gateways.cleanUp()
            agent?.cleanUp(keepingTruthAt: truthFile)
            throw CommandFailure(status: .environment, message: error.message)
        }
    }

    private func complete(_ material: inout RunMaterial, outcomes: [PathOutcome], lost: Int) {
        for outcome in outcomes {
            material.paths[outcome.index].frames = outcome.frames
            var usage = GeneratorUsage(
                cpu: outcome.usage.cpu,
                wall: outcome.usage.wall,
                rssBytes: outcome.usage.rssBytes,
                droppedObservations: outcome.usage.dropped + lost
            )
            usage.setupTime = outcome.usage.setupTime
            usage.setups = outcome.usage.setups
            usage.growthBytes = outcome.usage.growthBytes
            usage.framesSkipped = outcome.usage.framesSkipped
            usage.decodingTime = outcome.usage.decoding.time
            usage.scheduling = placement.record(of: outcome.usage.scheduling)
            material.paths[outcome.index].usage = usage
        }
    }

    /// What only a gateway knows: where the legs of a turn part.
    private func join(
        _ gateways: RunGateways, to material: inout RunMaterial, clock: MonotonicClock
    ) {
        defer { gateways.cleanUp() }
        for index in material.paths.indices {
            guard let file = gateways.log(ofPath: material.paths[index].name),
                let log = try? GatewayJoin(file: file, clock: clock)
            else { continue }
            log.fill(&material.paths[index].turns, calls: material.paths[index].calls)
        }
    }

    /// What only the agent knows: when the callers' frames reached it.
    private func join(
        _ agent: RunAgent?, to material: inout RunMaterial, outcomes: [PathOutcome],
        clock: MonotonicClock
    ) {
        guard let agent else { return }
        defer { agent.cleanUp(keepingTruthAt: truthFile) }
        guard let truth = try? TruthJoin(file: agent.truthFile, clock: clock) else { return }
        for outcome in outcomes where scenario.paths[outcome.index].usesEmbeddedAgent {
            let delays = truth.frameDelay(firstSlots: outcome.firstSlots)
            if delays.total > 0 { material.paths[outcome.index].frames[.frameDelay] = delays }
        }
    }
}

/// What may end a run early, from whatever thread it comes.
final class RunWatch: Sendable {
    private struct State {
        var interruptions = 0
        var failure: String?
        var observationsLost = 0
    }

    private let runner: LiveRunner
    private let state = NIOLockedValueBox(State())

    init(runner: LiveRunner) { self.runner = runner }

    var wasInterrupted: Bool { state.withLockedValue { $0.interruptions > 0 } }
    var failure: String? { state.withLockedValue { $0.failure } }
    var observationsLost: Int { state.withLockedValue { $0.observationsLost } }

    /// The user asked for the end: cleanly the first time, at once the second.
    func interrupt() {
        let count = state.withLockedValue { state in
            state.interruptions += 1
            return state.interruptions
        }
        if count == 1 { Console.note("\ninterrupted: hanging up; once more to leave at once") }
        runner.stop()
    }

    /// The environment failed: end the run and say why.
    func fail(_ reason: String) {
        let isFirst = state.withLockedValue { state in
            defer { state.failure = state.failure ?? reason }
            return state.failure == nil
        }
        if isFirst { runner.stop() }
    }

    /// An objective is surely missed: end the run, whose figures say so.
    func abort(_ missed: ObjectiveResult) {
        Console.note(
            "\nended early: \(missed.path) \(missed.metric) \(missed.expression) is surely missed")
        runner.stop()
    }

    func lost(_ count: Int) { state.withLockedValue { $0.observationsLost += count } }
}

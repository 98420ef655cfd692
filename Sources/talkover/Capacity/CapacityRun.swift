import Analysis
import Audio
import Drivers
import Foundation
import Planning
import Reports
import Timeline

/// The runs of a capacity search: each step is one, stored and judged on its hold.
struct CapacityRun {
    let id: String
    let options: ScenarioOptions
    /// As the user has it; steps alter its load, its seed and its paths.
    let base: Scenario
    let settings: CapacitySearch.Settings
    let lengths: CapacityOptions.Lengths
    let isSimulated: Bool
    let storePath: String
    let placement: RunPlacement
    let meter: AgentMeter
    let demand: ServerPlan.Demand?
    let isQuiet: Bool

    /// Searches one path, as far as nothing stops it; what was measured until then is in the result.
    func search(_ path: PathConfiguration, until stop: CapacityStop) async -> CapacityPath {
        var settings = settings
        settings.ceiling = ceiling(of: path)
        settings.isCeilingTheHosts = settings.ceiling < self.settings.ceiling
        settings.start = min(settings.start, settings.ceiling)
        var search = CapacitySearch(settings)
        var points: [CapacityPoint] = []
        var problem: String?
        while !stop.isSet, let step = search.next() {
            if !points.isEmpty { await rest(until: stop) }
            guard !stop.isSet else { break }
            say("\(path.name): \(step.wording(holdFor: hold(of: step)))")
            do {
                guard let point = try await measure(step, on: path, stop: stop) else { break }
                points.append(point)
                search.record(point.outcome)
                say("\(path.name): \(point.wording)")
                if let gone = gone(points) {
                    problem = gone
                    Console.error("\(path.name): \(gone)")
                    break
                }
            } catch {
                let failure = error as? CommandFailure
                problem = failure?.message ?? "\(error)"
                Console.error(problem ?? "")
                stop.set(failure?.status ?? .environment)
            }
        }
        if stop.status == .interrupted { problem = "interrupted" }
        return CapacityPath(
            name: path.name, transport: path.transport.rawValue, conclusion: search.conclusion,
            points: points, settings: settings, demand: demand, seed: base.seed, problem: problem)
    }

    /// An agent that is not there, or is no longer, is none with a small capacity.
    private func gone(_ points: [CapacityPoint]) -> String? {
        guard points.contains(where: \.isReached) else { return "no call was ever established" }
        let hasGone = points.count > 1 && points.suffix(2).allSatisfy { !$0.isReached }
        return hasGone
            ? "no call was established in two runs on end; is the agent still there?" : nil
    }

    /// Makes one run of a step.
    ///
    /// - Returns: `nil` where it was broken off.
    private func measure(
        _ step: CapacitySearch.Step, on path: PathConfiguration, stop: CapacityStop
    ) async throws -> CapacityPoint? {
        let schedule = HoldSchedule(callers: step.callers, hold: hold(of: step), like: base.load)
        var run = ScenarioRun(
            scenario: try scenario(of: step, on: path, schedule), library: options.library,
            tags: [
                RunTag.capacity: id, RunTag.callers: "\(step.callers)",
                "step": step.purpose.rawValue,
                "attempt": "\(step.attempt)",
            ],
            isQuiet: isQuiet, storePath: storePath, recording: nil, truthFile: nil,
            placement: placement)
        let meter = meter
        run.agentStarted = { meter.began($0, $1) }
        run.wasInterruptedBefore = { stop.status == .interrupted }
        let outcome = try await isSimulated ? run.simulate() : live(run)
        let (samples, idle) = meter.take()
        if let problem = outcome.environmentProblem {
            throw CommandFailure(status: .environment, message: problem)
        }
        guard !outcome.wasInterrupted else {
            stop.interrupt()
            return nil
        }
        return CapacityPoint(
            outcome.material, summary: outcome.summary, step: step, schedule: schedule,
            samples: samples, idleBytes: idle)
    }

    private func live(_ run: ScenarioRun) async throws -> ScenarioRun.Outcome {
        let meter = meter
        async let watched: Void = meter.watch()
        do {
            let outcome = try await run.live()
            meter.end()
            await watched
            return outcome
        } catch {
            meter.end()
            throw error
        }
    }

    /// The scenario with a step's callers on one path, and draws of its own for every repetition.
    private func scenario(
        of step: CapacitySearch.Step, on path: PathConfiguration, _ schedule: HoldSchedule
    ) throws -> Scenario {
        let load =
            "{callers: \(step.callers), ramp: \(DurationText.render(schedule.ramp)), "
            + "for: \(DurationText.render(schedule.lasting))}"
        var scenario = try options.load { overrides in
            overrides.callers = nil
            overrides.paths = [path.name]
            overrides.seed = base.seed &+ UInt64(step.attempt)
            overrides.settings.append(.init(key: "load", value: load))
        }
        // What is surely missed is a vote as any other, and the step's whole hold belongs to it.
        for index in scenario.objectives.indices { scenario.objectives[index].abortAfter = nil }
        return scenario
    }

    private func hold(of step: CapacitySearch.Step) -> Nanoseconds {
        (step.isSoak ? lengths.soak : lengths.hold) * step.stretch
    }

    /// What was asked for, or what this host's descriptors and ports allow.
    private func ceiling(of path: PathConfiguration) -> Int {
        func isAllowed(_ callers: Int) -> Bool {
            HostLimits.check(
                callers: callers, paths: [path], order: .sequential, loops: placement.loops.count
            ).isEmpty
        }
        let most = settings.ceiling
        guard !isSimulated, !isAllowed(most) else { return most }
        var (low, high) = (1, most)
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if isAllowed(middle) { low = middle } else { high = middle }
        }
        Console.note(
            "\(path.name): this host allows \(low) callers, so no more are tried;"
                + " talkover selftest says what limits it")
        return low
    }

    private func rest(until stop: CapacityStop) async {
        guard !isSimulated else { return }
        let step = Nanoseconds.milliseconds(100)
        var left = lengths.cooldown
        while left > .zero, !stop.isSet {
            try? await Task.sleep(nanoseconds: UInt64(min(left, step).count))
            left = left - step
        }
    }

    private func say(_ text: String) {
        if !isQuiet { Console.note(text) }
    }
}

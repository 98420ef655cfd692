import Planning
import Timeline

/// One step of a capacity search as it was measured.
package struct CapacityPoint: Equatable, Sendable {
    package var step: CapacitySearch.Step
    /// The run's id in the store.
    package var run: String
    package var outcome: CapacitySearch.Outcome
    package var holdSeconds: Double
    /// Judged on the hold alone.
    package var objectives: [ObjectiveResult]
    /// Of the hold, in report order; what an objective is about, and the two headlines.
    package var latencies: [MetricSummary]
    /// Why the generator was over its budget.
    package var problems: [String] = []
    /// Callers that were up in the mean of the hold: calls a second × length of a call (Little).
    package var heldCallers: Double
    /// Mean length of the completed calls, s; `nil` where none was completed.
    package var meanCallSeconds: Double?
    /// Turns answered in each second of the hold.
    package var turnsPerSecond: Double
    package var failedCalls: [String: Int] = [:]
    /// Whether a single call of the run was established.
    package var isReached: Bool
    /// CPU of the generator, in cores; `nil` in simulation.
    package var generatorCores: Double?
    /// `nil` where the agent's process could not be looked at.
    package var agent: AgentUsage?

    package var callers: Int { step.callers }

    /// |N − λW| / N: how far the callers held are from those asked for.
    package var littleGap: Double { abs(Double(callers) - heldCallers) / Double(callers) }

    /// Objectives that did not pass.
    package var missed: [ObjectiveResult] {
        let failed = objectives.filter { $0.verdict == .fail }
        return failed.isEmpty ? objectives.filter { $0.verdict == .inconclusive } : failed
    }

    package func latency(_ name: String) -> MetricSummary? { latencies.first { $0.name == name } }
}

extension CapacityPoint {
    /// Beyond this, callers that could not be held are the agent's refusal.
    static let heldShare = 0.95
    private static let headlines = ["first_audio", "barge_in_cut"]

    /// Measures a step on its hold.
    ///
    /// - Parameters:
    ///   - material: a run of one path.
    ///   - summary: of that run; whole, since the generator is graded on all of it.
    package init(
        _ material: RunMaterial, summary: RunSummary, step: CapacitySearch.Step,
        schedule: HoldSchedule, samples: [AgentSample], idleBytes: Double?
    ) {
        let path = material.paths[0]
        let first = path.calls.map(\.planned).min() ?? .zero
        let window = schedule.window(from: first)
        let held = path.held(in: window)
        let measured = PathMeasurement(held, scenario: material.scenario)
        let wanted = Set(Self.headlines + material.scenario.objectives.map(\.metric))
        let calls = CallCounts(held.calls)
        let completed = held.calls.filter { $0.outcome == .completed }
        let lengths = completed.compactMap { call in
            call.started.flatMap { began in call.ended.map { ($0 - began).seconds } }
        }
        self.step = step
        run = material.run.id
        holdSeconds = window.seconds
        objectives = ObjectiveJudge.judge(material.scenario.objectives, on: [measured])
        latencies = measured.metrics.filter {
            wanted.contains($0.name) && $0.distribution.count > 0
        }.map { MetricSummary($0) }
        heldCallers = Self.heldCallers(held.calls, in: window)
        meanCallSeconds = lengths.isEmpty ? nil : lengths.reduce(0, +) / Double(lengths.count)
        turnsPerSecond =
            Double(Self.answered(path, of: material.scenario, in: window)) / window.seconds
        failedCalls = calls.failed
        isReached = summary.verdict != .unreachable
        generatorCores = summary.generator?.cpuCores
        problems = summary.generator?.problems ?? []
        agent = AgentUsage(samples, in: window, callers: step.callers, idleBytes: idleBytes)
        outcome = .pass
        addRefusal(unconnected: held.calls.count { $0.connected == nil })
        outcome = verdict(
            material.scenario.objectives, on: measured, grade: summary.generator)
    }

    /// Turns answered, each counted where it ends: of whole turns a short hold would have fewer.
    private static func answered(
        _ path: PathMaterial, of scenario: Scenario, in window: HoldWindow
    ) -> Int {
        var ended = path
        ended.turns = path.turns.filter { window.from..<window.to ~= $0.scheduledEnd }
        return PathMeasurement(ended, scenario: scenario)
            .rate(RateMetric.responseRate.name)?.hits ?? 0
    }

    /// λW over the window: calls count for as long as they were up in it, not while they were dialled.
    private static func heldCallers(_ calls: [CallRecord], in window: HoldWindow) -> Double {
        let seconds = calls.reduce(0.0) { sum, call in
            guard let began = call.connected else { return sum }
            let span = min(call.ended ?? window.to, window.to) - max(began, window.from)
            return span > .zero ? sum + span.seconds : sum
        }
        return seconds / window.seconds
    }

    /// An agent that refuses callers has none of their turns; that is no pass.
    ///
    /// - Parameter unconnected: calls of the hold that never came to be.
    private mutating func addRefusal(unconnected: Int) {
        guard heldCallers < Self.heldShare * Double(callers),
            unconnected > 0 || !failedCalls.isEmpty
        else { return }
        let reason =
            failedCalls.isEmpty
            ? "\(unconnected) calls were never connected"
            : "calls failed: \(failedCalls.keys.sorted().joined(separator: ", "))"
        objectives.append(
            ObjectiveResult(
                path: objectives.first?.path ?? "", metric: "callers_held",
                expression: "rate>=\(Self.heldShare)", value: heldCallers / Double(callers),
                verdict: .fail, n: callers,
                reason: reason))
    }

    private func verdict(
        _ declared: [Objective], on measured: PathMeasurement, grade: GeneratorGrade?
    ) -> CapacitySearch.Outcome {
        if let grade, !grade.valid { return grade.isSpoiltByHostAlone ? .void : .generatorLimited }
        if objectives.contains(where: { $0.verdict == .fail }) { return .fail }
        let open = objectives.filter { $0.verdict == .inconclusive }
        guard !open.isEmpty else { return .pass }
        let stretches = open.map { result -> Double in
            let objective = declared.first {
                $0.metric == result.metric && $0.expression == result.expression
            }
            guard let objective, let fewest = ObjectiveJudge.fewestSamples(objective) else {
                return 2
            }
            // Turns of a call resemble each other: they count for fewer than they are.
            let effect = objective.aggregate.share.flatMap { share in
                measured.metrics.first { $0.name == result.metric }?
                    .distribution.designEffect(share)
            }
            // A few more than it takes, so that a single slow turn does not leave it open.
            return 1.5 * Double(fewest) * (effect ?? 1) / Double(max(1, result.n))
        }
        return .inconclusive(stretch: Int(min(8, max(2, stretches.max() ?? 2)).rounded(.up)))
    }
}

extension GeneratorGrade {
    /// Whether nothing but stalls of the host broke its budget.
    fileprivate var isSpoiltByHostAlone: Bool {
        problems.count == 1 && Double(windowsVoid) > Budget.voidWindows * Double(windowsTotal)
    }
}

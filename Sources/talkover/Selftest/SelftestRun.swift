import Analysis
import Audio
import Drivers
import Foundation
import Planning
import Timeline

/// Measures this host from its limits to its biases, one after the other.
struct SelftestRun {
    private let levels: [Int]
    private let span: Nanoseconds
    private let isQuick: Bool
    private let biasCallers: Int?

    /// - Parameters:
    ///   - levels: callers of each load, none of them 0.
    ///   - span: how long each is held.
    ///   - biasCallers: callers at once while bias is measured; `nil` for a few on all paths.
    init(levels: [Int], heldFor span: Nanoseconds, isQuick: Bool, biasCallers: Int? = nil) {
        self.levels = levels
        self.span = span
        self.isQuick = isQuick
        self.biasCallers = biasCallers
    }

    /// - Returns: `nil` when the user ended it.
    func measure() async throws -> Selftest? {
        let started = Date()
        let clock = MonotonicClock()
        let limits = SelftestLimits.ofThisHost()
        let timer = try await measureTimer()

        let scenarios = try SelftestScenario()
        defer { scenarios.cleanUp() }
        var graded = [timer.level]
        for callers in levels {
            Console.note("self-test: \(callers) callers, held for \(Int(span.seconds)) s")
            guard let level = try await measure(scenarios, callers: callers) else { return nil }
            graded.append(level)
        }
        let crowd = biasCallers.map { ", \($0) callers at once" } ?? ""
        Console.note("self-test: bias on \(SelftestScenario.paths.count) kinds of path\(crowd)")
        guard let biases = try await measureBiases(scenarios) else { return nil }

        return Selftest(
            id: RunIdentity.make(at: started),
            startedAt: RunIdentity.timestamp(started),
            version: Version.current,
            gitRevision: ProcessInfo.processInfo.environment["GITHUB_SHA"],
            host: RunIdentity.host,
            result: SelftestResult(
                durationSeconds: (clock.now - .zero).seconds, isQuick: isQuick, limits: limits,
                timer: timer, levels: graded, biasCallers: biasCallers),
            biases: biases
        )
    }

    private func measureTimer() async throws -> SelftestTimer {
        let span = Nanoseconds.milliseconds(isQuick ? 1_500 : 3_000)
        Console.note("self-test: timer of an idle loop, \(span.seconds) s")
        do {
            return SelftestTimer(try await TimerLag.measure(for: span))
        } catch {
            throw CommandFailure(status: .environment, message: "no event loop: \(error)")
        }
    }

    private func measure(
        _ scenarios: SelftestScenario, callers: Int
    ) async throws -> SelftestLevel? {
        let outcome = try await run(
            try scenarios.load(callers: callers, heldFor: span), in: scenarios)
        guard let path = outcome?.summary.paths.first else { return nil }
        return SelftestLevel(
            callers: callers, connected: path.calls.connected,
            grade: path.generator ?? GeneratorGrade())
    }

    private func measureBiases(_ scenarios: SelftestScenario) async throws -> [SelftestBias]? {
        var biases: [SelftestBias] = []
        let all =
            try biasCallers.map { try scenarios.crowdedTruth(callers: $0) } ?? [
                scenarios.truth(callers: isQuick ? 6 : 10, callsEach: isQuick ? 2 : 5)
            ]
        for scenario in all {
            guard let outcome = try await run(scenario, in: scenarios) else { return nil }
            biases += try Self.biases(of: outcome.material, scenario, in: scenarios)
        }
        return biases
    }

    private static func biases(
        of material: RunMaterial, _ scenario: Scenario, in scenarios: SelftestScenario
    ) throws -> [SelftestBias] {
        let clock = MonotonicClock(originMonotonicNs: material.run.originMonotonicNs ?? 0)
        let truth: TruthJoin
        do {
            truth = try TruthJoin(file: scenarios.truthFile, clock: clock)
        } catch {
            throw CommandFailure(status: .environment, message: error.message)
        }
        return zip(material.paths, scenario.paths).flatMap { path, configuration in
            let errors = TruthErrors(
                turns: path.voidingStalls(), calls: path.calls, truth: truth, path: configuration)
            return SelftestBias.What.allCases.map { what in
                SelftestBias(
                    transport: path.transport, dialect: configuration.dialect?.rawValue,
                    codec: configuration.codec.rawValue, what: what,
                    errors: errors[what].map(\.milliseconds))
            }
        }
    }

    /// - Returns: `nil` when the user ended it.
    private func run(
        _ scenario: Scenario, in scenarios: SelftestScenario
    ) async throws -> ScenarioRun.Outcome? {
        let run = ScenarioRun(
            scenario: scenario,
            library: scenarios.library,
            tags: [:],
            isQuiet: true,
            storePath: scenarios.store,
            recording: nil,
            truthFile: scenarios.truthFile
        )
        let outcome = try await run.live()
        guard !outcome.wasInterrupted else { return nil }
        if let problem = outcome.environmentProblem {
            throw CommandFailure(status: .environment, message: problem)
        }
        return outcome
    }
}

extension TruthErrors {
    fileprivate subscript(what: SelftestBias.What) -> [Nanoseconds] {
        switch what {
        case .firstPacket: firstPacket
        case .onset: onset
        case .stop: stop
        }
    }
}

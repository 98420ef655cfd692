import Analysis
import Audio
import Drivers
import Foundation
import Gateway
import Planning
import ReferenceAgent
import ResultStore
import Simulation
import Timeline

/// One run of a scenario, from its plan to its verdict in the store.
struct ScenarioRun {
    struct Recording {
        var folder: String
        var callsPerPath: Int
    }

    /// What a run leaves for its reports.
    struct Outcome {
        var material: RunMaterial
        var summary: RunSummary
        /// What went wrong with the environment while it ran; decides the exit code.
        var environmentProblem: String?
        /// Whether the user ended it, which tells 130 from a run that could not go on.
        var wasInterrupted = false
        /// Files with the sound of a call, where some were recorded.
        var recordings: [CallID: String] = [:]
    }

    let scenario: Scenario
    let library: ClipLibrary
    let tags: [String: String]
    let isQuiet: Bool
    let storePath: String
    let recording: Recording?
    /// Where the embedded agent's truth log is kept; `nil` for nowhere.
    let truthFile: String?
    var placement = RunPlacement()
    /// Asked once the run itself hears signals: whether one came while it was being prepared.
    var wasInterruptedBefore: @Sendable () -> Bool = { false }
    /// Told of the embedded agent's process, if there is one, and of the run's clock, before the
    /// first call.
    var agentStarted: @Sendable (Int32?, MonotonicClock) -> Void = { _, _ in }
    /// Where observations go while it runs, besides the store; `nil` for nowhere.
    var export: LiveExport?

    func plan() throws -> Plan {
        do {
            return try Plan(scenario: scenario, library: library)
        } catch {
            throw CommandFailure(status: .usage, message: "\(error)")
        }
    }

    /// Opens the store and enters the run, so that a run that is killed leaves a trace.
    ///
    /// - Parameters:
    ///   - originMonotonicNs: CLOCK_MONOTONIC at the run's zero; `nil` in virtual time.
    ///   - elapsed: on the run's clock by now.
    func begin(
        _ mode: RunMode, originMonotonicNs: Int64? = nil, elapsed: Nanoseconds = .zero
    ) throws -> (ResultStore, RunWriter, RunMaterial) {
        let now = Date()
        let facts = RunIdentity.facts(
            id: RunIdentity.make(at: now), mode: mode, scenario: scenario, startedAt: now,
            tags: tags,
            originMonotonicNs: originMonotonicNs
        )
        let paths = scenario.paths.enumerated().map { index, path in
            PathMaterial(
                index: index,
                name: path.name,
                transport: path.transport.rawValue,
                hearing: path.hearsByLevels(scenario) ? "level+decode" : "decode"
            )
        }
        let material = RunMaterial(run: facts, state: .unfinished, scenario: scenario, paths: paths)
        do {
            let store = try ResultStore.open(path: storePath)
            let writer = try store.begin(facts, scenario: scenario, paths: paths)
            export?.begin(facts, scenario: scenario, originUnixNs: Self.unixNs - elapsed.count)
            return (store, writer, material)
        } catch {
            throw CommandFailure(status: .environment, message: error.message)
        }
    }

    /// Closes the run: everything observed, its summary and its verdict, in the store.
    func finish(
        _ material: RunMaterial, writer: RunWriter, problem: String?
    ) -> Outcome {
        let summary = Summarizer.summarize(material)
        var problem = problem
        do {
            try writer.finish(material, summary: summary)
        } catch {
            problem = problem ?? error.message
        }
        return Outcome(material: material, summary: summary, environmentProblem: problem)
    }

    /// Time of day, ns since 1970.
    static var unixNs: Int64 {
        let now = Date().timeIntervalSince1970
        return Int64(now) * 1_000_000_000 + Int64((now - now.rounded(.down)) * 1e9)
    }

    // MARK: In virtual time

    func simulate() throws -> Outcome {
        let plan = try plan()
        let behaviour = scenario.agent ?? AgentBehaviour()
        let replies = try ReplyLibrary.load(
            behaviour, from: library, formats: ReplyFormats(plan.paths).formats)
        let (_, writer, started) = try begin(.simulated)
        var material = started
        let runner = VirtualRunner(plan: plan, behaviour: behaviour, replies: replies)
        var notes: [[GatewayEvent]] = plan.paths.map { _ in [] }
        let (figures, ended) = runner.run(
            observe: { path, observation in
                switch observation {
                case .turn(let turn): material.paths[path].turns.append(turn)
                case .call(let call): material.paths[path].calls.append(call)
                case .frame: break
                }
            },
            gateway: { path, event in notes[path].append(event) })
        for index in material.paths.indices where !notes[index].isEmpty {
            GatewayJoin(events: notes[index])
                .fill(&material.paths[index].turns, calls: material.paths[index].calls)
        }
        for (index, path) in figures.enumerated() {
            material.paths[index].seconds = path.seconds
            material.paths[index].frames = path.frames
        }
        material.record(runner.detectors)
        material.run.durationSeconds = (ended - .zero).seconds
        material.state = .finished
        var problem: String?
        do {
            for path in material.paths {
                try writer.append(
                    path: path.index, calls: path.calls, turns: path.turns, seconds: path.seconds
                )
            }
        } catch {
            problem = error.message
        }
        return finish(material, writer: writer, problem: problem ?? exported(material))
    }

    /// Exports a run in virtual time, which is over before anybody could have watched it.
    ///
    /// - Returns: what kept an export from taking everything.
    private func exported(_ material: RunMaterial) -> String? {
        do {
            for path in material.paths {
                try export?.take(
                    ObservationBatch(
                        observations: path.turns.map { .turn($0) } + path.calls.map { .call($0) },
                        seconds: path.seconds, callers: []))
            }
            return nil
        } catch {
            return error.message + "; the run is in the store all the same"
        }
    }
}

extension PathConfiguration {
    /// Whether this path's agent is heard by its audio levels first.
    func hearsByLevels(_ scenario: Scenario) -> Bool {
        codec == .opus && url == nil && scenario.hearing == .auto
    }
}

extension ReplyLibrary {
    /// The replies of a behaviour, their clips looked up.
    static func load(
        _ behaviour: AgentBehaviour, from library: ClipLibrary, formats: [Format] = Format.all
    ) throws -> ReplyLibrary {
        do {
            var clips: [Clip] = []
            if case .clips(let names) = behaviour.reply {
                for name in names { clips.append(try library.clip(named: name)) }
            }
            return try ReplyLibrary(behaviour: behaviour, clips: clips, formats: formats)
        } catch {
            throw CommandFailure(status: .usage, message: "the agent's replies: \(error)")
        }
    }
}

import Audio
import Foundation
import Gateway
import LinkModel
import Planning
import ReferenceAgent
import Simulation
import Timeline

/// A scenario run in virtual time for a test, with all it showed.
struct VirtualRun {
    var turns: [[TurnRecord]]
    var calls: [[CallRecord]]
    /// The agent's own account, by the call's name on the wire.
    var truth: [String: [TruthEvent]]
    /// What hybrids' gateways logged, by the same name.
    var gateways: [String: [GatewayEvent]]
    var figures: [VirtualRunner.PathFigures]
    /// Everything observed, as text, in order.
    var transcript: String

    static let repository = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    init(
        _ yaml: String, link: LinkProfile = .ideal,
        overrides: ScenarioOverrides = ScenarioOverrides(), listensAtOnce: Bool = false
    ) throws {
        let file = Self.repository.appendingPathComponent("Scenarios/test.yaml").path
        let library = ScenarioFile.library(for: file)
        let scenario = try ScenarioFile.parse(
            yaml, file: file, overrides: overrides, library: library
        ).get()
        try self.init(scenario, library: library, link: link, listensAtOnce: listensAtOnce)
    }

    init(
        _ scenario: Scenario, library: ClipLibrary, link: LinkProfile, listensAtOnce: Bool = false
    ) throws {
        let behaviour = scenario.agent ?? AgentBehaviour()
        var clips: [Clip] = []
        if case .clips(let names) = behaviour.reply {
            clips = try names.map { name in try library.clip(named: name) }
        }
        let plan = try Plan(scenario: scenario, library: library)
        let runner = VirtualRunner(
            plan: plan, behaviour: behaviour,
            replies: try ReplyLibrary(
                behaviour: behaviour, clips: clips,
                formats: plan.paths.map {
                    // Behind a gateway the agent speaks to that, not to the caller.
                    ReplyLibrary.Format(
                        codec: $0.configuration.upstream?.codec ?? $0.configuration.codec,
                        interval: $0.configuration.ptime)
                }
            ),
            link: link,
            listensAtOnce: listensAtOnce
        )
        turns = plan.paths.map { _ in [] }
        calls = plan.paths.map { _ in [] }
        truth = [:]
        gateways = [:]
        transcript = ""
        let kept = Kept(paths: plan.paths.count)
        figures =
            runner.run(observe: kept.observe, truth: kept.truth, gateway: kept.gateway).paths
        (turns, calls, truth, transcript) = (kept.turns, kept.calls, kept.events, kept.transcript)
        gateways = kept.notes
    }

    /// Where the legs of a path's turns part, in the order of ``turns``.
    func legs(ofPath path: Int) -> [GatewayLegs.Legs] {
        var legs = [GatewayLegs.Legs](repeating: .init(), count: turns[path].count)
        for (call, indices) in Dictionary(
            grouping: turns[path].indices, by: { turns[path][$0].call })
        {
            let found = GatewayLegs.legs(
                of: indices.map { GatewayLegs.Turn(turns[path][$0]) },
                events: gateways[String(call.wireID(nonce: 0))] ?? [])
            for (index, found) in zip(indices, found) { legs[index] = found }
        }
        return legs
    }

    private final class Kept {
        var turns: [[TurnRecord]]
        var calls: [[CallRecord]]
        var events: [String: [TruthEvent]] = [:]
        var notes: [String: [GatewayEvent]] = [:]
        var transcript = ""

        init(paths: Int) {
            turns = Array(repeating: [], count: paths)
            calls = Array(repeating: [], count: paths)
        }

        func observe(_ path: Int, _ observation: Observation) {
            transcript += "\(observation)\n"
            switch observation {
            case .turn(let turn): turns[path].append(turn)
            case .call(let call): calls[path].append(call)
            case .frame: break
            }
        }

        func truth(_ path: Int, _ event: TruthEvent) {
            events[event.call, default: []].append(event)
        }

        func gateway(_ path: Int, _ event: GatewayEvent) {
            transcript += "\(event)\n"
            notes[event.call, default: []].append(event)
        }
    }
}

import Audio
import Drivers
import Foundation
import NIOConcurrencyHelpers
import Planning
import ReferenceAgent
import Testing
import Timeline

/// The gallery of this repository.
private let gallery: ClipLibrary = {
    let file = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    let root = file.deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    return ClipLibrary(folders: [root.appendingPathComponent("Scenarios/clips").path])
}()

private func plan(paths: String, load: String, order: String = "sequential") throws -> Plan {
    let text = """
        name: short
        seed: 7
        order: \(order)
        agent: {embedded: {endpointing: 200ms, think: 50ms, reply: [yes_please]}}
        paths:
        \(paths)
        load: \(load)
        dialogue:
          - say: yes_please
            expect: response
          - hang_up
        """
    let scenario = try ScenarioFile.parse(text, file: "short.yaml", library: gallery).get()
    return try Plan(scenario: scenario, library: gallery)
}

private let bothPaths = """
      websocket: {transport: websocket, dialect: binary, codec: pcm16}
      rtp: {transport: rtp, codec: pcmu}
    """

/// Keeps what a run delivers.
private final class Kept: Sendable {
    private let box = NIOLockedValueBox<[ObservationBatch]>([])

    var deliver: @Sendable (ObservationBatch) -> Void {
        { [box] batch in box.withLockedValue { $0.append(batch) } }
    }
    var all: [ObservationBatch] { box.withLockedValue { $0 } }
    var calls: [CallRecord] { all.flatMap(\.calls) }
    var turns: [TurnRecord] {
        all.flatMap(\.observations).compactMap {
            if case .turn(let turn) = $0 { turn } else { nil }
        }
    }
    var seconds: [SecondRecord] { all.flatMap(\.seconds) }
}

@Suite(.serialized) struct LiveRunnerTests {
    @Test(arguments: ["sequential", "together"])
    func `a plan runs on every path and everything observed is delivered`(
        order: String
    ) async throws {
        let file = NSTemporaryDirectory() + "talkover-truth-\(UUID().uuidString).jsonl"
        defer { try? FileManager.default.removeItem(atPath: file) }
        let agent = try await startAgent(truthFile: file)
        let runner = try LiveRunner(
            plan: try plan(paths: bothPaths, load: "{callers: 3, ramp: 100ms}", order: order),
            agent: agent.ready.addresses, environment: [:], nonce: 9
        )
        let kept = Kept()

        let outcomes = try await runner.run(deliver: kept.deliver)
        await agent.stop()

        #expect(outcomes.map(\.index) == [0, 1])
        #expect(
            kept.calls.map(\.id).sorted()
                == [0, 1].flatMap { path in
                    (0..<3).map { CallID(path: path, number: $0) }
                })
        #expect(kept.calls.allSatisfy { $0.outcome == .completed })
        #expect(kept.turns.map(\.outcome) == Array(repeating: .answered, count: 6))
        let truth = try TruthJoin(file: file, clock: runner.clock)
        for outcome in outcomes {
            #expect(outcome.isComplete)
            #expect(outcome.usage.cpu > .zero)
            #expect(outcome.usage.wall > .seconds(1))
            #expect(outcome.usage.rssBytes > 1 << 20)
            #expect(outcome.usage.dropped == 0)
            let sent = kept.calls.filter { $0.id.path == outcome.index }
                .reduce(0) { $0 + $1.media.framesSent }
            #expect(outcome.frames[.sendLateness]?.total == UInt64(sent))
            #expect((outcome.frames[.rxDwell]?.total ?? 0) > 0)
            #expect(outcome.firstSlots.count == 3)
            let delay = truth.frameDelay(firstSlots: outcome.firstSlots)
            #expect(delay.total >= UInt64(sent) * 9 / 10)
            // A frame cannot arrive before it was to leave, nor a call's first one a second later.
            #expect(try #require(delay.value(atQuantile: 0.5)) < .seconds(1))
        }
        for path in 0...1 {
            let seconds = kept.seconds.filter { $0.path == path }
            #expect(Set(seconds.map(\.second)).count == seconds.count)
            #expect(seconds.map(\.callers).max() == 3)
        }
    }

    @Test func `several loops observe what one does, each its share of it`() async throws {
        let plan = try plan(paths: bothPaths, load: "{callers: 7, ramp: 200ms, calls_each: 2}")
        var counts: [[String]] = []
        for loops in [1, 3] {
            let agent = try await startAgent()
            let runner = try LiveRunner(
                plan: plan, agent: agent.ready.addresses, environment: [:], nonce: 9,
                loops: LoopPlan(count: loops)
            )
            let kept = Kept()
            let outcomes = try await runner.run(deliver: kept.deliver)
            await agent.stop()

            counts.append(
                kept.calls.map { "\($0.id) \($0.wireID) \($0.outcome)" }.sorted()
                    + kept.turns.map { "\($0.call) \($0.number) \($0.outcome)" }.sorted()
            )
            for outcome in outcomes {
                #expect(outcome.usage.scheduling?.loops == loops)
                #expect(outcome.firstSlots.count == 14)
                let sent = kept.calls.filter { $0.id.path == outcome.index }
                    .reduce(0) { $0 + $1.media.framesSent }
                #expect(outcome.frames[.sendLateness]?.total == UInt64(sent))
                let seconds = kept.seconds.filter { $0.path == outcome.index }
                #expect(seconds.reduce(0) { $0 + $1.framesScheduled } == sent)
                #expect(seconds.map(\.callers).max() == 7)
            }
        }
        #expect(counts[0] == counts[1])
        #expect(counts[0].count == 2 * 14 * 2)
    }

    @Test func `stopping hangs up every call and begins no other path`() async throws {
        let agent = try await startAgent()
        let runner = try LiveRunner(
            plan: try plan(paths: bothPaths, load: "{callers: 4, ramp: 0s, for: 60s}"),
            agent: agent.ready.addresses, environment: [:]
        )
        let kept = Kept()
        let deliver = kept.deliver

        let outcomes = try await runner.run { batch in
            deliver(batch)
            if batch.callers[0] == 4 { runner.stop() }
        }
        await agent.stop()

        #expect(outcomes.map(\.index) == [0])
        #expect(outcomes.map(\.isComplete) == [false])
        #expect(kept.calls.count { $0.outcome == .interrupted } == 4)
        #expect(kept.calls.allSatisfy { $0.id.path == 0 })
    }

    @Test func `a run that was stopped before it began ends at once`() async throws {
        let agent = try await startAgent()
        let runner = try LiveRunner(
            plan: try plan(paths: bothPaths, load: "{callers: 2, ramp: 10s}"),
            agent: agent.ready.addresses, environment: [:]
        )
        runner.stop()
        runner.stop()
        let outcomes = try await runner.run { _ in }
        #expect(outcomes.allSatisfy { !$0.isComplete })
        await agent.stop()
    }

    @Test func `an agent that is not there fails every call and connects none`() async throws {
        let agent = try await startAgent()
        let addresses = agent.ready.addresses
        await agent.stop()
        let runner = try LiveRunner(
            plan: try plan(paths: bothPaths, load: "{callers: 3, ramp: 0s}"),
            agent: addresses, environment: [:]
        )
        let kept = Kept()

        _ = try await runner.run(deliver: kept.deliver)

        #expect(kept.calls.count == 6)
        #expect(kept.calls.allSatisfy { $0.outcome == .failed && $0.connected == nil })
        #expect(Set(kept.calls.map(\.reason)) == ["connection_refused"])
    }

    @Test func `what cannot be called is found before anything is dialled`() throws {
        func problem(_ path: String, _ environment: [String: String] = [:]) throws -> String? {
            let plan = try plan(paths: "  odd: \(path)", load: "{callers: 1, ramp: 0s}")
            do {
                _ = try LiveRunner(plan: plan, agent: nil, environment: environment)
                return nil
            } catch {
                return error.message
            }
        }
        let secret = """
            {transport: websocket, dialect: openai-realtime, url: "ws://127.0.0.1:1/", \
            auth: {bearer: AGENT_KEY}}
            """
        #expect(try problem(secret)?.contains("AGENT_KEY is not set") == true)
        #expect(try problem(secret, ["AGENT_KEY": "x"]) == nil)
        let embedded = "{transport: rtp, codec: opus}"
        #expect(try problem(embedded)?.contains("no embedded agent") == true)
    }
}

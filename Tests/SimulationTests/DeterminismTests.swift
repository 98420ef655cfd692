import Foundation
import LinkModel
import Planning
import Testing
import Timeline

@Suite struct DeterminismTests {
    private static let yaml = """
        name: determinism
        seed: 7
        paths:
          websocket: {transport: websocket, dialect: openai-realtime}
          rtp: {transport: rtp, codec: opus}
          webrtc: {transport: webrtc, codec: opus}
          hybrid: {transport: hybrid, upstream: {dialect: openai-realtime}}
          hybrid-rtp: {transport: hybrid, edge: rtp, codec: pcmu, upstream: {dialect: binary, codec: opus}}
        load: {callers: 6, ramp: 1s, calls_each: 2}
        dialogue:
          - {say: opening_hours, expect: response}
          - {say: hold_on, after: agent_speech_start, delay: {uniform: [600ms, 1500ms]}, kind: interrupt, expect: cut}
          - {wait: response}
        """

    @Test func `the same scenario and seed give the same observations in the same order`() throws {
        let first = try VirtualRun(Self.yaml, link: .wifi)
        let second = try VirtualRun(Self.yaml, link: .wifi)

        #expect(first.transcript == second.transcript)
        #expect(first.transcript.count > 10_000)
    }

    @Test func `another seed gives others`() throws {
        let first = try VirtualRun(Self.yaml)
        let second = try VirtualRun(Self.yaml, overrides: ScenarioOverrides(seed: 8))

        #expect(first.transcript != second.transcript)
    }

    @Test func `a call says the same, at the same distance from what it reacts to, on every path`()
        throws
    {
        let run = try VirtualRun(Self.yaml)

        for call in run.calls[0] {
            let delays = run.turns.indices.map { path in
                let turns = run.turns[path].filter { $0.call.number == call.id.number }
                return turns.count == 2
                    ? (turns[1].scheduledOnset - (turns[0].heardOnset ?? .zero)).milliseconds : -1
            }
            // A frame's grid rounds each to the next 20 ms.
            let spread = (delays.max() ?? 0) - (delays.min() ?? 0)
            #expect(spread <= 20, "call \(call.id.number): \(delays)")
        }
    }

    @Test func `every scenario of the gallery runs and answers`() throws {
        let folder = VirtualRun.repository.appendingPathComponent("Scenarios")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".yaml") }.sorted()

        #expect(files.count >= 7)
        for file in files {
            let path = folder.appendingPathComponent(file).path
            let text = try String(contentsOfFile: path, encoding: .utf8)
            var overrides = ScenarioOverrides(callers: text.contains("arrivals:") ? nil : 4)
            if text.contains("for: ") { overrides.duration = "5s" }
            let library = ScenarioFile.library(for: path)
            let scenario = try ScenarioFile.load(path: path, overrides: overrides).get()

            let run = try VirtualRun(scenario, library: library, link: .lan)

            for (index, calls) in run.calls.enumerated() {
                let name = "\(file), \(scenario.paths[index].name)"
                #expect(!calls.isEmpty, "\(name) placed no call")
                #expect(
                    calls.allSatisfy { $0.outcome == .completed }, "\(name): \(calls.map(\.reason))"
                )
                let asked = run.turns[index].filter { $0.expect == .response }
                #expect(asked.contains { $0.outcome == .answered }, "\(name) was never answered")
            }
        }
    }
}

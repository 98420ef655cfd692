import Foundation
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension LiveRuns {
    @Suite(.serialized) struct AgentProcessTests {
        @Test func `READY is all of stdout, and every address in it answers`() async throws {
            let bench = try Workbench()
            let (agent, addresses) = try await bench.startAgent("--truth", "truth.jsonl")
            #expect(Set(addresses.keys).isSuperset(of: ["ws", "binary", "rtp"]))
            let paths = """
                paths:
                  ws: {transport: websocket, dialect: openai-realtime, url: "\(addresses["ws"] ?? "")"}
                  binary: {transport: websocket, dialect: binary, url: "\(addresses["binary"] ?? "")"}
                  rtp: {transport: rtp, codec: pcmu, url: "\(addresses["rtp"] ?? "")"}

                """
            try bench.write("order: together\n" + ShortScenario.yaml(paths: paths), to: "s.yaml")

            let result = try await bench.run("run", "s.yaml", "--db", "store.sqlite", "--json", "-")
            agent.send(SIGTERM)
            let ended = try await agent.wait(limit: .seconds(10))

            #expect([0, 4].contains(result.code), "\(result)")
            let summary = try Summary(result.output)
            for path in ["ws", "binary", "rtp"] {
                #expect(summary["paths", path, "calls", "completed"] as? Int == 2, "\(path)")
            }
            #expect(ended.end == .exit(0), "\(ended)")
            #expect(ended.output.split(separator: "\n").count == 1)
            let notes = try truth(try bench.text(of: "truth.jsonl"))
            #expect(notes.isWhole)
            #expect(Set(notes.lines.map(\.call)).count == 6)
            let events = Set(notes.lines.map(\.event))
            #expect(
                events.isSuperset(of: [
                    "call_start", "speech_start", "speech_end", "turn_taken", "reply_first_packet",
                    "reply_first_audible", "reply_last_audible", "reply_last_packet", "call_end",
                ]))
        }

        @Test func `the end of stdin ends it`() async throws {
            let bench = try Workbench()
            let (agent, _) = try await bench.startAgent()

            try agent.closeInput()
            let ended = try await agent.wait(limit: .seconds(10))

            #expect(ended.end == .exit(0), "\(ended)")
        }

        @Test func `the truth of an agent that was killed has no torn line but the last`()
            async throws
        {
            let bench = try Workbench()
            let (agent, addresses) = try await bench.startAgent("--truth", "truth.jsonl")
            try bench.write(
                ShortScenario.endless(
                    paths: """
                        paths:
                          rtp: {transport: rtp, codec: pcmu, url: "\(addresses["rtp"] ?? "")"}

                        """), to: "s.yaml")

            let run = try bench.start(
                "run", "s.yaml", "--callers", "20", "--db", "store.sqlite", "--quiet"
            )
            let hasBegun = try await eventually(within: .seconds(20)) {
                let text = (try? bench.text(of: "truth.jsonl")) ?? ""
                return text.contains("reply_last_packet")
            }
            agent.send(SIGKILL)
            _ = try await agent.wait()
            run.send(SIGINT)
            let result = try await run.wait(limit: .seconds(20))

            #expect(hasBegun)
            #expect(result.end == .exit(130), "\(result)")
            let notes = try truth(try bench.text(of: "truth.jsonl"))
            #expect(notes.isWhole)
            #expect(notes.lines.contains { $0.event == "turn_taken" })
        }

        private struct Note {
            let call: String
            let turn: Int
            let event: String
            let mono: Int64
        }

        /// Lines of a truth log, each of them JSON with the keys of the contract.
        private func truth(_ text: String) throws -> (lines: [Note], isWhole: Bool) {
            let lines = try text.split(separator: "\n").map { line in
                let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
                let fields = try #require(object as? [String: Any])
                return Note(
                    call: try #require(fields["call"] as? String),
                    turn: try #require(fields["turn"] as? Int),
                    event: try #require(fields["event"] as? String),
                    mono: try #require(fields["mono_ns"] as? NSNumber).int64Value
                )
            }
            // One call's events come in order, whatever the others do meanwhile.
            for (call, notes) in Dictionary(grouping: lines, by: \.call) {
                let starts = notes.filter { $0.event == "turn_taken" }.map(\.mono)
                #expect(starts == starts.sorted(), "call \(call)")
                #expect(notes.first?.event == "call_start")
                #expect(notes.allSatisfy { $0.mono > 0 })
            }
            return (lines, text.hasSuffix("\n"))
        }
    }
}

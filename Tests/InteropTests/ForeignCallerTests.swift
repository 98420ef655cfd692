import Foundation
import Testing

extension Interop {
    /// The reference agent, and callers that this project did not write.
    @Suite(.serialized) struct ForeignCallerTests {
        /// What a caller's script prints.
        struct Report {
            let fields: [String: Any]
            let result: Program.Result

            init(_ result: Program.Result) throws {
                self.result = result
                let object = try? JSONSerialization.jsonObject(with: Data(result.output.utf8))
                fields = try #require(object as? [String: Any], "\(result)")
            }

            subscript(name: String) -> Double? { fields[name] as? Double }
            var events: Set<String> { Set(fields["events"] as? [String] ?? []) }
        }

        private static func expectTalk(
            _ report: Report, sourceLocation: SourceLocation = #_sourceLocation
        ) {
            let all = "\(report.result)"
            #expect(report.result.code == 0, "\(all)", sourceLocation: sourceLocation)
            let figures = [("first_audio_ms", Talk.firstAudio), ("cut_ms", Talk.cut)]
            for (name, bounds) in figures {
                #expect(
                    report[name].map { bounds.contains($0) } == true, "\(name): \(all)",
                    sourceLocation: sourceLocation)
            }
        }

        private static let told: Set = [
            "session.created", "input_audio_buffer.speech_started",
            "input_audio_buffer.speech_stopped", "response.created", "output_audio_buffer.started",
            "output_audio_buffer.cleared", "response.done",
        ]

        @Test func `aiortc calls the agent by every kind of signalling`() async throws {
            let bench = try Bench()
            let (agent, urls) = try await bench.agent("--truth", "truth.jsonl")
            func call(_ url: String?, _ arguments: String...) throws -> Program {
                try bench.python("aiortc_caller.py", [url ?? ""] + arguments)
            }
            let channel = ["--channel", "oai-events"]
            let whip = try call(
                urls["whip"], "--signalling", "whip", "--trickle", "--header", "X-Talkover-Call=77")
            let calls = try call(
                urls["sdp_post"], "--signalling", "sdp-post", channel[0], channel[1])
            let offer = try call(urls["json_offer"], channel[0], channel[1])
            // The agent has to open DTLS' handshake here, as in no other call.
            let passive = try call(
                urls["json_offer"], "--setup", "passive", channel[0], channel[1])

            for (caller, status) in [(whip, 200.0), (calls, 200), (offer, nil), (passive, nil)] {
                let report = try Report(try await caller.wait(limit: .seconds(45)))
                Self.expectTalk(report)
                #expect(report["end_status"] == status, "\(report.result)")
                #expect((report["setup_ms"] ?? .infinity) < 5_000, "\(report.result)")
                let events: Set<String> = caller === whip ? [] : Self.told
                #expect(
                    report.events.isSuperset(of: events), "\(events.subtracting(report.events))")
            }
            let ended = try await agent.end()
            #expect(ended.code == 0 && ended.errors.isEmpty, "\(ended)")
            let truth = try bench.text(of: "truth.jsonl")
            for event in ["call_start", "barge_in_detected", "call_end"] {
                #expect(truth.matches(of: try Regex("\"\(event)\"")).count == 4, "\(event)")
            }
            #expect(truth.contains("\"call\":\"77\""))
        }

        @Test func `a person's browser hears the agent through its page, and silences it`()
            async throws
        {
            try Interop.require(
                "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
            let bench = try Bench()
            let (agent, urls) = try await bench.agent("--truth", "truth.jsonl")
            let offer = try #require(urls["json_offer"].flatMap { URL(string: $0) })
            let page = try #require(URL(string: "/", relativeTo: offer)).absoluteString

            let caller = try bench.python("chromium_caller.py", [page])
            let report = try Report(try await caller.wait(limit: .seconds(60)))
            Self.expectTalk(report)
            // Speech has peaks of some tenths of full scale.
            #expect((report["peak_level"] ?? 0) > 0.03, "\(report.result)")
            let heard = report.fields["agent_ms"] as? [[Double]] ?? []
            #expect(heard.count >= 2, "an answer, and one to the interruption: \(report.result)")

            // The page has said goodbye before its agent was told to go.
            let hasEnded = try await eventually {
                try bench.text(of: "truth.jsonl").contains("\"call_end\"")
            }
            #expect(hasEnded)
            #expect(try await agent.end().code == 0)
        }
    }
}

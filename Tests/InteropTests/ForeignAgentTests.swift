import Foundation
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension Interop {
    /// Our callers, and aiortc as the agent.
    @Suite(.serialized) struct ForeignAgentTests {
        private static let bearer = ["INTEROP_TOKEN": "sesame"]

        private static func path(_ name: String, _ url: String?, _ keys: String) -> String {
            "\(name): {transport: webrtc, url: \"\(url ?? "")\", \(keys), auth: {bearer: INTEROP_TOKEN}}"
        }

        @Test func `aiortc is called by every kind of signalling, heard, and silenced`()
            async throws
        {
            let bench = try Bench()
            let (agent, urls) = try await bench.aiortcAgent("--bearer", "sesame")
            let events = "signalling: json-offer, dialect: openai-realtime"
            let scenario = Talk.scenario([
                Self.path("json", urls["offer"], "\(events), codec: opus"),
                Self.path("whip", urls["whip"], "signalling: whip, codec: opus"),
                Self.path("calls", urls["calls"], "signalling: sdp-post, codec: opus"),
                // The offerer is DTLS' client here, and SRTP's profile the older one, as in no
                // other call.
                Self.path(
                    "passive", urls["offer"],
                    "\(events), codec: pcmu, signalling_fields: {setup: passive, srtp: cm}"),
            ])

            let run = try await bench.run(scenario, environment: Self.bearer)
            let log = try await agent.end().errors

            // Busy hosts make a run invalid; what was heard counts all the same.
            #expect([0, 4].contains(run.code), "\(run)")
            for name in ["json", "whip", "calls", "passive"] {
                let path = try run.path(name)
                Talk.expectTalk(path)
                Talk.expectSetup(path)
                #expect(path.routes == ["host/host": 2], "\(path)")
                #expect(path.hearing == "decode")
                // In aiortc's receiver reports.
                #expect(path.rate("remote_loss") == 0, "\(path)")
                // The agent tells of what it hears where there is a channel for it.
                #expect((path["signal_latency"] == nil) == (name == "whip"), "\(path)")
            }
            let notes = log.split(separator: "\n")
            func count(_ event: String) -> Int {
                notes.count { $0.contains("\"event\": \"\(event)\"") }
            }
            #expect(count("call") == 8)
            // Of WHIP and of sdp-post, whose sessions are ended by a request.
            #expect(count("hangup") == 4, "\(log)")
        }

        @Test func `a call that cannot be is failed by the step that failed`() async throws {
            let bench = try Bench()
            let (agent, urls) = try await bench.aiortcAgent("--bearer", "sesame")
            let whip = Self.path("whip", urls["whip"], "signalling: whip")
            let wrong = Self.path(
                "wrong", urls["offer"],
                "signalling: json-offer, signalling_fields: {fingerprint: wrong}")

            async let refused = bench.run(
                Talk.scenario([whip]), environment: ["INTEROP_TOKEN": "open sesame"])
            async let forged = bench.run(Talk.scenario([wrong]), environment: Self.bearer)

            let stranger = try await refused
            Talk.expectFailure(try stranger.path("whip"), "signalling_401")
            #expect(stranger.code == 5, "\(stranger)")
            let impostor = try await forged
            Talk.expectFailure(try impostor.path("wrong"), "dtls_fingerprint")
            #expect(impostor.code == 5, "\(impostor)")
            try await agent.end()
        }

        @Test func `an agent that goes away in a call is told from one that hangs up`() async throws
        {
            let bench = try Bench()
            let (killed, killedURLs) = try await bench.aiortcAgent()
            let (ended, endedURLs) = try await bench.aiortcAgent()
            let long = """
                dialogue:
                  - say: opening_hours
                    expect: response
                  - pause: 40s
                  - hang_up

                """
            func begin(_ urls: [String: String]) throws -> RunUnderWay {
                let path =
                    "whip: {transport: webrtc, url: \"\(urls["whip"] ?? "")\", signalling: whip}"
                return try bench.begin(Talk.scenario([path], dialogue: long))
            }
            let runs = (killed: try begin(killedURLs), ended: try begin(endedURLs))
            for agent in [killed, ended] {
                let isAnswering = try await eventually(within: .seconds(20)) {
                    agent.errors.matches(of: /response\.created/).count == 2
                }
                try #require(isAnswering, "\(agent.errors)")
            }
            // Until that is heard.
            try await Task.sleep(for: .seconds(1))
            killed.send(SIGKILL)
            ended.send(SIGTERM)

            let farewell = try await runs.ended.finished()
            Talk.expectFailure(try farewell.path("whip"), "closed_by_agent")
            // Nobody says so when a process is killed: RFC 7675 asks for 30 s of patience.
            let silence = try await runs.killed.finished()
            Talk.expectFailure(try silence.path("whip"), "ice_consent_lost")
            for run in [farewell, silence] {
                #expect(try run.path("whip").connected == 2, "\(run)")
                #expect(try run.path("whip")["first_audio"]?.count == 2, "\(run)")
            }
        }
    }
}

import Foundation
import Testing

extension Interop {
    /// Our callers behind coturn, and our agent.
    @Suite(.serialized) struct RelayTests {
        private static let agent = """
            agent:
              embedded:
                endpointing: 300ms
                think: 120ms
                barge_in: {policy: cut, after: 100ms}

            """

        private static func path(
            _ name: String, _ relay: String, password: String, agent: String = ""
        ) -> String {
            let server = "{urls: \"\(relay)\", username: user, credential: {env: \(password)}}"
            return "\(name): {transport: webrtc, \(agent)ice_transport: relay, "
                + "ice_servers: [\(server)]}"
        }

        private static let passwords = ["RIGHT": "p4ssword", "WRONG": "passw0rd"]

        @Test func `calls through a relay alone, over UDP and over TCP`() async throws {
            let bench = try Bench()
            let (relay, urls) = try await bench.coturn("user", "p4ssword")
            let (foreign, places) = try await bench.aiortcAgent()
            // With WHIP the offer goes out at once, and the relay's address after it.
            let whip = "url: \"\(places["whip"] ?? "")\", signalling: whip, "
            let paths = ["udp", "tcp"].flatMap { name in
                ["", whip].map { agent in
                    Self.path(
                        name + (agent.isEmpty ? "" : "_whip"), urls[name] ?? "", password: "RIGHT",
                        agent: agent)
                }
            }
            let run = try await bench.run(
                Talk.scenario(paths, agent: Self.agent), environment: Self.passwords)
            try await relay.end()
            let log = try await foreign.end().errors

            #expect([0, 4].contains(run.code), "\(run)")
            for name in ["udp", "tcp", "udp_whip", "tcp_whip"] {
                let path = try run.path(name)
                Talk.expectTalk(path)
                Talk.expectSetup(path)
                #expect(path.routes == ["relay/host": 2], "\(path)")
                // No check was lost, which would be sent again after half a second.
                #expect((path["setup_ice"]?.least ?? .infinity) < 450, "\(path)")
            }
            #expect(log.matches(of: /"trickle"/).count >= 4, "\(log)")
        }

        @Test func `a relay that refuses or is not there fails the call by that name`() async throws
        {
            let bench = try Bench()
            let (relay, urls) = try await bench.coturn("user", "p4ssword")
            // coturn itself is at the port, so that its neighbour is unlikely to be anybody's.
            let port = try #require(urls["udp"]?.split(separator: ":").last.flatMap { Int($0) })
            let dead = "turn:127.0.0.1:\(port + 1)"
            let paths = [
                Self.path("wrong_udp", urls["udp"] ?? "", password: "WRONG"),
                Self.path("wrong_tcp", urls["tcp"] ?? "", password: "WRONG"),
                Self.path("dead_udp", dead, password: "RIGHT"),
                Self.path("dead_tcp", "\(dead)?transport=tcp", password: "RIGHT"),
            ]
            let run = try await bench.run(
                Talk.scenario(paths, agent: Self.agent), environment: Self.passwords)
            try await relay.end()

            #expect(run.code == 5, "\(run)")
            Talk.expectFailure(try run.path("wrong_udp"), "turn_allocate_401")
            Talk.expectFailure(try run.path("wrong_tcp"), "turn_allocate_401")
            Talk.expectFailure(try run.path("dead_udp"), "turn_silent")
            Talk.expectFailure(try run.path("dead_tcp"), "turn_unreachable")
        }
    }
}

extension Bench {
    /// Starts coturn on a free port and waits until it serves.
    func coturn(_ user: String, _ password: String) async throws -> (Program, [String: String]) {
        try Interop.require("turnserver")
        let script = URL(fileURLWithPath: Interop.peer("coturn.sh"))
        let relay = try Program(script, ["0", user, password], in: self)
        return (relay, try await relay.ready())
    }
}

import Analysis
import Foundation
import Testing
import Timeline

/// Live runs one after another: they share two cores, and each measures time.
@Suite(.serialized) struct LiveRuns {}

/// One scenario against targets that misbehave, beside paths that do not.
enum HostileScenario {
    static func yaml(_ paths: [String], turnTimeout: String = "2s", callers: Int = 2) -> String {
        """
        name: hostile
        order: together
        turn_timeout: \(turnTimeout)
        control: 0
        agent: {embedded: {endpointing: 200ms, think: 50ms, reply: [yes_please]}}
        paths:
        \(paths.map { "  " + $0 }.joined(separator: "\n"))
        load: {callers: \(callers), ramp: 0s}
        dialogue:
          - {say: yes_please, expect: response}
          - hang_up
        """
    }

    static let good = [
        "good_ws: {transport: websocket, dialect: binary, codec: pcm16}",
        "good_rtp: {transport: rtp, codec: pcmu}",
    ]

    static func webSocket(
        _ name: String, _ port: UInt16, dialect: String = "openai-realtime", codec: String = "pcm16"
    ) -> String {
        "\(name): {transport: websocket, dialect: \(dialect), codec: \(codec), "
            + "url: \"ws://127.0.0.1:\(port)/call\"}"
    }

    /// A path whose good calls must have come through, whatever its neighbours met.
    static func expectGood(_ run: LiveRun, callers: Int = 2) throws {
        for name in ["good_ws", "good_rtp"] {
            let path = try run.path(name)
            #expect(path.calls.map(\.outcome) == Array(repeating: .completed, count: callers))
            #expect(path.turns.map(\.outcome) == Array(repeating: .answered, count: callers))
        }
    }
}

extension LiveRuns {
    @Suite(.serialized) struct HostileTargetTests {
        @Test func `a target that cannot be reached is named, and the others are measured`()
            async throws
        {
            let closed = try RawSocket(.stream)
            let closedPort = try closed.bindAnywhere()  // bound and never listened on
            let closedUDP: UInt16 = try RawSocket(.datagram).bindAnywhere()
            let deaf = try RawSocket(.datagram)
            let deafPort = try deaf.bindAnywhere()
            let hole = try HostileServer { $0.drain(milliseconds: 20_000) }
            let mail = try HostileServer { connection in
                connection.send(Array("220 mail.example.com ESMTP\r\n\r\n".utf8))
                connection.drain(milliseconds: 500)
            }
            let answers = try [401, 404, 500].map { code in
                try HostileServer { connection in
                    guard connection.readRequest() != nil else { return }
                    connection.send(
                        Array("HTTP/1.1 \(code) No\r\nContent-Length: 2\r\n\r\nno".utf8))
                    connection.drain(milliseconds: 500)
                }
            }
            let shut = try HostileServer { _ = $0.readRequest() }
            let paths =
                HostileScenario.good + [
                    HostileScenario.webSocket("refused", closedPort),
                    "refused_rtp: {transport: rtp, codec: pcmu, url: \"rtp://127.0.0.1:\(closedUDP)\"}",
                    "deaf_rtp: {transport: rtp, codec: pcmu, url: \"rtp://127.0.0.1:\(deafPort)\"}",
                    HostileScenario.webSocket("black_hole", hole.port),
                    HostileScenario.webSocket("mail", mail.port),
                    HostileScenario.webSocket("http_401", answers[0].port),
                    HostileScenario.webSocket("http_404", answers[1].port),
                    HostileScenario.webSocket("http_500", answers[2].port),
                    HostileScenario.webSocket("shut", shut.port),
                ]

            let run = try await LiveRun(HostileScenario.yaml(paths))

            // Over budget comes first where this host is busy.
            #expect([4, 5].contains(run.ending.status), "\(run.ending.errors)")
            try HostileScenario.expectGood(run)
            let reasons = [
                "refused": "connection_refused", "refused_rtp": "connection_refused",
                "deaf_rtp": "no_media", "black_hole": "timeout", "mail": "upgrade_refused",
                "http_401": "upgrade_refused_401", "http_404": "upgrade_refused_404",
                "http_500": "upgrade_refused_500", "shut": "closed_by_agent",
            ]
            for (path, reason) in reasons.sorted(by: { $0.key < $1.key }) {
                let calls = try run.calls(path)
                #expect(calls.map(\.reason) == [reason, reason], "\(path)")
                #expect(calls.allSatisfy { $0.connected == nil }, "\(path)")
                let failed = run.value("paths", path, "calls", "failed") as? [String: Int]
                #expect(failed == [reason: 2], "\(path)")
            }
            withExtendedLifetime((closed, deaf, hole, mail, answers, shut)) {}
        }

        @Test(arguments: [true, false])
        func `a target that misbehaves in the call costs its own calls and no others`(
            endsCalls: Bool
        ) async throws {
            let cases = try endsCalls ? HostileCase.endings() : HostileCase.lasting()
            let paths = HostileScenario.good + cases.map(\.yaml)

            let run = try await LiveRun(HostileScenario.yaml(paths))

            #expect(
                [0, 4].contains(run.ending.status), "\(run.ending.status) \(run.ending.errors)")
            try HostileScenario.expectGood(run)
            for one in cases {
                let path = try run.path(one.name)
                #expect(path.calls.count == 2, "\(one.name)")
                #expect(path.calls.allSatisfy { $0.connected != nil }, "\(one.name)")
                let refused = path.calls.map(\.media.packetsRefused)
                switch one.expected {
                case .fails(let reason):
                    #expect(path.calls.map(\.reason) == [reason, reason], "\(one.name)")
                    #expect(path.turns.allSatisfy { $0.outcome == .abandoned }, "\(one.name)")
                case .silent:
                    #expect(path.calls.allSatisfy { $0.outcome == .completed }, "\(one.name)")
                    #expect(path.turns.map(\.outcome) == [.unanswered, .unanswered], "\(one.name)")
                    #expect(refused == [0, 0], "\(one.name)")
                case .refuses:
                    #expect(path.calls.allSatisfy { $0.outcome == .completed }, "\(one.name)")
                    #expect(path.turns.map(\.outcome) == [.unanswered, .unanswered], "\(one.name)")
                    #expect(refused.allSatisfy { $0 > 0 }, "\(one.name)")
                    let told = run.value("paths", one.name, "packets_refused") as? Int
                    #expect(told == refused.reduce(0, +), "\(one.name)")
                }
            }
            if !endsCalls {
                let silent = run.value("paths", "silent", "metrics", "first_audio")
                #expect((silent as? [String: Any])?["n"] as? Int == 2)
                #expect((silent as? [String: Any])?["censored"] as? Int == 2)
            }
            withExtendedLifetime(cases) {}
        }

        @Test func `a flood of tiny frames is survived, and said to have cost accuracy if it did`()
            async throws
        {
            let flood = try HostileServer(upgraded: { connection in
                let burst = (0..<2_000).flatMap { index in
                    index % 2 == 0 ? Frame.text("{}") : Frame.make(0x89, [1])
                }
                let end = Date().addingTimeInterval(2)
                while Date() < end, connection.send(burst) {
                    guard connection.receive(within: 1) != nil else { return }
                }
                connection.drain(milliseconds: 10_000)
            })
            let paths =
                HostileScenario.good + [
                    HostileScenario.webSocket("flood", flood.port)
                ]

            let run = try await LiveRun(HostileScenario.yaml(paths))

            #expect([0, 4].contains(run.ending.status), "\(run.ending.errors)")
            for name in ["good_ws", "good_rtp"] {
                let calls = try run.calls(name)
                #expect(calls.allSatisfy { $0.outcome == .completed }, "\(name)")
            }
            let calls = try run.calls("flood")
            #expect(calls.count == 2)
            #expect(calls.allSatisfy { $0.connected != nil && $0.ended != nil })
            #expect(calls.allSatisfy { $0.media.packetsRefused > 1_000 || $0.outcome == .failed })
            withExtendedLifetime(flood) {}
        }
    }
}

/// One way to misbehave behind an upgrade, and what is to come of it.
struct HostileCase {
    enum Expected { case fails(String), silent, refuses }

    let name: String
    let server: HostileServer
    let dialect: String
    let expected: Expected

    var yaml: String { HostileScenario.webSocket(name, server.port, dialect: dialect) }

    private init(
        _ name: String, _ expected: Expected, dialect: String = "openai-realtime",
        _ manner: @escaping @Sendable (RawSocket) -> Void
    ) throws {
        self.name = name
        self.expected = expected
        self.dialect = dialect
        server = try HostileServer(upgraded: { connection in
            connection.drain(milliseconds: 300)
            manner(connection)
        })
    }

    /// Sends the same again and again for the whole call.
    private init(
        _ name: String, sends frames: [[UInt8]], _ expected: Expected = .refuses,
        dialect: String = "openai-realtime"
    ) throws {
        try self.init(name, expected, dialect: dialect) { connection in
            for round in 0..<400 {
                guard connection.send(frames[round % frames.count]),
                    connection.receive(within: 20) != nil
                else { return }
            }
        }
    }

    /// Those that end the call.
    static func endings() throws -> [HostileCase] {
        try [
            HostileCase("closes", .fails("closed_by_agent")) { connection in
                connection.send(Frame.make(0x88, [0x03, 0xF3]))
                connection.drain(milliseconds: 500)
            },
            HostileCase("drops", .fails("closed_by_agent")) { _ in },
            HostileCase("resets", .fails("closed_by_agent")) { $0.resetOnClose() },
            HostileCase("half_frame", .fails("closed_by_agent")) {
                $0.send([0x82, 0x7E, 0x10, 0x00, 1])
            },
            HostileCase("reserved_opcode", .fails("protocol")) { connection in
                connection.send(Frame.make(0x83, [1, 2, 3]))
                connection.drain(milliseconds: 1_000)
            },
            // RFC 6455 §8.1: what is no UTF-8 ends the connection.
            HostileCase("truncated_utf8", .fails("protocol")) { connection in
                connection.send(Frame.make(0x81, Array("{\"type\":\"".utf8) + [0xE2, 0x82]))
                connection.drain(milliseconds: 1_000)
            },
            HostileCase("loose_fragment", .fails("protocol")) { connection in
                connection.send(Frame.make(0x80, [1, 2, 3]))
                connection.drain(milliseconds: 1_000)
            },
            HostileCase("oversized", .fails("message_too_large")) { connection in
                connection.send(Frame.text(String(repeating: "x", count: 5 << 20)))
                connection.drain(milliseconds: 1_000)
            },
            HostileCase("oversized_fragments", .fails("message_too_large")) { connection in
                let piece = [UInt8](repeating: 0x20, count: 900_000)
                for part in 0..<6 { connection.send(Frame.make(part == 0 ? 0x01 : 0x00, piece)) }
                connection.drain(milliseconds: 1_000)
            },
            HostileCase("error_and_close", .fails("closed_by_agent")) { connection in
                connection.send(Frame.text(#"{"type":"error","error":{"code":"invalid_api_key"}}"#))
                connection.send(Frame.make(0x88, [0x03, 0xF0]))
                connection.drain(milliseconds: 500)
            },
        ]
    }

    /// Those that leave it up, and say nothing that can be used.
    static func lasting() throws -> [HostileCase] {
        let garbage = (0..<600).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 5) }
        let delta =
            #"{"type":"response.output_audio.delta","response_id":"r","item_id":"i","delta":""#
        let odd = Data(garbage.prefix(599)).base64EncodedString()
        return try [
            HostileCase("silent", .silent) { $0.drain(milliseconds: 15_000) },
            HostileCase("silent_binary", .silent, dialect: "binary") {
                $0.drain(milliseconds: 15_000)
            },
            HostileCase(
                "malformed_json",
                sends: [
                    Frame.text(delta), Frame.text("{\"type\":"), Frame.text("[]"), Frame.text(""),
                    Frame.text(delta + "****\"}"), Frame.text("{\"type\":7}"),
                    Frame.text(String(repeating: "[", count: 50_000)),
                ]
            ),
            HostileCase("binary_garbage", sends: [Frame.binary(garbage), Frame.binary([])]),
            HostileCase("odd_pcm", sends: [Frame.text(delta + odd + "\"}")]),
            HostileCase(
                "odd_binary_pcm", sends: [Frame.binary([9] + garbage.prefix(599))],
                dialect: "binary"),
            HostileCase(
                "binary_text_garbage",
                sends: [
                    Frame.text("{]"), Frame.text("nothing like JSON"),
                    Frame.text("{\"type\":\"clear\""),
                ],
                dialect: "binary"
            ),
        ]
    }
}

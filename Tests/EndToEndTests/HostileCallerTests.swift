import Analysis
import Foundation
import Testing
import Timeline

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// `talkover agent` as a process of its own.
private final class AgentProcess {
    let process: Process
    /// Its addresses by name, as READY tells them.
    let addresses: [String: String]
    private let stdin = Pipe()

    init(behaviour: String, truth: String) throws {
        process = try LiveTool.process(
            ["agent", "--port", "0", "--behaviour", behaviour, "--truth", truth]
        )
        let stdout = Pipe()
        process.standardInput = stdin
        process.standardOutput = stdout
        process.standardError = FileHandle.nullDevice
        try process.run()
        var line = Data()
        while !line.contains(UInt8(ascii: "\n")) {
            let more = stdout.fileHandleForReading.availableData
            try #require(!more.isEmpty, "the agent ended before it was ready")
            line += more
        }
        let object = try JSONSerialization.jsonObject(with: line.dropFirst("READY ".utf8.count))
        addresses = try #require(object as? [String: Any]).compactMapValues { $0 as? String }
    }

    func port(of name: String) throws -> UInt16 {
        UInt16(try #require(addresses[name].flatMap { URL(string: $0)?.port }))
    }

    var residentBytes: Int {
        let statm = try? String(
            contentsOfFile: "/proc/\(process.processIdentifier)/statm", encoding: .utf8
        )
        let pages = statm.flatMap { Int($0.split(separator: " ")[1]) } ?? 0
        return pages * Int(getpagesize())
    }

    /// Ends it as its parent's death would.
    func end() -> Int32 {
        stdin.fileHandleForWriting.closeFile()
        process.waitUntilExit()
        return process.terminationStatus
    }
}

extension LiveRuns {
    @Suite(.serialized) struct HostileCallerTests {
        @Test func `an agent that was sent garbage on every port still serves good callers`()
            async throws
        {
            let tool = try LiveTool()
            let truth = tool.place("truth.jsonl")
            let agent = try AgentProcess(
                behaviour: try tool.write(
                    "endpointing: 200ms\nthink: 50ms\nreply: [yes_please]\n", to: "agent.yaml"
                ),
                truth: truth
            )
            let (tcp, udp) = (try agent.port(of: "ws"), try agent.port(of: "rtp"))
            let began = Date()
            let halfOpen = try Self.halfOpen(200, to: tcp)
            try Self.sendHTTPGarbage(to: tcp)
            try Self.sendFrameGarbage(to: tcp)
            try Self.sendDatagrams(5_000, to: udp)

            let yaml = HostileScenario.yaml(HostileScenario.good)
            let scenario = try tool.write(yaml, to: "good.yaml")
            let store = tool.place("store.sqlite")
            for (path, name) in [("good_ws", "binary"), ("good_rtp", "rtp")] {
                let ending = try await tool.run([
                    "run", scenario, "--path", path,
                    "--target", try #require(agent.addresses[name]),
                    "--db", store, "--json", "-",
                ])
                #expect([0, 4].contains(ending.status), "\(ending.status) \(ending.errors)")
                // By their outcomes: rates leave out what a stall of this host has touched.
                let measured = try LiveRun.latest(in: store).paths
                #expect(measured.map(\.name) == [path])
                #expect(measured[0].calls.map(\.outcome) == [.completed, .completed], "\(path)")
                #expect(measured[0].turns.map(\.outcome) == [.answered, .answered], "\(path)")
            }
            // Who connects and says nothing is hung up on after ten seconds.
            let late = halfOpen.filter { connection in
                let left = max(1, 13 - Date().timeIntervalSince(began))
                return connection.receive(within: Int32(left * 1_000)) != nil
            }
            #expect(late.isEmpty, "\(late.count) of 200 are still open")
            #expect(agent.residentBytes < 400 << 20, "\(agent.residentBytes >> 20) MiB")
            #expect(agent.end() == 0)
            let log = try String(contentsOfFile: truth, encoding: .utf8)
            for line in log.split(separator: "\n") {
                let note = try? JSONSerialization.jsonObject(with: Data(line.utf8))
                #expect(note is [String: Any], "\(line)")
            }
        }

        /// Connections that begin a request and never finish it.
        private static func halfOpen(_ count: Int, to port: UInt16) throws -> [RawSocket] {
            try (0..<count).map { index in
                let connection = try RawSocket(.stream)
                try connection.connect(to: port)
                if index % 2 == 0 { connection.send(Array("GET /binary HTTP/1.1\r\nHost: a".utf8)) }
                return connection
            }
        }

        private static func sendHTTPGarbage(to port: UInt16) throws {
            let requests: [[UInt8]] = [
                Array("\u{0}\u{1}\u{2} nothing like HTTP\r\n\r\n".utf8),
                [UInt8](repeating: 0xFF, count: 200_000),
                Array("GET /\(String(repeating: "a", count: 200_000)) HTTP/1.1\r\n\r\n".utf8),
                Array("POST /binary HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n".utf8),
                Array("GET /binary HTTP/1.1\r\nUpgrade: websocket\r\n\r\n".utf8),
                Array("GET /binary HTTP/9.9\r\n\r\n".utf8),
                Array((0..<5_000).map { "X-\($0): y\r\n" }.joined().utf8),
            ]
            for request in requests {
                for _ in 0..<10 {
                    let connection = try RawSocket(.stream)
                    try connection.connect(to: port)
                    connection.send(request)
                }
            }
        }

        private static func sendFrameGarbage(to port: UInt16) throws {
            let noise = (0..<4_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
            // Unmasked, reserved, endless, a loose fragment, noise, half a message, 2 MiB.
            let frames: [[UInt8]] = [
                [0x82, 3, 1, 2, 3],
                [0x83, 0x80, 0, 0, 0, 0],
                [0x82, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0],
                [0x80, 0x81, 0, 0, 0, 0, 65],
                noise,
                [0x81, 0x84, 0, 0, 0, 0] + Array("{\"a\"".utf8),
                [0x82, 0xFF, 0, 0, 0, 0, 0, 0x20, 0, 0, 0, 0, 0, 0]
                    + [UInt8](repeating: 7, count: 2 << 20),
                (0..<3_000).flatMap { _ in [0x82, 0x81, 0, 0, 0, 0, 9] as [UInt8] },
            ]
            for (index, frame) in frames.enumerated() {
                for target in ["/binary", "/v1/realtime"] {
                    let connection = try RawSocket(.stream)
                    try connection.connect(to: port)
                    let request =
                        "GET \(target) HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n"
                        + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                        + "X-Talkover-Call: ../\(index)\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
                    connection.send(Array(request.utf8))
                    try #require(connection.receive(within: 5_000)?.isEmpty == false)
                    connection.send(frame)
                    if index % 2 == 0 { connection.drain(milliseconds: 50) }
                }
            }
        }

        private static func sendDatagrams(_ count: Int, to port: UInt16) throws {
            let socket = try RawSocket(.datagram)
            var generator = SeededGenerator(seed: 9, stream: "garbage")
            for number in 0..<count {
                let length = Int(generator.next() % 1_473)
                var packet = (0..<length).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
                switch number % 4 {
                case 0 where length > 12: (packet[0], packet[1]) = (0x80, 0)  // RTP of µ-law
                case 1 where length > 12: (packet[0], packet[1]) = (0x90, 111)  // with an extension
                case 2 where length > 12: (packet[0], packet[1]) = (0x81, 200)  // RTCP
                default: break
                }
                // A whole 20 ms now and then: these are callers to the agent, until they idle out.
                if number % 100 == 0 {
                    packet = ToneAgent.packet(1, UInt32(number), ToneAgent.silence)
                    packet[10] = UInt8(number / 100)  // of the SSRC
                }
                socket.send(packet, to: loopback(port))
            }
        }
    }
}

import Audio
import CSockets
import Callers
import Drivers
import Foundation
import Logging
import NIOCore
import NIOPosix
import Planning
import ReferenceAgent
import Testing
import Timeline

/// Half a second of a tone, a pause of nothing behind it: speech to an energy gate.
func toneClip(_ name: String, seconds: Double = 0.5) throws -> Clip {
    let rate = 16_000
    let samples = (0..<Int(seconds * Double(rate))).map { index in
        Int16(8_000 * sin(2 * Double.pi * 300 * Double(index) / Double(rate)))
    }
    let clip = Clip(name: name, pcm: PCM(sampleRate: rate, samples: samples))
    return try #require(clip)
}

func startAgent(
    truthFile: String? = nil, host: String = "127.0.0.1", port: UInt16 = 0,
    limits: AgentDesk.Limits = AgentDesk.Limits()
) async throws -> AgentServer {
    let behaviour = AgentBehaviour(
        endpointing: .milliseconds(200), think: .fixed(.milliseconds(50)), reply: .clips(["tone"])
    )
    let library = try ReplyLibrary(behaviour: behaviour, clips: [try toneClip("tone")])
    var options = AgentServer.Options()
    options.truthFile = truthFile
    options.host = host
    options.port = port
    options.limits = limits
    return try await AgentServer.start(
        behaviour: behaviour, library: library, options: options,
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    )
}

@Suite(.serialized) struct AgentServerTests {
    @Test func `a free port is picked for each and told in the READY line`() async throws {
        let agent = try await startAgent()
        let ready = try #require(ReadyLine(parsing: agent.ready.text))
        #expect(ready == agent.ready)
        let webSocket = try AgentURL(#require(ready.webSocket))
        #expect(webSocket.target == "/v1/realtime")
        #expect(webSocket.host == "127.0.0.1")
        let binary = try AgentURL(#require(ready.binary))
        #expect(binary.port == webSocket.port)
        #expect(binary.target == "/binary")
        let rtp = try AgentURL(ready.rtp)
        #expect(rtp.port > 0)
        await agent.stop()
    }

    @Test func `a port in use is named, with what to do`() async throws {
        let first = try await startAgent()
        let tcp = try AgentURL(#require(first.ready.webSocket)).port
        let udp = try AgentURL(first.ready.rtp).port

        for (port, kind) in [(tcp, "TCP"), (udp, "UDP")] {
            do {
                let second = try await startAgent(port: port)
                await second.stop()
                Issue.record("\(kind) port \(port) was opened twice")
            } catch let problem as AgentServerProblem {
                #expect(problem.code == .portInUse)
                #expect(problem.message.contains("\(kind) port \(port) is in use"))
                #expect(problem.message.contains("--port"))
            }
        }
        await first.stop()
    }

    @Test func `an address of another host is refused`() async throws {
        do {
            let agent = try await startAgent(host: "192.0.2.1")
            await agent.stop()
            Issue.record("listened on an address of nobody")
        } catch let problem as AgentServerProblem {
            #expect(problem.code == .noSuchHost)
        }
    }

    @Test func `a truth log without a directory is refused`() async throws {
        do {
            let agent = try await startAgent(truthFile: "/nonexistent/dir/truth.jsonl")
            await agent.stop()
            Issue.record("kept a log nowhere")
        } catch let problem as AgentServerProblem {
            #expect(problem.code == .truthLog)
        }
    }

    @Test func `after stop the ports are free again`() async throws {
        let agent = try await startAgent()
        let port = try AgentURL(#require(agent.ready.webSocket)).port
        await agent.stop()
        let again = try await startAgent(port: port)
        #expect(try AgentURL(again.ready.rtp).port == port)
        await again.stop()
    }

    @Test func `garbage on every port leaves good calls as they were`() async throws {
        let file = NSTemporaryDirectory() + "talkover-truth-\(UUID().uuidString).jsonl"
        defer { try? FileManager.default.removeItem(atPath: file) }
        let agent = try await startAgent(truthFile: file)
        let port = Int(try AgentURL(#require(agent.ready.webSocket)).port)
        let host = "127.0.0.1:\(port)"

        try await send(Array("\u{0}\u{1}\u{2} nothing like HTTP \r\n\r\n".utf8), toPort: port)
        try await send([UInt8](repeating: 0xFF, count: 100_000), toPort: port)
        let unfinished = "GET /binary HTTP/1.1\r\nHost: \(host)\r\nUpgr"
        try await send(Array(unfinished.utf8), toPort: port, waits: false)
        let wrongKey =
            "GET /binary HTTP/1.1\r\nHost: \(host)\r\nConnection: Upgrade\r\n"
            + "Upgrade: websocket\r\n\r\n"
        try await send(Array(wrongKey.utf8), toPort: port, waits: false)
        for garbage in Self.frames {
            try await send(Array(Self.upgrade(host).utf8) + garbage, toPort: port, waits: false)
        }
        try sendDatagrams(to: try AgentURL(agent.ready.rtp).port)

        let call = try await runCall(
            to: try #require(agent.ready.binary), hangsUpAfter: 1,
            frame: Array(#"{"type":"start"}"#.utf8)
        )
        #expect(call.isConnected)
        #expect(!call.received.isEmpty)
        await agent.stop()
        #expect(agent.truthProblem == nil)
        let truth = try TruthJoin(file: file, clock: MonotonicClock())
        #expect(truth.unreadableLines == 0)
        #expect(truth.events["1000"]?.first?.event == .callStart)
        #expect(truth.events["1000"]?.last?.event == .callEnd)
    }

    @Test func `what is no upgrade is answered with where to go`() async throws {
        let agent = try await startAgent()
        let port = Int(try AgentURL(#require(agent.ready.webSocket)).port)
        let answer = try await send(
            Array("GET /elsewhere HTTP/1.1\r\nHost: a\r\n\r\n".utf8), toPort: port
        )
        #expect(answer.hasPrefix("HTTP/1.1 404"))
        #expect(answer.contains("/v1/realtime"))
        let call = try await runCall(to: "ws://127.0.0.1:\(port)/elsewhere")
        #expect(call.failure?.code == "upgrade_refused_404")
        #expect(call.failure?.detail.contains("404") == true)
        await agent.stop()
    }

    @Test func `what is no HTTP is answered with 400, however much of it comes`() async throws {
        let agent = try await startAgent()
        let port = Int(try AgentURL(#require(agent.ready.webSocket)).port)
        let binary = try await send([0, 1, 2, 3], toPort: port)
        #expect(binary.hasPrefix("HTTP/1.1 400"))
        let endless = "GET /binary HTTP/1.1\r\nX: " + String(repeating: "x", count: 40_000)
        let long = try await send(Array(endless.utf8), toPort: port)
        #expect(long.hasPrefix("HTTP/1.1 400"))
        await agent.stop()
    }

    @Test func `a frame without a mask is answered with close 1002`() async throws {
        let agent = try await startAgent()
        let port = Int(try AgentURL(#require(agent.ready.webSocket)).port)
        let request = Array(Self.upgrade("127.0.0.1:\(port)").utf8)
        let answer = try await send(request + [0x82, 0x01, 9], toPort: port)
        #expect(answer.hasPrefix("HTTP/1.1 101"))
        #expect(answer.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="))
        // 0x88 and 0xEA are no UTF-8 here.
        #expect(answer.hasSuffix("\u{FFFD}\u{2}\u{3}\u{FFFD}"))
        await agent.stop()
    }

    // MARK: Garbage

    private static func upgrade(_ host: String) -> String {
        "GET /binary HTTP/1.1\r\nHost: \(host)\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    }

    /// Unmasked, of a reserved opcode, too long, a continuation of nothing, random, no audio.
    private static let frames: [[UInt8]] = [
        [0x82, 0x03, 1, 2, 3],
        [0x83, 0x80, 0, 0, 0, 0],
        [0x82, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0],
        [0x80, 0x81, 0, 0, 0, 0, 65],
        (0..<5_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) },
        [0x81, 0x84, 0, 0, 0, 0] + Array("{\"a\"".utf8),
        [0x82, 0x80, 0, 0, 0, 0],
    ]

    private func sendDatagrams(to port: UInt16) throws {
        var peer = talkover_address()
        try #require(talkover_address_make("127.0.0.1", port, &peer) == 0)
        let stranger = try LoopbackPeer()
        for count in [0, 1, 2, 11, 12, 13, 200, 1_500, 60_000] {
            stranger.send([UInt8](repeating: 0x80, count: count), to: peer)
            stranger.send((0..<count).map { UInt8(truncatingIfNeeded: $0 &* 97) }, to: peer)
        }
        // RTCP of nobody, RTP of a payload type that has no codec.
        stranger.send([0x80, 203, 0, 1, 0, 0, 0, 9], to: peer)
        stranger.send([0x80, 35, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9, 1, 2, 3], to: peer)
    }

    /// Sends bytes over TCP; returns what came back until the agent closed, where that is waited
    /// for.
    @discardableResult
    private func send(
        _ bytes: [UInt8], toPort port: Int, waits: Bool = true
    ) async throws -> String {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let answer = loop.makePromise(of: String.self)
        let channel = try await ClientBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AnswerHandler(answer))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        // The agent may have closed before everything was written.
        try? await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get()
        if !waits { channel.close(promise: nil) }
        return try await answer.futureResult.get()
    }
}

private final class AnswerHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let answer: EventLoopPromise<String>
    private var text = ""

    init(_ answer: EventLoopPromise<String>) { self.answer = answer }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        text += String(buffer: Self.unwrapInboundIn(data))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { answer.succeed(text) }
}

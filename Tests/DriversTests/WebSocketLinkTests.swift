import Callers
import Foundation
import NIOCore
import NIOPosix
import Testing
import Timeline

@testable import Drivers

/// A server that answers the upgrade, with a proof of its own or with the right one, and says at
/// once whatever bytes a test wants said.
private final class ScriptedAgent: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let proof: String?
    private let said: [UInt8]
    private let portion: Int
    private var request = ""
    private var isAnswered = false

    init(proof: String?, said: [UInt8], portion: Int) {
        self.proof = proof
        self.said = said
        self.portion = portion
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isAnswered else { return }
        request += String(buffer: Self.unwrapInboundIn(data))
        guard request.hasSuffix("\r\n\r\n"),
            let mark = request.firstRange(of: "Sec-WebSocket-Key: ")
        else { return }
        isAnswered = true
        let key = String(request[mark.upperBound...].prefix { $0 != "\r\n" })
        let head =
            "HTTP/1.1 101 Switching Protocols\r\nupgrade: WebSocket\r\nconnection: upgrade\r\n"
            + "sec-websocket-accept: \(proof ?? HandshakeKey.accepting(key))\r\n\r\n"
        var rest = ByteBuffer(bytes: Array(head.utf8) + said)
        while let slice = rest.readSlice(length: min(portion, rest.readableBytes)),
            slice.readableBytes > 0
        {
            context.writeAndFlush(Self.wrapOutboundOut(slice), promise: nil)
        }
    }

    /// Calls a server of this kind once.
    static func call(
        proof: String? = nil, saying said: [UInt8], portion: Int = 1 << 20
    ) async throws -> CallTrace {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let listener = try await ServerBootstrap(group: group)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        ScriptedAgent(proof: proof, said: said, portion: portion)
                    )
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(listener.localAddress?.port)
        let trace = try await runCall(to: "ws://127.0.0.1:\(port)/call", hangsUpAfter: 1)
        try await group.shutdownGracefully()
        return trace
    }
}

@Suite(.serialized) struct WebSocketLinkTests {
    @Test func `a message that comes along with the upgrade is received`() async throws {
        let call = try await ScriptedAgent.call(saying: [0x82, 0x03, 7, 8, 9])
        #expect(call.failure == nil)
        #expect(call.received == [[7, 8, 9]])
    }

    @Test func `an upgrade and a message that come byte by byte are received`() async throws {
        let call = try await ScriptedAgent.call(saying: [0x82, 0x03, 7, 8, 9], portion: 1)
        #expect(call.failure == nil)
        #expect(call.received == [[7, 8, 9]])
    }

    @Test func `a wrong proof is a refused upgrade`() async throws {
        let call = try await ScriptedAgent.call(proof: "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", saying: [])
        #expect(call.failure?.code == "upgrade_refused")
        #expect(!call.isConnected)
    }

    @Test(
        arguments: [
            [0x82, 0x81, 1, 2, 3, 4, 5], [0xF2, 0x00], [0x87, 0x00], [0x00, 0x00],
            [0x89, 0x7E, 1, 0],
        ] as [[UInt8]])
    func `frames against the protocol end the call`(frame: [UInt8]) async throws {
        let call = try await ScriptedAgent.call(saying: frame)
        #expect(call.isConnected)
        #expect(call.failure?.code == "protocol")
    }

    @Test func `an agent that stops reading ends the call as stalled`() async throws {
        let agent = try await TestAgent.start(.stopsReading)
        let call = try await runCall(
            to: "ws://127.0.0.1:\(agent.port)/call", frame: [UInt8](repeating: 1, count: 600_000)
        )
        #expect(call.failure?.code == "stalled")
        try await agent.stop()
    }

    @Test func `frames larger than the kernel takes at once arrive whole`() async throws {
        let agent = try await TestAgent.start(.echo)
        let frame = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 13) }
        let call = try await runCall(
            to: "ws://127.0.0.1:\(agent.port)/call", hangsUpAfter: 5, frame: frame
        )
        #expect(call.failure == nil)
        #expect(call.received == Array(repeating: frame, count: 5))
        try await agent.stop()
    }

    @Test func `the dwell of every message is recorded`() async throws {
        let agent = try await TestAgent.start(.echo)
        let call = try await runCall(to: "ws://127.0.0.1:\(agent.port)/call")
        let dwell = try #require(call.frames[.rxDwell])
        #expect(dwell.total == 3)
        try await agent.stop()
    }
}

import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket

/// A WebSocket server that behaves as a test wants it to.
final class TestAgent: Sendable {
    /// What it does with a connection that was upgraded.
    enum Manner: Sendable {
        /// Sends every message back.
        case echo
        /// Closes after this many messages.
        case closesAfter(Int)
        /// Cuts the connection after this many messages.
        case cutsAfter(Int)
        /// Sends a binary message of this size at once.
        case floods(Int)
        /// Sends one text message in three fragments, with a ping between them.
        case fragments
        /// Sends nothing at all.
        case silent
        /// Leaves what it is sent to the kernel.
        case stopsReading
    }

    let port: Int
    /// Names of request headers and their values, of the last upgrade.
    let headers = NIOLockedValueBox<[String: String]>([:])
    /// Opcodes received, control frames included.
    let opcodes = NIOLockedValueBox<[WebSocketOpcode]>([])
    /// Whether every frame was masked.
    let isMasked = NIOLockedValueBox(true)
    private let group: MultiThreadedEventLoopGroup
    private let listener: any Channel

    private init(group: MultiThreadedEventLoopGroup, listener: any Channel) {
        self.group = group
        self.listener = listener
        port = listener.localAddress?.port ?? 0
    }

    /// Serves `/call`; other paths are refused.
    static func start(_ manner: Manner, security: NIOSSLContext? = nil) async throws -> TestAgent {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let box = NIOLockedValueBox<TestAgent?>(nil)
        let listener = try await ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let security {
                        try pipeline.addHandler(NIOSSLServerHandler(context: security))
                    }
                    let upgrader = NIOWebSocketServerUpgrader(
                        maxFrameSize: 1 << 20,
                        shouldUpgrade: { channel, head in
                            let agent = box.withLockedValue { $0 }
                            agent?.headers.withLockedValue { all in
                                for header in head.headers { all[header.name] = header.value }
                            }
                            let isKnown = head.uri.hasPrefix("/call")
                            return channel.eventLoop.makeSucceededFuture(isKnown ? [:] : nil)
                        },
                        upgradePipelineHandler: { channel, _ in
                            channel.eventLoop.makeCompletedFuture {
                                try channel.pipeline.syncOperations.addHandler(
                                    MannerHandler(manner, agent: box.withLockedValue { $0 })
                                )
                            }
                        }
                    )
                    let notFound = NotFoundHandler()
                    let bound = NIOLoopBound(notFound, eventLoop: channel.eventLoop)
                    try pipeline.configureHTTPServerPipeline(
                        withServerUpgrade: (
                            upgraders: [upgrader],
                            completionHandler: { context in
                                context.pipeline.syncOperations
                                    .removeHandler(bound.value, promise: nil)
                            }
                        )
                    )
                    try pipeline.addHandler(notFound)
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        let agent = TestAgent(group: group, listener: listener)
        box.withLockedValue { $0 = agent }
        return agent
    }

    /// Waits until a close has come, and with it all that was sent before: a call is over for the
    /// caller as soon as it has said goodbye.
    func hearClose() async throws {
        for _ in 0..<1_000 where opcodes.withLockedValue({ $0.last }) != .connectionClose {
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    func stop() async throws { try await group.shutdownGracefully() }
}

private final class NotFoundHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head = Self.unwrapInboundIn(data) else { return }
        let head = HTTPResponseHead(
            version: .http1_1, status: .notFound, headers: ["Content-Length": "0"]
        )
        context.write(Self.wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(Self.wrapOutboundOut(.end(nil)), promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if !(error is NIOWebSocketUpgradeError) { context.close(promise: nil) }
    }
}

/// Says something on its own that is no HTTP.
final class GreetingHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func channelActive(context: ChannelHandlerContext) {
        let text = ByteBuffer(string: "220 mail.example.com ESMTP\r\n\r\n")
        context.writeAndFlush(Self.wrapOutboundOut(text), promise: nil)
    }
}

private final class MannerHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    private let manner: TestAgent.Manner
    private let agent: TestAgent?
    private var messages = 0

    init(_ manner: TestAgent.Manner, agent: TestAgent?) {
        self.manner = manner
        self.agent = agent
    }

    func handlerAdded(context: ChannelHandlerContext) {
        switch manner {
        case .floods(let count):
            send(.binary, ByteBuffer(repeating: 7, count: count), context)
        case .fragments:
            send(.text, ByteBuffer(string: "one "), context, fin: false)
            send(.ping, ByteBuffer(string: "still there?"), context)
            send(.continuation, ByteBuffer(string: "two "), context, fin: false)
            send(.continuation, ByteBuffer(string: "three"), context)
        case .stopsReading:
            context.channel.setOption(.autoRead, value: false).whenFailure { _ in }
        case .echo, .closesAfter, .cutsAfter, .silent: break
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = Self.unwrapInboundIn(data)
        agent?.opcodes.withLockedValue { $0.append(frame.opcode) }
        if frame.maskKey == nil { agent?.isMasked.withLockedValue { $0 = false } }
        switch frame.opcode {
        case .text, .binary: receive(frame, context)
        case .ping: send(.pong, frame.unmaskedData, context)
        case .connectionClose:
            send(.connectionClose, frame.unmaskedData, context)
            context.close(promise: nil)
        default: break
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func receive(_ frame: WebSocketFrame, _ context: ChannelHandlerContext) {
        messages += 1
        switch manner {
        case .echo: send(frame.opcode, frame.unmaskedData, context)
        case .closesAfter(let limit) where messages >= limit:
            var code = ByteBuffer()
            code.write(webSocketErrorCode: .goingAway)
            send(.connectionClose, code, context)
        case .cutsAfter(let limit) where messages >= limit: context.close(promise: nil)
        case .closesAfter, .cutsAfter, .floods, .fragments, .silent, .stopsReading: break
        }
    }

    private func send(
        _ opcode: WebSocketOpcode, _ data: ByteBuffer, _ context: ChannelHandlerContext,
        fin: Bool = true
    ) {
        let frame = WebSocketFrame(fin: fin, opcode: opcode, data: data)
        context.writeAndFlush(Self.wrapOutboundOut(frame), promise: nil)
    }
}

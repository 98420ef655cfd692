import Dialects
import Foundation
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import NIOSSL
import Testing

@testable import Drivers

/// Plays the server's side of one case at a time, and judges as the suite does.
final class FuzzingServer: Sendable {
    let port: Int
    private let group: MultiThreadedEventLoopGroup
    private let current = NIOLockedValueBox<(AutobahnCase, EventLoopPromise<String?>)?>(nil)

    private init(group: MultiThreadedEventLoopGroup, port: Int) {
        self.group = group
        self.port = port
    }

    static func start(security: NIOSSLContext? = nil) async throws -> FuzzingServer {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let box = NIOLockedValueBox<FuzzingServer?>(nil)
        let listener = try await ServerBootstrap(group: group)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let security {
                        try pipeline.addHandler(NIOSSLServerHandler(context: security))
                    }
                    let asked = box.withLockedValue { $0?.current.withLockedValue { $0 } }
                    guard let (next, verdict) = asked else { throw ChannelError.alreadyClosed }
                    try pipeline.addHandler(FuzzingHandler(next, verdict: verdict))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let server = FuzzingServer(group: group, port: listener.localAddress?.port ?? 0)
        box.withLockedValue { $0 = server }
        return server
    }

    /// Plays a case against whoever calls next.
    ///
    /// - Returns: what was wrong with the caller; `nil` is a pass.
    func play(_ next: AutobahnCase, calling call: () async throws -> Void) async throws -> String? {
        let verdict = group.next().makePromise(of: String?.self)
        current.withLockedValue { $0 = (next, verdict) }
        let deadline = group.next().scheduleTask(in: .seconds(60)) {
            verdict.succeed("no end within a minute")
        }
        try await call()
        let result = try await verdict.futureResult.get()
        deadline.cancel()
        return result
    }

    func stop() async throws { try await group.shutdownGracefully() }
}

private final class FuzzingHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let played: AutobahnCase
    private let verdict: EventLoopPromise<String?>
    private var request = ""
    private var isUpgraded = false
    private var reader = FrameReader(
        readsClient: true, frameBound: 16 << 20, messageBound: 16 << 20)
    private var events: [AutobahnCase.Event] = []
    private var rounds = 0
    private var closeCode: UInt16?
    private var hasAnsweredClose = false
    private var problem: String?

    init(_ played: AutobahnCase, verdict: EventLoopPromise<String?>) {
        self.played = played
        self.verdict = verdict
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = Self.unwrapInboundIn(data)
        guard isUpgraded else {
            upgrade(String(buffer: bytes), context)
            return
        }
        do throws(FrameReader.Problem) {
            try bytes.withUnsafeMutableReadableBytes { room throws(FrameReader.Problem) in
                var rest = room
                while let piece = try reader.next(&rest) { take(piece, context) }
            }
        } catch {
            problem = "the client's frames: \(error)"
            context.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { verdict.succeed(judge()) }

    private func upgrade(_ text: String, _ context: ChannelHandlerContext) {
        request += text
        guard request.hasSuffix("\r\n\r\n"),
            let mark = request.firstRange(of: "Sec-WebSocket-Key: ")
        else { return }
        isUpgraded = true
        let key = String(request[mark.upperBound...].prefix { $0 != "\r\n" })
        let head =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: \(HandshakeKey.accepting(key))\r\n\r\n"
        write(Array(head.utf8), context)
        say(context)
    }

    private func say(_ context: ChannelHandlerContext) {
        rounds += 1
        var rest = ByteBuffer(bytes: played.said)
        let count = played.chop == 0 ? played.said.count : played.chop
        while let slice = rest.readSlice(length: min(count, rest.readableBytes)),
            slice.readableBytes > 0
        {
            context.writeAndFlush(Self.wrapOutboundOut(slice), promise: nil)
        }
    }

    private func write(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
        context.writeAndFlush(Self.wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
    }

    private func take(_ piece: FrameReader.Piece, _ context: ChannelHandlerContext) {
        switch piece.content {
        case .message(.text): events.append(.text(Array(piece.bytes)))
        case .message(.binary): events.append(.binary(Array(piece.bytes)))
        case .pong: events.append(.pong(Array(piece.bytes)))
        case .ping: problem = "an unasked ping"
        case .close:
            hasAnsweredClose = true
            if piece.bytes.count >= 2 {
                closeCode = piece.bytes.loadUnaligned(as: UInt16.self).bigEndian
            }
            context.close(promise: nil)
            return
        }
        guard case .byServer = played.end, events == played.expected else { return }
        if rounds < played.rounds {
            events = []
            say(context)
        } else {
            write(Frames.close(1000), context)
        }
    }

    private func judge() -> String? {
        if let problem { return problem }
        guard events == played.expected else { return "other events: \(events.count)" }
        guard hasAnsweredClose else { return "closed without a word" }
        switch played.end {
        case .byServer: return closeCode == 1000 ? nil : "closed with \(describedCode)"
        case .refused(let code): return closeCode == code ? nil : "refused with \(describedCode)"
        case .answered(let codes):
            guard let closeCode else { return nil }
            return codes.contains(closeCode) ? nil : "answered with \(closeCode)"
        }
    }

    private var describedCode: String { closeCode.map { "\($0)" } ?? "no code" }
}

import Callers
import Dialects
import Logging
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import NIOSSL
import Planning
import ReferenceAgent
import Testing
import Timeline

@testable import Drivers

/// Takes WebRTC calls as a test wants them taken, and tells what it was asked.
final class ScriptedReception: PeerReception {
    enum Manner: Sendable {
        case takes
        case refuses(SignallingRefusal)
        /// Keeps the replies until they are asked for.
        case waits
    }

    enum Event: Equatable, Sendable {
        case offered(sdp: String, callName: String?, session: String?, SignallingKind)
        case trickled(id: String, String)
        case ended(String)
    }

    /// What it was asked, in order.
    let events: AsyncStream<Event>
    private let manner: Manner
    private let noted: AsyncStream<Event>.Continuation
    private let kept = NIOLockedValueBox<[@Sendable () -> Void]>([])

    init(_ manner: Manner = .takes) {
        self.manner = manner
        (events, noted) = AsyncStream.makeStream()
    }

    static let answerSDP = "v=0\r\ns=answer\r\n"

    func offer(
        _ offer: PeerOffer,
        reply: @escaping @Sendable (Result<PeerAnswer, SignallingRefusal>) -> Void
    ) {
        let isLocal = offer.local?.isLoopback == true
        let taken = PeerAnswer(sdp: Self.answerSDP, id: isLocal ? "call-1" : "stranger")
        settle {
            switch self.manner {
            case .takes, .waits: reply(.success(taken))
            case .refuses(let refusal): reply(.failure(refusal))
            }
        }
        noted.yield(
            .offered(
                sdp: offer.sdp, callName: offer.callName, session: offer.session, offer.kind
            )
        )
    }

    func trickle(
        _ id: String, fragment: String, reply: @escaping @Sendable (SignallingRefusal?) -> Void
    ) {
        settle { reply(self.refusal) }
        noted.yield(.trickled(id: id, fragment))
    }

    func end(_ id: String, reply: @escaping @Sendable (SignallingRefusal?) -> Void) {
        settle { reply(self.refusal) }
        noted.yield(.ended(id))
    }

    /// Gives the replies that were kept, from a thread of nobody's.
    func release() {
        let replies = kept.withLockedValue { all in
            defer { all = [] }
            return all
        }
        for reply in replies { NIOThreadPool.singleton.submit { _ in reply() } }
    }

    private var refusal: SignallingRefusal? {
        guard case .refuses(let refusal) = manner else { return nil }
        return refusal
    }

    private func settle(_ reply: @escaping @Sendable () -> Void) {
        guard case .waits = manner else {
            // Another thread than the agent's, as a reception may do it.
            NIOThreadPool.singleton.submit { _ in reply() }
            return
        }
        kept.withLockedValue { $0.append(reply) }
    }
}

/// The reference agent with a reception of its own; `nil` leaves it the one it has.
func startAgent(
    reception: ScriptedReception?, connections: Int = 20_000
) async throws -> (agent: AgentServer, port: Int) {
    let behaviour = AgentBehaviour(
        endpointing: .milliseconds(200), think: .fixed(.milliseconds(50)), reply: .clips(["tone"])
    )
    let library = try ReplyLibrary(behaviour: behaviour, clips: [try toneClip("tone")])
    var options = AgentServer.Options()
    options.connections = connections
    options.reception = reception
    let agent = try await AgentServer.start(
        behaviour: behaviour, library: library, options: options,
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    )
    return (agent, Int(try AgentURL(#require(agent.ready.binary)).port))
}

/// What became of an offer.
struct Signalled: Sendable {
    var answer: SignallingAnswer?
    var setup: SetupTimes?
    var failure: CallFailure?
}

/// Puts an offer and waits for what comes of it.
///
/// - Parameter afterwards: with the client, on its loop, once it has come.
func putOffer(
    _ target: SignallingTarget, sdp: String = "v=0\r\ns=offer\r\n",
    patience: Nanoseconds = .seconds(10),
    afterwards: @escaping @Sendable (SignallingClient) -> Void = { $0.cancel() }
) async throws -> Signalled {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let promise = loop.makePromise(of: Signalled.self)
    loop.execute {
        let client = SignallingClient(
            eventLoop: loop, clock: MonotonicClock(), target: target, callName: "1000"
        )
        client.offer(sdp, patience: patience) { result in
            switch result {
            case .success(let (answer, setup)):
                promise.succeed(Signalled(answer: answer, setup: setup))
            case .failure(let failure): promise.succeed(Signalled(failure: failure))
            }
            afterwards(client)
        }
    }
    return try await promise.futureResult.get()
}

/// A server that answers HTTP with whatever bytes a test wants.
final class ScriptedServer: Sendable {
    enum Reply: Sendable {
        case bytes(String)
        case last(String)
        case endless(String)
        case silence
    }

    struct Request: Sendable {
        /// Which connection it came on, counted from 0.
        var connection: Int
        /// First line and header fields.
        var head: String
        var body: String
    }

    enum Event: Sendable {
        case request(Request)
        case closed(connection: Int)
    }

    let port: Int
    /// What happened to it, in order.
    let events: AsyncStream<Event>
    private let group: MultiThreadedEventLoopGroup

    private init(group: MultiThreadedEventLoopGroup, port: Int, events: AsyncStream<Event>) {
        self.group = group
        self.port = port
        self.events = events
    }

    static func start(
        security: NIOSSLContext? = nil, reply: @escaping @Sendable (Request) -> Reply
    ) async throws -> ScriptedServer {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let (events, noted) = AsyncStream.makeStream(of: Event.self)
        let connections = NIOLockedValueBox(0)
        let listener = try await ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                let number = connections.withLockedValue { count in
                    defer { count += 1 }
                    return count
                }
                return channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let security {
                        try pipeline.addHandler(NIOSSLServerHandler(context: security))
                    }
                    try pipeline.addHandler(
                        ScriptHandler(connection: number, noted: noted, reply: reply)
                    )
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return ScriptedServer(
            group: group, port: listener.localAddress?.port ?? 0, events: events
        )
    }

    func stop() async throws { try await group.shutdownGracefully() }

    /// The request after the one it told of before.
    func nextRequest() async -> Request? {
        for await event in events {
            if case .request(let request) = event { return request }
        }
        return nil
    }
}

private final class ScriptHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let connection: Int
    private let noted: AsyncStream<ScriptedServer.Event>.Continuation
    private let reply: @Sendable (ScriptedServer.Request) -> ScriptedServer.Reply
    private var text = ""

    init(
        connection: Int, noted: AsyncStream<ScriptedServer.Event>.Continuation,
        reply: @escaping @Sendable (ScriptedServer.Request) -> ScriptedServer.Reply
    ) {
        self.connection = connection
        self.noted = noted
        self.reply = reply
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        text += String(buffer: Self.unwrapInboundIn(data))
        guard let end = text.firstRange(of: "\r\n\r\n") else { return }
        let head = String(text[..<end.lowerBound])
        let named = head.lowercased().split(separator: "content-length: ").dropFirst().first
        let length = named.flatMap { Int($0.prefix { $0.isNumber }) } ?? 0
        let body = String(text[end.upperBound...])
        guard body.utf8.count >= length else { return }
        text = ""
        let request = ScriptedServer.Request(connection: connection, head: head, body: body)
        noted.yield(.request(request))
        switch reply(request) {
        case .bytes(let text): write(text, context)
        case .last(let text):
            write(text, context)
            context.close(promise: nil)
        case .endless(let text): flood(text, NIOLoopBound(context, eventLoop: context.eventLoop))
        case .silence: break
        }
    }

    private func write(_ text: String, _ context: ChannelHandlerContext) {
        context.writeAndFlush(Self.wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
    }

    /// Writes the same on and on, until nobody wants it.
    private func flood(_ text: String, _ bound: NIOLoopBound<ChannelHandlerContext>) {
        let own = NIOLoopBound(self, eventLoop: bound.value.eventLoop)
        bound.value.writeAndFlush(Self.wrapOutboundOut(ByteBuffer(string: text)))
            .whenSuccess { own.value.flood(text, bound) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        noted.yield(.closed(connection: connection))
    }
}

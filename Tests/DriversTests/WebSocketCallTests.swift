import Callers
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import NIOWebSocket
import Planning
import Testing
import Timeline

@testable import Drivers

/// Runs one call on a loop of its own until the call is over, and tells what became of it.
func runCall(
    to url: String,
    headers: [Header] = [],
    secret: Header? = nil,
    trust: TLSTrust = TLSTrust(),
    patience: Nanoseconds = .seconds(10),
    hangsUpAfter: Int = 3,
    frame: [UInt8] = Array(0..<200)
) async throws -> CallTrace {
    let target = try WebSocketTarget(
        url: AgentURL(url), headers: headers, secret: secret, trust: trust
    )
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let loop = group.next()
    let over = loop.makePromise(of: CallTrace.self)
    let timeout = loop.scheduleTask(in: .seconds(20)) { over.fail(CallTrace.Unfinished()) }
    let keeper = try await loop.submit {
        let session = NotingSession()
        session.hangsUpAfter = hangsUpAfter
        session.frame = frame
        let clock = MonotonicClock()
        let recorder = LoopRecorder(paths: 1)
        recorder.begin(path: 0)
        let messages = try MessageLoop<NotingSession>(
            eventLoop: loop, clock: clock, recorder: recorder, patience: patience
        ) { _, _ in
            over.succeed(CallTrace(session, recorder))
        }
        let ticker = LoopTicker(eventLoop: loop, clock: clock) { tick, now in
            messages.tick(nominal: tick.nominal, now: now)
        }
        ticker.start()
        messages.dial(session, target: target)
        return NIOLoopBound((ticker, messages), eventLoop: loop)
    }.get()
    let result: Result<CallTrace, any Error>
    do { result = .success(try await over.futureResult.get()) } catch { result = .failure(error) }
    timeout.cancel()
    // The close handshake has a second of its own.
    try await loop.submit { keeper.value.0.stop() }.get()
    try await group.shutdownGracefully()
    return try result.get()
}

/// What a call had noted when it was over.
struct CallTrace: Sendable {
    struct Unfinished: Error {}

    let isConnected: Bool
    let setup: SetupTimes
    let failure: CallFailure?
    let slots: [RunInstant]
    let firstSlot: RunInstant?
    let received: [[UInt8]]
    let roundTrips: [Nanoseconds]
    let frames: [FrameMetric: FrameTally]

    init(_ session: NotingSession, _ recorder: LoopRecorder) {
        isConnected = session.isConnected
        setup = session.setup
        failure = session.failure
        slots = session.slots
        firstSlot = session.firstSlot
        received = session.received.map(\.bytes)
        roundTrips = session.roundTrips
        frames = recorder.frames(path: 0)
    }
}

@Suite(.serialized) struct WebSocketCallTests {
    @Test func `a call is upgraded, sends a frame each slot and receives what comes back`()
        async throws
    {
        let agent = try await TestAgent.start(.echo)
        let call = try await runCall(
            to: "ws://127.0.0.1:\(agent.port)/call?model=x",
            headers: [Header(name: "X-Mine", value: "1")],
            secret: Header(name: "Authorization", value: "Bearer s3cret")
        )

        #expect(call.failure == nil)
        #expect(call.received == Array(repeating: Array(0..<200), count: 3))
        let first = try #require(call.firstSlot)
        #expect(call.slots == call.slots.indices.map { first + .milliseconds(20) * $0 })
        #expect(call.setup.tcp != nil)
        #expect(call.setup.upgrade != nil)
        #expect(call.setup.tls == nil)
        #expect(call.setup.dns == nil)
        #expect(call.frames[.sendLateness]?.total == UInt64(call.slots.count))
        #expect(call.roundTrips.count == 1)
        let headers = agent.headers.withLockedValue { $0 }
        #expect(headers["X-Talkover-Call"] == "1000")
        #expect(headers["X-Mine"] == "1")
        #expect(headers["Authorization"] == "Bearer s3cret")
        #expect(agent.isMasked.withLockedValue { $0 })
        try await agent.hearClose()
        try await agent.stop()
        // Hung up in good order: the last frame was a close.
        #expect(agent.opcodes.withLockedValue { $0.last } == .connectionClose)
    }

    @Test func `a name is resolved and the phase is timed`() async throws {
        let agent = try await TestAgent.start(.echo)
        let call = try await runCall(to: "ws://localhost:\(agent.port)/call")
        #expect(call.failure == nil)
        #expect(call.setup.dns != nil)
        try await agent.stop()
    }

    @Test func `a name that nobody knows fails as dns`() async throws {
        let call = try await runCall(to: "ws://no-such-host.invalid/call")
        #expect(call.failure?.code == "dns")
        #expect(!call.isConnected)
    }

    @Test func `a port where nobody listens is a refused connection`() async throws {
        let agent = try await TestAgent.start(.echo)
        let port = agent.port
        try await agent.stop()
        let call = try await runCall(to: "ws://127.0.0.1:\(port)/call")
        #expect(call.failure?.code == "connection_refused")
        #expect(!call.isConnected)
    }

    @Test func `a path the agent does not serve is a refused upgrade with its status`() async throws
    {
        let agent = try await TestAgent.start(.echo)
        let call = try await runCall(to: "ws://127.0.0.1:\(agent.port)/other")
        #expect(call.failure?.code == "upgrade_refused_404")
        #expect(call.failure?.detail.contains("404") == true)
        try await agent.stop()
    }

    @Test func `an agent that accepts and says nothing is given up in time`() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let mute = try await ServerBootstrap(group: group).bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(mute.localAddress?.port)

        let call = try await runCall(
            to: "ws://127.0.0.1:\(port)/call", patience: .milliseconds(150)
        )

        #expect(call.failure?.code == "timeout")
        #expect(call.failure?.detail.contains("upgrade") == true)
        try await group.shutdownGracefully()
    }

    @Test func `an agent that answers something else than HTTP is a refused upgrade`() async throws
    {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let odd = try await ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(GreetingHandler())
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(odd.localAddress?.port)

        let call = try await runCall(to: "ws://127.0.0.1:\(port)/call")

        #expect(call.failure?.code == "upgrade_refused")
        try await group.shutdownGracefully()
    }

    @Test func `an agent that closes mid-call ends it with the code it gave`() async throws {
        let agent = try await TestAgent.start(.closesAfter(4))
        let call = try await runCall(to: "ws://127.0.0.1:\(agent.port)/call")
        #expect(call.isConnected)
        #expect(call.failure?.code == "closed_by_agent")
        #expect(call.failure?.detail.contains("1001") == true)
        #expect(call.slots.count >= 4)
        try await agent.stop()
    }

    @Test func `an agent that cuts the connection ends the call`() async throws {
        let agent = try await TestAgent.start(.cutsAfter(2))
        let call = try await runCall(to: "ws://127.0.0.1:\(agent.port)/call")
        #expect(call.failure?.code == "closed_by_agent")
        try await agent.stop()
    }

    @Test func `a frame above the bound ends the call and one below it arrives`() async throws {
        let large = try await TestAgent.start(.floods((1 << 20) + 1))
        let refused = try await runCall(to: "ws://127.0.0.1:\(large.port)/call")
        #expect(refused.failure?.code == "message_too_large")
        try await large.stop()

        let fitting = try await TestAgent.start(.floods(1 << 20))
        let taken = try await runCall(
            to: "ws://127.0.0.1:\(fitting.port)/call", hangsUpAfter: 1
        )
        #expect(taken.failure == nil)
        #expect(taken.received.map(\.count) == [1 << 20])
        try await fitting.stop()
    }

    @Test func `fragments are put together and a ping among them is answered`() async throws {
        let agent = try await TestAgent.start(.fragments)
        let call = try await runCall(
            to: "ws://127.0.0.1:\(agent.port)/call", hangsUpAfter: 1
        )
        #expect(call.received.map { String(decoding: $0, as: UTF8.self) } == ["one two three"])
        try await agent.hearClose()
        try await agent.stop()
        #expect(agent.opcodes.withLockedValue { $0.contains(.pong) })
    }
}

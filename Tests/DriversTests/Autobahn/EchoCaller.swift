import Callers
import Dialects
import NIOCore
import NIOPosix
import Planning
import Timeline

@testable import Drivers

/// A caller as the suite wants it: sends every message back.
///
/// Belongs to its event loop.
final class EchoCaller: WebSocketLinkOwner {
    private var link: WebSocketLink?
    private let over: () -> Void

    init(over: @escaping () -> Void) { self.over = over }

    func dial(_ target: WebSocketTarget, streams: StreamLoop, eventLoop: any EventLoop) {
        var bounds = WebSocketBounds()
        bounds.frame = 16 << 20
        bounds.message = 16 << 20
        bounds.unsent = 64 << 20
        let link = WebSocketLink(
            target: target, callName: "echo", streams: streams, eventLoop: eventLoop, owner: self,
            bounds: bounds
        )
        self.link = link
        link.dial(patience: .seconds(10))
    }

    func linkOpened(_ setup: SetupTimes) {}

    func linkReceived(
        _ form: MessageForm, _ message: UnsafeRawBufferPointer, arrived: RunInstant,
        waitingSince: RunInstant
    ) {
        _ = link?.send(form, message)
    }

    func linkMeasured(roundTrip: Nanoseconds) {}

    func linkFailed(_ failure: CallFailure) {
        link = nil
        over()
    }
}

/// The loop that echo callers live on.
final class EchoLoop: Sendable {
    private struct Parts {
        let streams: StreamLoop
        let ticker: LoopTicker
    }

    let group: MultiThreadedEventLoopGroup
    private let parts: NIOLoopBound<Parts>

    private init(group: MultiThreadedEventLoopGroup, parts: NIOLoopBound<Parts>) {
        self.group = group
        self.parts = parts
    }

    static func start() async throws -> EchoLoop {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let parts = try await loop.submit {
            let clock = MonotonicClock()
            let streams = try StreamLoop(clock: clock)
            let ticker = LoopTicker(eventLoop: loop, clock: clock) { _, _ in streams.tick() }
            ticker.start()
            return NIOLoopBound(Parts(streams: streams, ticker: ticker), eventLoop: loop)
        }.get()
        return EchoLoop(group: group, parts: parts)
    }

    /// Calls until the call is over.
    func call(_ url: String, trust: TLSTrust) async throws {
        let target = try WebSocketTarget(
            url: AgentURL(url), headers: [], secret: nil, trust: trust)
        let loop = parts.eventLoop
        try await loop.flatSubmit { [parts] in
            let promise = loop.makePromise(of: Void.self)
            let caller = EchoCaller { promise.succeed() }
            caller.dial(target, streams: parts.value.streams, eventLoop: loop)
            return promise.futureResult
        }.get()
    }

    func stop() async throws {
        try await parts.eventLoop.submit { [parts] in parts.value.ticker.stop() }.get()
        try await group.shutdownGracefully()
    }
}

import Dialects
package import Logging
import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
package import Planning
package import ReferenceAgent
import Timeline

/// Serves the reference agent: both WebSocket dialects on one TCP port, RTP on one UDP port.
package final class AgentServer: Sendable {
    package struct Options: Sendable {
        /// Where to listen; only this host can reach a loopback address.
        package var host = "127.0.0.1"
        /// Of TCP and UDP alike; 0 picks a free one for each.
        package var port: UInt16 = 0
        /// Where to keep the truth; `nil` keeps none.
        package var truthFile: String?
        /// WebSocket connections at once; more are refused.
        ///
        /// RTP has the desk's own limit.
        package var connections = 20_000
        /// Event loops, each on a thread of its own.
        package var loops = min(2, System.coreCount)
        package var limits = AgentDesk.Limits()

        package init() {}
    }

    /// What its connections have in common.
    private struct Service: Sendable {
        let behaviour: AgentBehaviour
        let library: ReplyLibrary
        let options: Options
        let clock: MonotonicClock
        let workers: [NIOLoopBound<AgentWorker>]
        let logger: Logger
        let connections = NIOLockedValueBox(0)
        let unnamed = NIOLockedValueBox(UInt64(0))
    }

    /// Where it can be reached.
    package let ready: ReadyLine
    private let group: MultiThreadedEventLoopGroup
    private let listener: any Channel
    private let service: Service
    private let log: TruthLog?

    private init(
        ready: ReadyLine, group: MultiThreadedEventLoopGroup, listener: any Channel,
        service: Service, log: TruthLog?
    ) {
        self.ready = ready
        self.group = group
        self.listener = listener
        self.service = service
        self.log = log
    }

    /// Opens the ports and serves until ``stop()``.
    ///
    /// - Throws: a port in use, an address that is not this host's, a truth log that cannot be
    ///   written.
    package static func start(
        behaviour: AgentBehaviour, library: ReplyLibrary, options: Options, logger: Logger
    ) async throws(AgentServerProblem) -> AgentServer {
        guard let address = PeerAddress.resolve(host: options.host, port: options.port).first else {
            throw AgentServerProblem(
                code: .noSuchHost,
                message: "'\(options.host)' is no address; listen on 127.0.0.1 or 0.0.0.0"
            )
        }
        let clock = MonotonicClock()
        let log: TruthLog?
        if let file = options.truthFile {
            log = try TruthLog(file: file, clock: clock)
        } else {
            log = nil
        }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: max(1, options.loops))
        do {
            return try await start(
                address, behaviour, library, options, clock, log, group, logger
            )
        } catch {
            try? await group.shutdownGracefully()
            throw error as? AgentServerProblem
                ?? AgentServerProblem(code: .system, message: "the agent cannot serve: \(error)")
        }
    }

    /// Ends every call, with its last line in the truth log, and closes the ports.
    package func stop() async {
        try? await listener.close().get()
        for worker in service.workers {
            try? await worker.eventLoop.submit { worker.value.close() }.get()
        }
        try? await group.shutdownGracefully()
    }

    /// Why lines of the truth log were lost, as when the disk is full; `nil` while none was.
    package var truthProblem: String? { log?.problem.map { "the truth log lost lines: \($0)" } }

    // MARK: Starting

    private static func start(
        _ address: PeerAddress, _ behaviour: AgentBehaviour, _ library: ReplyLibrary,
        _ options: Options, _ clock: MonotonicClock, _ log: TruthLog?,
        _ group: MultiThreadedEventLoopGroup, _ logger: Logger
    ) async throws -> AgentServer {
        var workers: [NIOLoopBound<AgentWorker>] = []
        for eventLoop in group.makeIterator() {
            workers.append(
                try await eventLoop.submit {
                    let worker = AgentWorker(eventLoop: eventLoop, clock: clock, log: log)
                    return NIOLoopBound(worker, eventLoop: eventLoop)
                }.get()
            )
        }
        let first = workers[0]
        let rtpPort = try await first.eventLoop.submit {
            let desk = AgentDesk(behaviour: behaviour, library: library, limits: options.limits)
            return try first.value.open(address, desk: desk)
        }.get()
        let service = Service(
            behaviour: behaviour, library: library, options: options, clock: clock,
            workers: workers, logger: logger
        )
        let listener: any Channel
        do {
            listener = try await listen(address, group, service)
        } catch let error as IOError {
            for worker in workers {
                try? await worker.eventLoop.submit { worker.value.close() }.get()
            }
            throw AgentServerProblem(
                binding: SystemError(error.errnoCode), host: address.host, port: address.port,
                kind: "TCP"
            )
        }
        let isAnywhere = address.host == "0.0.0.0" || address.host == "::"
        let ready = ReadyLine(
            host: isAnywhere ? "127.0.0.1" : address.host,
            webSocketPort: listener.localAddress?.port ?? 0,
            rtpPort: Int(rtpPort)
        )
        return AgentServer(
            ready: ready, group: group, listener: listener, service: service, log: log
        )
    }

    private static func listen(
        _ address: PeerAddress, _ group: MultiThreadedEventLoopGroup, _ service: Service
    ) async throws -> any Channel {
        try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1_024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try prepare(channel, service) }
            }
            .bind(to: SocketAddress(ipAddress: address.host, port: Int(address.port)))
            .get()
    }

    // MARK: Connections

    private static func prepare(_ channel: any Channel, _ service: Service) throws {
        let connections = service.connections
        let isFull = connections.withLockedValue { count in
            count += 1
            return count > service.options.connections
        }
        channel.closeFuture.whenComplete { _ in connections.withLockedValue { $0 -= 1 } }
        guard !isFull else {
            service.logger.debug("connection refused: too many")
            throw ChannelError.operationUnsupported
        }
        let pipeline = channel.pipeline.syncOperations
        let door = WireDoor()
        try pipeline.addHandler(door)
        let request = RequestHandler()
        let bound = NIOLoopBound((door: door, request: request), eventLoop: channel.eventLoop)
        let upgrader = NIOWebSocketServerUpgrader(
            maxFrameSize: MessageAssembly.frameBound,
            shouldUpgrade: { channel, head in
                let headers = dialect(of: head.uri).map { _ in HTTPHeaders() }
                return channel.eventLoop.makeSucceededFuture(headers)
            },
            upgradePipelineHandler: { channel, head in
                channel.eventLoop.makeCompletedFuture {
                    try serve(channel, head, door: bound.value.door, service)
                }
            }
        )
        try pipeline.configureHTTPServerPipeline(
            withPipeliningAssistance: false,
            withServerUpgrade: (
                upgraders: [upgrader],
                completionHandler: { context in
                    context.pipeline.syncOperations.removeHandler(bound.value.request, promise: nil)
                }
            )
        )
        try pipeline.addHandler(request)
    }

    private static func serve(
        _ channel: any Channel, _ head: HTTPRequestHead, door: WireDoor, _ service: Service
    ) throws {
        guard let kind = dialect(of: head.uri),
            let worker = service.workers.first(where: { $0.eventLoop === channel.eventLoop })
        else { throw ChannelError.operationUnsupported }
        let (name, number) = identity(head, service)
        let session = AgentSession(
            line: .webSocket(kind), call: name, number: number, behaviour: service.behaviour,
            library: service.library, limits: service.options.limits.session,
            at: service.clock.now
        )
        service.logger.debug("call begins", metadata: ["call": "\(name)"])
        try channel.pipeline.syncOperations.addHandler(
            AgentCaller(session: session, worker: worker.value, door: door)
        )
    }

    /// What a call is named in the truth log, and the number its draws go by.
    private static func identity(
        _ head: HTTPRequestHead, _ service: Service
    ) -> (name: String, number: UInt64) {
        if let name = head.headers.first(name: "X-Talkover-Call"), isName(name) {
            if let wireID = UInt32(name) {
                return (name, AgentSession.number(ofWireID: wireID))
            }
            return (name, FNV1a.hash(name.utf8))
        }
        let number = service.unnamed.withLockedValue { next in
            defer { next += 1 }
            return next
        }
        return ("ws-\(number)", number)
    }

    private static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "."), UInt8(ascii: "_"),
                    UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    static func dialect(of uri: String) -> DialectKind? {
        switch uri.prefix(while: { $0 != "?" }) {
        case "/v1/realtime": .openAIRealtime
        case "/binary": .binary
        default: nil
        }
    }
}

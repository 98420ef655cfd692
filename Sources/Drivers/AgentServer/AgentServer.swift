package import Logging
import NIOCore
import NIOPosix
package import Planning
package import ReferenceAgent
import Timeline

/// Serves the reference agent: both WebSocket dialects on one TCP port, in TLS where it has a
/// certificate, RTP on one UDP port.
package final class AgentServer: Sendable {
    package struct Options: Sendable {
        /// Where to listen; only this host can reach a loopback address.
        package var host = "127.0.0.1"
        /// Of TCP and UDP alike; 0 picks a free one for each.
        package var port: UInt16 = 0
        /// UDP port of all WebRTC callers, on one loop; 0 picks a free one for each loop.
        package var peerPort: UInt16 = 0
        /// Where to keep the truth; `nil` keeps none.
        package var truthFile: String?
        /// What the TCP port proves with who it is; `nil` speaks no TLS.
        package var certificate: TLSCertificate?
        /// TCP connections at once, WebSocket and HTTP; more are refused.
        ///
        /// RTP has the desk's own limit.
        package var connections = 20_000
        /// Event loops, each on a thread of its own.
        package var loops = min(2, LoopPlan().count)
        package var limits = AgentDesk.Limits()
        /// Who takes WebRTC calls that come in over HTTP; `nil` refuses them.
        var reception: (any PeerReception)?

        package init() {}
    }

    /// Where it can be reached.
    package let ready: ReadyLine
    private let group: MultiThreadedEventLoopGroup
    private let workers: [NIOLoopBound<AgentWorker>]
    private let log: TruthLog?

    private init(
        ready: ReadyLine, group: MultiThreadedEventLoopGroup,
        workers: [NIOLoopBound<AgentWorker>], log: TruthLog?
    ) {
        self.ready = ready
        self.group = group
        self.workers = workers
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
        await Self.close(workers)
        try? await group.shutdownGracefully()
    }

    /// Why lines of the truth log were lost, as when the disk is full; `nil` while none was.
    package var truthProblem: String? { log?.problem.map { "the truth log lost lines: \($0)" } }

    /// The first worker's port closes first: nothing new comes while the others end.
    private static func close(_ workers: [NIOLoopBound<AgentWorker>]) async {
        for worker in workers {
            try? await worker.eventLoop.submit { worker.value.close() }.get()
        }
    }

    // MARK: Starting

    private static func start(
        _ address: PeerAddress, _ behaviour: AgentBehaviour, _ library: ReplyLibrary,
        _ options: Options, _ clock: MonotonicClock, _ log: TruthLog?,
        _ group: MultiThreadedEventLoopGroup, _ logger: Logger
    ) async throws -> AgentServer {
        let crowd = AgentCrowd(behaviour)
        let service = AgentService(
            voice: AgentService.Voice(behaviour: behaviour, library: library, crowd: crowd),
            options: options,
            clock: clock, logger: logger, security: try options.certificate.map(security)
        )
        var workers: [NIOLoopBound<AgentWorker>] = []
        for eventLoop in group.makeIterator() {
            workers.append(
                try await eventLoop.submit {
                    let worker = try AgentWorker(
                        eventLoop: eventLoop, service: service, log: log
                    )
                    return NIOLoopBound(worker, eventLoop: eventLoop)
                }.get()
            )
        }
        let all = workers
        let first = all[0]
        let rtpPort: UInt16
        let webSocketPort: UInt16
        do {
            rtpPort = try await AgentWorker.openPorts(
                on: all, rtp: address,
                peers: options.reception == nil ? address.at(port: options.peerPort) : nil,
                behaviour: behaviour, library: library, limits: options.limits, crowd: crowd)
            webSocketPort = try await first.eventLoop.submit {
                try first.value.listen(address, dealingTo: all)
            }.get()
        } catch {
            await close(all)
            throw error
        }
        let isAnywhere = address.host == "0.0.0.0" || address.host == "::"
        let ready = ReadyLine(
            host: isAnywhere ? "127.0.0.1" : address.host,
            webSocketPort: Int(webSocketPort),
            rtpPort: Int(rtpPort),
            isSecure: options.certificate != nil
        )
        return AgentServer(
            ready: ready, group: group, workers: workers, log: log
        )
    }

    private static func security(
        _ certificate: TLSCertificate
    ) throws(AgentServerProblem) -> TLSContext {
        do throws(TLSContext.Problem) {
            return try TLSContext(certificate: certificate)
        } catch {
            throw AgentServerProblem(
                code: .certificate,
                message:
                    "the certificate '\(certificate.chainFile)' and the key "
                    + "'\(certificate.keyFile)' cannot be used: \(error.reason); "
                    + "give PEM files that belong together"
            )
        }
    }
}

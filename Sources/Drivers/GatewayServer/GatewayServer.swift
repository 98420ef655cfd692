import Audio
import Dialects
import Gateway
package import Logging
import NIOCore
import NIOPosix
import Planning
import Timeline
import WebRTCCore

/// Serves a gateway: WebRTC and plain RTP towards callers, a WebSocket to the agent for each call.
package final class GatewayServer: Sendable {
    package struct Options: Sendable {
        /// Where to listen; only this host can reach a loopback address.
        package var host = "127.0.0.1"
        /// Of TCP and of plain RTP; 0 picks a free one for each.
        package var port: UInt16 = 0
        /// UDP port of all WebRTC callers; 0 picks a free one.
        package var peerPort: UInt16 = 0
        /// Where to keep the log of the legs; `nil` keeps none.
        package var logFile: String?
        package init() {}
    }

    /// Where it can be reached.
    package let ready: ReadyLine
    private let group: MultiThreadedEventLoopGroup
    private let worker: NIOLoopBound<AgentWorker>
    private let log: TruthLog?

    private init(
        ready: ReadyLine, group: MultiThreadedEventLoopGroup, worker: NIOLoopBound<AgentWorker>,
        log: TruthLog?
    ) {
        self.ready = ready
        self.group = group
        self.worker = worker
        self.log = log
    }

    /// Opens the ports and serves until ``stop()``.
    ///
    /// - Throws: a port in use, an address that is not this host's, a log that cannot be written.
    package static func start(
        upstream: GatewayTarget, options: Options, logger: Logger
    ) async throws(AgentServerProblem) -> GatewayServer {
        guard let address = PeerAddress.resolve(host: options.host, port: options.port).first else {
            throw AgentServerProblem(
                code: .noSuchHost,
                message: "'\(options.host)' is no address; listen on 127.0.0.1 or 0.0.0.0")
        }
        let clock = MonotonicClock()
        let log: TruthLog?
        if let file = options.logFile {
            log = try TruthLog(file: file, clock: clock)
        } else {
            log = nil
        }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            return try await start(address, options, upstream, clock, log, group, logger)
        } catch {
            try? await group.shutdownGracefully()
            throw error as? AgentServerProblem
                ?? AgentServerProblem(code: .system, message: "the gateway cannot serve: \(error)")
        }
    }

    /// Ends every call, with its last line in the log, and closes the ports.
    package func stop() async {
        try? await worker.eventLoop.submit { [worker] in worker.value.close() }.get()
        try? await group.shutdownGracefully()
    }

    /// Why lines of the log were lost, as when the disk is full; `nil` while none was.
    package var logProblem: String? { log?.problem.map { "the log lost lines: \($0)" } }

    private static func start(
        _ address: PeerAddress, _ options: Options, _ upstream: GatewayTarget,
        _ clock: MonotonicClock, _ log: TruthLog?, _ group: MultiThreadedEventLoopGroup,
        _ logger: Logger
    ) async throws -> GatewayServer {
        let service = AgentService(
            voice: nil, options: AgentServer.Options(), clock: clock, logger: logger)
        let eventLoop = group.next()
        let worker = try await eventLoop.submit {
            NIOLoopBound(
                try AgentWorker(eventLoop: eventLoop, service: service, log: log),
                eventLoop: eventLoop)
        }.get()
        do {
            let (rtp, tcp) = try await eventLoop.submit {
                try worker.value.serveGateway(
                    address, peers: address.at(port: options.peerPort), upstream: upstream)
            }.get()
            let host = address.isWildcard ? "127.0.0.1" : address.host
            let name = host.contains(":") ? "[\(host)]" : host
            let ready = ReadyLine(
                webSocket: nil, binary: nil, rtp: "rtp://\(name):\(rtp)",
                offers: OfferPath.urls(authority: "\(name):\(tcp)"))
            return GatewayServer(ready: ready, group: group, worker: worker, log: log)
        } catch {
            try? await eventLoop.submit { worker.value.close() }.get()
            throw error
        }
    }
}

extension AgentWorker {
    /// Opens a gateway's ports.
    ///
    /// - Returns: of plain RTP, and of signalling.
    func serveGateway(
        _ address: PeerAddress, peers peerAddress: PeerAddress, upstream: GatewayTarget
    ) throws -> (rtp: UInt16, tcp: UInt16) {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let peers = try PeerPort(
            address: peerAddress, settings: upstream.peerSettings,
            identity: try DTLSIdentity.generate(), clock: clock)
        open(peers)
        let service = service
        service.reception = PortReception(
            eventLoop: eventLoop, port: NIOLoopBound(peers, eventLoop: eventLoop)
        ) { offer, agreement, ssrc, now in
            bound.value.makeGatewayCallee(
                GatewayEdge(agreement, ssrc: ssrc), call: service.identity(offer.callName).name,
                upstream: upstream, at: now)
        }
        let datagrams: GatewayDatagramPort
        do throws(SystemError) {
            datagrams = try GatewayDatagramPort(address: address, clock: clock) {
                [unowned self] edge, call, now in
                makeGatewayCallee(edge, call: call, upstream: upstream, at: now)
            }
        } catch {
            throw AgentServerProblem(
                binding: error, host: address.host, port: address.port, kind: "UDP")
        }
        open(datagrams)
        return (datagrams.port, try listen(address, dealingTo: [bound]))
    }

    private func makeGatewayCallee(
        _ edge: GatewayEdge, call: String, upstream: GatewayTarget, at now: RunInstant
    ) -> GatewayCallee? {
        var chance = SystemRandomNumberGenerator()
        let session = try? GatewaySession(
            call: call, edge: edge, upstream: upstream.upstream(edge: edge),
            generator: SeededGenerator(seed: chance.next(), stream: "gateway"), at: now)
        guard let session else { return nil }
        let callee = GatewayCallee(session: session, worker: self)
        callee.dial(upstream.target)
        return callee
    }
}

extension GatewayEdge {
    /// What a WebRTC caller and the gateway have agreed on.
    init(_ agreement: PeerAgreement, ssrc: UInt32) {
        self.init(
            codec: CodecName(agreement.codec),
            ptime: agreement.usablePacketTime,
            payloadType: agreement.payloadType, levelID: agreement.levelID, ssrc: ssrc,
            hasEvents: agreement.hasChannel, hasExtendedReports: agreement.reportsRoundTrip,
            mediaID: agreement.mediaID)
    }
}

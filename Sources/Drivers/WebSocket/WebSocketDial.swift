import Callers
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket
import Planning
import Timeline

/// Sets one WebSocket up: name, connection, TLS, upgrade, each phase timed.
final class WebSocketDial {
    private enum Phase { case name, connection, security, upgrade }

    private let link: ChannelLink
    private let target: WebSocketTarget
    private let callName: String
    private var setup = SetupTimes()
    private var phase = Phase.name
    private var phaseBegan: RunInstant
    private var addresses: ArraySlice<PeerAddress> = []

    init(link: ChannelLink, target: WebSocketTarget, callName: String) {
        self.link = link
        self.target = target
        self.callName = callName
        phaseBegan = link.clock.now
    }

    /// Begins; the link hears how it ends.
    func start(patience: Nanoseconds) {
        link.startDeadline(patience) { [self] in missing }
        let url = target.url
        if let numeric = PeerAddress(host: url.host, port: url.port) {
            addresses = [numeric]
            connect()
            return
        }
        let bound = NIOLoopBound(self, eventLoop: link.eventLoop)
        NIOThreadPool.singleton.runIfActive(eventLoop: link.eventLoop) {
            PeerAddress.resolve(host: url.host, port: url.port)
        }.whenComplete { result in
            bound.value.resolved((try? result.get()) ?? [])
        }
    }

    private var missing: String {
        switch phase {
        case .name: "the agent's name '\(target.url.host)' was not resolved"
        case .connection: "the agent's host did not answer"
        case .security: "the TLS handshake was not finished"
        case .upgrade: "the agent accepted the connection and did not answer the upgrade request"
        }
    }

    private func resolved(_ found: [PeerAddress]) {
        guard link.isDialling else { return }
        setup.dns = endPhase(.connection)
        guard !found.isEmpty else {
            link.fail(
                CallFailure(code: "dns", detail: "the name '\(target.url.host)' has no address")
            )
            return
        }
        addresses = found[...]
        connect()
    }

    /// Tries the next address.
    private func connect() {
        guard link.isDialling, let address = addresses.popFirst() else { return }
        phase = .connection
        phaseBegan = link.clock.now
        let bound = NIOLoopBound(self, eventLoop: link.eventLoop)
        let socketAddress: SocketAddress
        do {
            socketAddress = try SocketAddress(ipAddress: address.host, port: Int(address.port))
        } catch {
            link.fail(CallFailure(code: "dns", detail: "\(address) is no address: \(error)"))
            return
        }
        ClientBootstrap(group: link.eventLoop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.writeBufferWaterMark, value: .init(low: 16 << 10, high: 64 << 10))
            .connectTimeout(.seconds(60))  // the dial's own deadline comes first
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try bound.value.prepare(channel) }
            }
            .connect(to: socketAddress)
            .whenFailure { bound.value.connectFailed($0) }
    }

    private func connectFailed(_ error: any Error) {
        guard link.isDialling else { return }
        if addresses.isEmpty {
            link.fail(CallFailure(connecting: error))
        } else {
            connect()
        }
    }

    private func prepare(_ channel: any Channel) throws {
        guard link.isDialling else { throw ChannelError.alreadyClosed }
        let pipeline = channel.pipeline.syncOperations
        if let security = target.security {
            let isNumeric = PeerAddress(host: target.url.host, port: 1) != nil
            let name = isNumeric ? nil : target.url.host
            try pipeline.addHandler(NIOSSLClientHandler(context: security, serverHostname: name))
        }
        let door = WireDoor()
        try pipeline.addHandler(door)
        let request = UpgradeRequest(dial: self, isSecure: target.security != nil)
        let bound = NIOLoopBound(
            (link: link, dial: self, request: request), eventLoop: link.eventLoop
        )
        let upgrader = NIOWebSocketClientUpgrader(
            maxFrameSize: MessageAssembly.frameBound,
            // It would close the channel before the link hears why.
            automaticErrorHandling: false,
            upgradePipelineHandler: { channel, _ in
                channel.eventLoop.makeCompletedFuture {
                    let (link, dial, _) = bound.value
                    try channel.pipeline.syncOperations.addHandler(LinkHandler(link: link))
                    dial.upgraded()
                }
            }
        )
        try pipeline.addHTTPClientHandlers(
            leftOverBytesStrategy: .forwardBytes,
            withClientUpgrade: (
                upgraders: [upgrader],
                completionHandler: { context in
                    context.pipeline.syncOperations.removeHandler(bound.value.request, promise: nil)
                }
            )
        )
        try pipeline.addHandler(request)
        link.dialled(channel, door: door)
    }

    // MARK: What the upgrade request reports

    func connected() { setup.tcp = endPhase(target.security == nil ? .upgrade : .security) }

    func secured() { setup.tls = endPhase(.upgrade) }

    var requestHead: HTTPRequestHead {
        var headers = HTTPHeaders()
        headers.add(name: "Host", value: target.url.authority)
        headers.add(name: "X-Talkover-Call", value: callName)
        for header in target.headers { headers.add(name: header.name, value: header.value) }
        return HTTPRequestHead(
            version: .http1_1, method: .GET, uri: target.url.target, headers: headers
        )
    }

    func refused(_ head: HTTPResponseHead) {
        link.fail(
            CallFailure(
                code: "upgrade_refused_\(head.status.code)",
                detail: "the agent answered the upgrade with HTTP \(head.status.code)"
            )
        )
    }

    func failed(_ error: any Error) {
        link.fail(CallFailure(upgrading: error, isSecuring: phase == .security))
    }

    func closed() {
        link.fail(
            CallFailure(
                code: "closed_by_agent",
                detail: "the agent closed the connection before the upgrade"
            )
        )
    }

    private func upgraded() {
        setup.upgrade = endPhase(.upgrade)
        link.opened(setup)
    }

    private func endPhase(_ next: Phase) -> Nanoseconds {
        let now = link.clock.now
        defer {
            phase = next
            phaseBegan = now
        }
        return now - phaseBegan
    }
}

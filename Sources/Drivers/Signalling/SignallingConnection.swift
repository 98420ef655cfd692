import CSockets
import Callers
import Dialects
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Timeline

/// One HTTP connection of a call: opened with each phase timed, then asked one thing after another.
///
/// Belongs to its event loop. Whoever has closed it hears of it no more.
final class SignallingConnection {
    private enum Stage { case idle, naming, connecting, securing, asking, over }

    let url: SignallingURL
    /// Of its phases so far: name, TCP, TLS.
    private(set) var setup = SetupTimes()
    private let eventLoop: any EventLoop
    private let clock: MonotonicClock
    private let security: NIOSSLContext?
    private var stage = Stage.naming
    private var phaseBegan: RunInstant
    private var addresses: ArraySlice<PeerAddress> = []
    private var channel: (any Channel)?
    private var opened: ((CallFailure?) -> Void)?
    private var answered: ((Result<SignallingResponse, CallFailure>) -> Void)?

    /// - Parameters:
    ///   - url: whose server it is a connection to.
    ///   - security: what to encrypt with; `nil` for plain `http`.
    init(
        eventLoop: any EventLoop, clock: MonotonicClock, url: SignallingURL,
        security: NIOSSLContext?
    ) {
        self.eventLoop = eventLoop
        self.clock = clock
        self.url = url
        self.security = security
        phaseBegan = clock.now
    }

    /// Whether it can be asked something now.
    var isIdle: Bool { stage == .idle }

    /// What has not happened yet, for whoever runs out of patience.
    var missing: String {
        switch stage {
        case .naming: "the agent's name '\(url.host)' was not resolved"
        case .connecting: "the agent's host did not answer"
        case .securing: "the TLS handshake was not finished"
        case .idle, .asking, .over:
            "the agent accepted the connection and did not answer the offer"
        }
    }

    // MARK: Opening

    /// Begins; `then` hears how it ends, unless ``close()`` came first.
    func open(then opened: @escaping (CallFailure?) -> Void) {
        self.opened = opened
        phaseBegan = clock.now
        let (host, port) = (url.host, url.port)
        if let numeric = PeerAddress(host: host, port: port) {
            addresses = [numeric]
            connect()
            return
        }
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        NIOThreadPool.singleton.runIfActive(eventLoop: eventLoop) {
            PeerAddress.resolve(host: host, port: port)
        }.whenComplete { result in
            bound.value.resolved((try? result.get()) ?? [])
        }
    }

    private func resolved(_ found: [PeerAddress]) {
        guard stage == .naming else { return }
        setup.dns = endPhase(.connecting)
        guard !found.isEmpty else {
            fail(CallFailure(code: "dns", detail: "the name '\(url.host)' has no address"))
            return
        }
        addresses = found[...]
        connect()
    }

    /// Tries the next address.
    private func connect() {
        guard let address = addresses.popFirst() else { return }
        _ = endPhase(.connecting)
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let socketAddress: SocketAddress
        do {
            socketAddress = try SocketAddress(ipAddress: address.host, port: Int(address.port))
        } catch {
            fail(CallFailure(code: "dns", detail: "\(address) is no address: \(error)"))
            return
        }
        ClientBootstrap(group: eventLoop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connectTimeout(.seconds(60))  // the call's own patience comes first
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try bound.value.prepare(channel) }
            }
            .connect(to: socketAddress)
            .whenFailure { bound.value.connectFailed($0) }
    }

    private func connectFailed(_ error: any Error) {
        guard stage == .connecting else { return }
        if addresses.isEmpty {
            fail(CallFailure(connecting: error))
        } else {
            connect()
        }
    }

    private func prepare(_ channel: any Channel) throws {
        guard stage == .connecting else { throw ChannelError.alreadyClosed }
        let pipeline = channel.pipeline.syncOperations
        if let security {
            let isNumeric = PeerAddress(host: url.host, port: 1) != nil
            try pipeline.addHandler(
                NIOSSLClientHandler(
                    context: security, serverHostname: isNumeric ? nil : url.host
                )
            )
        }
        let bound = ResponseBound()
        try pipeline.addHandler(bound)
        try pipeline.addHTTPClientHandlers(leftOverBytesStrategy: .dropBytes)
        try pipeline.addHandler(SignallingHandler(connection: self, bound: bound))
        self.channel = channel
    }

    // MARK: Asking

    /// Asks one thing of an idle connection; `then` hears what comes of it.
    func ask(
        _ head: HTTPRequestHead, body: [UInt8],
        then answered: @escaping (Result<SignallingResponse, CallFailure>) -> Void
    ) {
        guard stage == .idle, let channel else {
            answered(.failure(.closedUnanswered))
            return
        }
        stage = .asking
        self.answered = answered
        channel.write(HTTPClientRequestPart.head(head), promise: nil)
        if !body.isEmpty {
            let bytes = channel.allocator.buffer(bytes: body)
            channel.write(HTTPClientRequestPart.body(.byteBuffer(bytes)), promise: nil)
        }
        channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
    }

    // MARK: What the channel reports

    func connected() {
        guard stage == .connecting else { return }
        setup.tcp = endPhase(security == nil ? .idle : .securing)
        if security == nil { ready() }
    }

    func secured() {
        guard stage == .securing else { return }
        setup.tls = endPhase(.idle)
        ready()
    }

    private func ready() {
        let opened = opened
        self.opened = nil
        opened?(nil)
    }

    /// A whole answer.
    ///
    /// - Parameter isLast: whether the agent takes no more on this connection.
    func received(_ response: SignallingResponse, isLast: Bool) {
        guard stage == .asking else {
            // An answer to nothing: what follows cannot be told apart.
            close()
            return
        }
        stage = .idle
        let answered = answered
        self.answered = nil
        if isLast { close() }
        answered?(.success(response))
    }

    func tooLarge() { fail(CallFailure(SignallingCaller.tooLarge)) }

    func failed(_ error: any Error) {
        fail(CallFailure(signalling: error, isSecuring: stage == .securing))
    }

    func closed() { fail(stage == .securing ? .brokeOffSecuring : .closedUnanswered) }

    private func fail(_ failure: CallFailure) {
        let (opened, answered) = (opened, answered)
        close()
        opened?(failure)
        answered?(.failure(failure))
    }

    /// Ends it at once.
    func close() {
        stage = .over
        opened = nil
        answered = nil
        let channel = channel
        self.channel = nil
        channel?.close(promise: nil)
    }

    private func endPhase(_ next: Stage) -> Nanoseconds {
        let now = clock.now
        defer {
            stage = next
            phaseBegan = now
        }
        return now - phaseBegan
    }
}

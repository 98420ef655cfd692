import CSockets
import Callers
import Dialects
import NIOCore
import NIOPosix
import Timeline

/// One caller's WebSocket on a raw descriptor, `ws` or `wss`: looked after by the loop's tick.
///
/// A message leaves in one system call in the slot it is due; what arrives is taken at the next
/// tick. Belongs to its event loop, which it asks only for its deadlines and for names.
final class WebSocketLink: StreamMember {
    private enum Stage {
        case naming, connecting, securing, upgrading, open
        /// Asked for the end, and waits for the answer.
        case closing
        /// Has said all, hears nothing, and waits for the server to end the connection.
        case leaving
        case over
    }

    private let streams: StreamLoop
    private let eventLoop: any EventLoop
    private let target: WebSocketTarget
    private let callName: String
    private let bounds: WebSocketBounds
    /// Let go of when the call is over, though the connection may take longer to close.
    private var owner: (any WebSocketLinkOwner)?
    private var stage = Stage.naming
    private var stageBegan: RunInstant
    private var setup = SetupTimes()
    private var addresses: ArraySlice<PeerAddress> = []
    private var socket: StreamSocket?
    private let exchange = UpgradeExchange()
    private var head = HeadReader()
    private var reader: FrameReader
    private var writer = FrameWriter(isClient: true)
    private var deadline: Scheduled<Void>?

    init(
        target: WebSocketTarget, callName: String, streams: StreamLoop, eventLoop: any EventLoop,
        owner: any WebSocketLinkOwner, bounds: WebSocketBounds = WebSocketBounds()
    ) {
        self.target = target
        self.callName = callName
        self.streams = streams
        self.eventLoop = eventLoop
        self.owner = owner
        self.bounds = bounds
        reader = FrameReader(
            readsClient: false, frameBound: bounds.frame, messageBound: bounds.message
        )
        stageBegan = streams.clock.now
    }

    // MARK: Setting up

    /// Begins; the owner hears how it ends.
    func dial(patience: Nanoseconds) {
        stageBegan = streams.clock.now
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        deadline = eventLoop.scheduleTask(in: .nanoseconds(patience.count)) {
            let link = bound.value
            link.fail(CallFailure(code: "timeout", detail: "\(link.missing) within \(patience)"))
        }
        let url = target.url
        if let numeric = PeerAddress(host: url.host, port: url.port) {
            addresses = [numeric]
            connect()
            return
        }
        NIOThreadPool.singleton.runIfActive(eventLoop: eventLoop) {
            PeerAddress.resolve(host: url.host, port: url.port)
        }.whenComplete { result in
            bound.value.resolved((try? result.get()) ?? [])
        }
    }

    private var missing: String {
        switch stage {
        case .naming: "the agent's name '\(target.url.host)' was not resolved"
        case .connecting: "the agent's host did not answer"
        case .securing: "the TLS handshake was not finished"
        case .upgrading, .open, .closing, .leaving, .over:
            "the agent accepted the connection and did not answer the upgrade request"
        }
    }

    private func resolved(_ found: [PeerAddress]) {
        guard stage == .naming else { return }
        setup.dns = endStage(.connecting)
        guard !found.isEmpty else {
            fail(CallFailure(code: "dns", detail: "the name '\(target.url.host)' has no address"))
            return
        }
        addresses = found[...]
        connect()
    }

    /// Tries the next address.
    private func connect() {
        guard let address = addresses.popFirst() else { return }
        _ = endStage(.connecting)
        var peer = address.raw
        let descriptor = talkover_tcp_connect(&peer)
        guard descriptor >= 0 else {
            connectFailed(SystemError(-descriptor))
            return
        }
        do throws(SystemError) {
            socket = try StreamSocket(
                descriptor: descriptor, in: streams, for: self, isConnecting: true
            )
        } catch {
            connectFailed(error)
        }
    }

    private func connectFailed(_ error: SystemError) {
        socket?.close()
        socket = nil
        if addresses.isEmpty {
            fail(CallFailure(system: error, kind: "TCP"))
        } else {
            connect()
        }
    }

    private func connectEnded() {
        guard let socket else { return }
        if let error = socket.finishConnecting() {
            connectFailed(error)
            return
        }
        setup.tcp = endStage(target.security == nil ? .upgrading : .securing)
        guard let security = target.security else {
            askForUpgrade()
            return
        }
        let session = streams.wire.flatMap {
            TLSSession(security, host: target.url.host, wire: $0)
        }
        guard let session else {
            fail(CallFailure(securing: "OpenSSL refuses the host '\(target.url.host)'"))
            return
        }
        // A connection that is no more is found again by reading.
        _ = socket.secure(session, isClient: true)
    }

    private func askForUpgrade() {
        // A request that cannot be sent has no answer: reading finds out.
        _ = exchange.request(target, callName: callName).withUnsafeBytes { socket?.send($0) }
    }

    private func takeHead(_ rest: inout UnsafeMutableRawBufferPointer) {
        do throws(HeadReader.Problem) {
            guard let answer = try head.take(&rest) else { return }
            if let failure = exchange.failure(answer) {
                fail(failure)
                return
            }
        } catch {
            let why = error == .tooLong ? "its head does not end" : "it is no HTTP"
            fail(UpgradeExchange.noUpgrade(why))
            return
        }
        setup.upgrade = endStage(.open)
        deadline?.cancel()
        if let owner { socket?.expect(owner.memory) }
        owner?.linkOpened(setup)
    }

    private func endStage(_ next: Stage) -> Nanoseconds {
        let now = streams.clock.now
        defer {
            stage = next
            stageBegan = now
        }
        return now - stageBegan
    }

    // MARK: Reading

    func ready() -> Int {
        switch stage {
        case .connecting: connectEnded()
        case .securing, .upgrading, .open, .closing, .leaving: return read()
        case .naming, .over: break
        }
        return 0
    }

    private func read() -> Int {
        guard let socket else { return 0 }
        socket.sendBacklog()
        var count = 0
        repeat {
            let reading = socket.receive()
            if stage == .securing, socket.isEstablished {
                setup.tls = endStage(.upgrading)
                askForUpgrade()
            }
            switch reading {
            case .nothing: break
            case .ended: fail(ended)
            case .failed: fail(broken(socket.securityProblem))
            case .bytes(let bytes, let stamp):
                count += bytes.count
                take(bytes, stamp: stamp)
            }
            // What came with the end of a TLS stream has been taken: no event announces the end.
        } while socket.knowsEnd && stage != .over
        return count
    }

    private var ended: CallFailure {
        switch stage {
        case .securing: CallFailure(securing: nil)
        case .upgrading: .closedEarly
        default: .closed
        }
    }

    private func broken(_ security: String?) -> CallFailure {
        if stage == .securing { return CallFailure(securing: security) }
        guard let security else { return .brokenOff }
        // A server that wants to know its callers says so when the handshake is over for them.
        return stage == .upgrading
            ? CallFailure(securing: security) : CallFailure(secured: security)
    }

    private func take(_ bytes: UnsafeMutableRawBufferPointer, stamp: Int64) {
        var rest = bytes
        if stage == .upgrading { takeHead(&rest) }
        let now = streams.clock.now
        let came = streams.arrival(stamp: stamp, now: now) ?? streams.previousLook
        do throws(FrameReader.Problem) {
            while stage == .open || stage == .closing, let piece = try reader.next(&rest) {
                take(piece, read: now, came: came)
            }
        } catch {
            fail(CallFailure(reading: error), telling: error.closeCode)
        }
    }

    private func take(_ piece: FrameReader.Piece, read now: RunInstant, came: RunInstant) {
        switch piece.content {
        case .message(let form):
            guard stage == .open else { return }
            owner?.linkReceived(form, piece.bytes, arrived: now, waitingSince: came)
        case .ping: if stage == .open { control(.pong, piece.bytes) }
        case .pong:
            guard stage == .open, piece.bytes.count == 8 else { return }
            let sent = Int64(bigEndian: piece.bytes.loadUnaligned(as: Int64.self))
            let span = now.nanoseconds.subtractingReportingOverflow(sent)
            guard !span.overflow else { return }
            let roundTrip = Nanoseconds(span.partialValue)
            if WebSocketBounds.roundTrips.contains(roundTrip) {
                owner?.linkMeasured(roundTrip: roundTrip)
            }
        case .close: receivedClose(piece.bytes)
        }
    }

    private func receivedClose(_ payload: UnsafeRawBufferPointer) {
        guard stage == .open else {
            drop()
            return
        }
        let code = payload.count >= 2 ? payload.loadUnaligned(as: UInt16.self).bigEndian : nil
        fail(.closed(code: code), telling: code ?? 1005)
    }

    // MARK: Writing

    /// Sends a message, at once if the kernel takes it.
    ///
    /// - Returns: false when the connection cannot take it now, and it waits for the target to
    ///   read.
    func send(_ form: MessageForm, _ message: UnsafeRawBufferPointer) -> Bool {
        guard stage == .open, let socket else { return false }
        streams.frame.clear()
        writer.write(form, message, into: &streams.frame)
        let problem = streams.frame.withUnsafeReadableBytes { socket.send($0) }
        // A connection that was cut has perhaps said why: the next tick reads that first.
        if let problem, !problem.isCut {
            fail(
                CallFailure(code: "connection_lost", detail: "the connection broke: \(problem)")
            )
            return false
        }
        if socket.queued > bounds.unsent { fail(.stalled(bounds.unsent)) }
        return problem == nil && socket.queued == 0
    }

    /// Asks the agent for a sign of life; the answer's round trip is measured.
    func ping() {
        guard stage == .open else { return }
        withUnsafeBytes(of: streams.clock.now.nanoseconds.bigEndian) { control(.ping, $0) }
    }

    private func control(_ control: FrameWriter.Control, _ payload: UnsafeRawBufferPointer) {
        guard let socket else { return }
        // Whoever only asks and never reads is not answered without end.
        guard socket.queued <= bounds.unsent else { return }
        streams.frame.clear()
        writer.write(control: control, payload, into: &streams.frame)
        _ = streams.frame.withUnsafeReadableBytes { socket.send($0) }
    }

    /// - Parameter code: 1005 stands for none, and is not sent (RFC 6455 §7.4.1).
    private func sayClosed(_ code: UInt16) {
        withUnsafeBytes(of: code.bigEndian) { octets in
            control(.close, UnsafeRawBufferPointer(rebasing: octets[..<(code == 1005 ? 0 : 2)]))
        }
    }

    // MARK: Ending

    /// Closes in good order, and cuts the connection where the target does not answer.
    func close() {
        switch stage {
        case .open:
            sayClosed(1000)
            awaitEnd(.closing)
        case .naming, .connecting, .securing, .upgrading: drop()
        case .closing, .leaving, .over: break
        }
    }

    /// The server is to end the connection; for a moment it may.
    private func awaitEnd(_ manner: Stage) {
        stage = manner
        owner = nil
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        deadline = eventLoop.scheduleTask(in: WebSocketBounds.closePatience) { bound.value.drop() }
    }

    private func drop() {
        stage = .over
        owner = nil
        deadline?.cancel()
        deadline = nil
        socket?.close()
        socket = nil
    }

    /// The call is lost.
    ///
    /// - Parameter code: what the agent is told, where there is something to tell.
    private func fail(_ failure: CallFailure, telling code: UInt16? = nil) {
        let listener = owner
        if stage == .open, let code {
            sayClosed(code)
            awaitEnd(.leaving)
        } else {
            drop()
        }
        listener?.linkFailed(failure)
    }
}

import CSockets
import Callers
import Dialects
import NIOCore
import NIOPosix
import Timeline

/// One caller's WebSocket on a raw descriptor, for plain `ws`: looked after by the loop's tick.
///
/// A message leaves in one system call in the slot it is due; what arrives is taken at the next
/// tick. Belongs to its event loop, which it asks only for its deadlines and for names.
final class RawLink: WebSocketLink, StreamMember {
    private enum Stage { case naming, connecting, upgrading, open, closing, over }

    private let streams: StreamLoop
    private let eventLoop: any EventLoop
    private let target: WebSocketTarget
    private let callName: String
    /// Let go of when the call is over, though the connection may take longer to close.
    private var owner: (any WebSocketLinkOwner)?
    private var stage = Stage.naming
    private var stageBegan: RunInstant
    private var setup = SetupTimes()
    private var addresses: ArraySlice<PeerAddress> = []
    private var socket: StreamSocket?
    private let exchange = UpgradeExchange()
    private var head = HeadReader()
    private var reader = FrameReader(readsClient: false)
    private var writer = FrameWriter(isClient: true)
    private var deadline: Scheduled<Void>?

    init(
        target: WebSocketTarget, callName: String, streams: StreamLoop, eventLoop: any EventLoop,
        owner: any WebSocketLinkOwner
    ) {
        self.target = target
        self.callName = callName
        self.streams = streams
        self.eventLoop = eventLoop
        self.owner = owner
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
        case .upgrading, .open, .closing, .over:
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
        setup.tcp = endStage(.upgrading)
        // A request that cannot be sent has no answer: reading finds out.
        _ = exchange.request(target, callName: callName).withUnsafeBytes { socket.send($0) }
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
        case .upgrading, .open, .closing: return read()
        case .naming, .over: break
        }
        return 0
    }

    private func read() -> Int {
        guard let socket else { return 0 }
        socket.sendBacklog()
        switch socket.receive() {
        case .nothing: return 0
        case .ended:
            fail(stage == .upgrading ? Self.closedEarly : .closed)
            return 0
        case .failed:
            fail(.brokenOff)
            return 0
        case .bytes(let bytes, let stamp):
            take(bytes, stamp: stamp)
            return bytes.count
        }
    }

    private static let closedEarly = CallFailure(
        code: "closed_by_agent", detail: "the agent closed the connection before the upgrade"
    )

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
        case .ping: control(.pong, piece.bytes)
        case .pong:
            guard stage == .open, piece.bytes.count == 8 else { return }
            let sent = Int64(bigEndian: piece.bytes.loadUnaligned(as: Int64.self))
            let span = now.nanoseconds.subtractingReportingOverflow(sent)
            guard !span.overflow else { return }
            let roundTrip = Nanoseconds(span.partialValue)
            if roundTrip > .zero, WebSocketLinkBounds.roundTrips.contains(roundTrip) {
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
        // An answer repeats the code, not the reason.
        control(.close, UnsafeRawBufferPointer(rebasing: payload[..<(code == nil ? 0 : 2)]))
        fail(.closed(code: code))
    }

    // MARK: Writing

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
        if socket.queued > WebSocketLinkBounds.unsent { fail(.stalled) }
        return problem == nil && socket.queued == 0
    }

    /// Every message has left, or waits for the agent to read.
    func flush() {}

    func ping() {
        guard stage == .open else { return }
        withUnsafeBytes(of: streams.clock.now.nanoseconds.bigEndian) { control(.ping, $0) }
    }

    private func control(_ control: FrameWriter.Control, _ payload: UnsafeRawBufferPointer) {
        guard let socket else { return }
        // Whoever only asks and never reads is not answered without end.
        guard socket.queued <= WebSocketLinkBounds.unsent else { return }
        streams.frame.clear()
        writer.write(control: control, payload, into: &streams.frame)
        _ = streams.frame.withUnsafeReadableBytes { socket.send($0) }
    }

    private func sayClosed(_ code: UInt16) {
        withUnsafeBytes(of: code.bigEndian) { control(.close, $0) }
    }

    // MARK: Ending

    func close() {
        switch stage {
        case .open:
            stage = .closing
            owner = nil
            sayClosed(1000)
            let bound = NIOLoopBound(self, eventLoop: eventLoop)
            deadline = eventLoop.scheduleTask(in: WebSocketLinkBounds.closePatience) {
                bound.value.drop()
            }
        case .naming, .connecting, .upgrading: drop()
        case .closing, .over: break
        }
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
    /// - Parameter code: what the agent is told, where it is at fault.
    private func fail(_ failure: CallFailure, telling code: UInt16? = nil) {
        let listener = owner
        if stage == .open, let code { sayClosed(code) }
        drop()
        listener?.linkFailed(failure)
    }
}

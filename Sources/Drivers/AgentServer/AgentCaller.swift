import CSockets
import Dialects
import NIOCore
import ReferenceAgent
import Timeline

/// One connection of the agent: a caller on a WebSocket, whose messages it passes between socket and
/// session, or a visitor that speaks plain HTTP.
final class AgentCaller: StreamMember {
    private enum Stage {
        /// Its request is not whole yet.
        case asking
        /// Speaks HTTP, and goes on to.
        case visiting
        /// Refused, with an answer that it may still be reading.
        case refused
        case open, over
    }

    /// Unsent bytes above which a caller that does not read is hung up on.
    private static let queueBound = 8 << 20
    /// Frames of one answer are sent together, up to about this many bytes.
    private static let sentAtOnce = 32 << 10
    /// Unsent bytes above which a visitor that asks and does not read is hung up on.
    private static let visitorBound = 256 << 10
    /// How long a connection may take until it is a call, and a visitor for each request.
    private static let patience = TimeAmount.seconds(10)

    private(set) var session: AgentSession?
    private unowned let worker: AgentWorker
    private var stage = Stage.asking
    private var socket: StreamSocket?
    private var head = HeadReader()
    private var reader = FrameReader(readsClient: true)
    private var writer = FrameWriter(isClient: false)
    private var deadline: Scheduled<Void>?
    private var visit: AgentVisit?
    /// Place in its worker.
    var place = 0
    /// Counts the times it was told when to come back: earlier ones no longer hold.
    var arming: UInt32 = 0
    /// When it is next looked after.
    var armed: RunInstant?

    init(worker: AgentWorker) { self.worker = worker }

    /// Takes an accepted connection over.
    func start(_ descriptor: Int32) {
        do throws(SystemError) {
            let socket = try StreamSocket(descriptor: descriptor, in: worker.streams, for: self)
            self.socket = socket
            if let security = worker.service.security { try secure(socket, security) }
        } catch {
            hangUp()
            return
        }
        startDeadline()
    }

    private func secure(
        _ socket: StreamSocket, _ security: TLSContext
    ) throws(SystemError) {
        let session = worker.streams.wire.flatMap { TLSSession(security, host: nil, wire: $0) }
        guard let session else { throw .notUnderstood }
        _ = socket.secure(session, isClient: false)
    }

    private func startDeadline() {
        deadline?.cancel()
        let bound = NIOLoopBound(self, eventLoop: worker.eventLoop)
        deadline = worker.eventLoop.scheduleTask(in: Self.patience) {
            bound.value.visit?.ranOutOfTime()
            bound.value.hangUp()
        }
    }

    // MARK: What the socket reports

    func ready() -> Int {
        guard let socket else { return 0 }
        socket.sendBacklog()
        var count = 0
        repeat {
            switch socket.receive() {
            case .nothing: break
            case .ended, .failed: hangUp()
            case .bytes(let bytes, _):
                count += bytes.count
                take(bytes)
            }
        } while socket.knowsEnd && stage != .over
        return count
    }

    private func take(_ bytes: UnsafeMutableRawBufferPointer) {
        var rest = bytes
        if stage == .asking { answer(&rest) }
        if stage == .visiting { visit?.take(&rest) }
        guard stage == .open, let session else { return }
        let now = worker.clock.now
        do throws(FrameReader.Problem) {
            while stage == .open, let piece = try reader.next(&rest) {
                switch piece.content {
                case .message(let form):
                    session.receive(form, message: piece.bytes, arrived: now, now: now)
                case .ping: control(.pong, piece.bytes)
                case .pong: break
                case .close:
                    // An answer repeats the code, not the reason.
                    let count = piece.bytes.count >= 2 ? 2 : 0
                    control(.close, UnsafeRawBufferPointer(rebasing: piece.bytes[..<count]))
                    drain()
                    hangUp()
                }
            }
        } catch {
            drain()
            if stage == .open { sayClosed(error.closeCode) }
            hangUp()
        }
        guard stage == .open else { return }
        drain()
        if stage == .open { worker.arm(self) }
    }

    private func answer(_ rest: inout UnsafeMutableRawBufferPointer) {
        var answer: UpgradeAnswer
        do throws(HeadReader.Problem) {
            guard let head = try head.take(&rest) else { return }
            if AgentVisit.isMeant(by: head) {
                stage = .visiting
                let visit = AgentVisit(caller: self, worker: worker, local: local)
                self.visit = visit
                visit.begin(head)
                return
            }
            answer = UpgradeAnswer(to: head)
        } catch {
            answer = UpgradeAnswer(to: nil)
        }
        let session = answer.caller.flatMap {
            worker.service.makeSession($0.dialect, callName: $0.name)
        }
        if answer.caller != nil, session == nil { answer = .nobodyHere }
        _ = answer.bytes.withUnsafeBytes { socket?.send($0) }
        guard let session else {
            finishSending()
            return
        }
        deadline?.cancel()
        deadline = nil
        stage = .open
        self.session = session
        worker.add(self)
        drain()
    }

    /// This host as the peer reached it.
    private var local: PeerAddress? {
        var address = talkover_address()
        guard let socket, talkover_udp_local(socket.descriptor, &address) == 0 else { return nil }
        return PeerAddress(raw: address)
    }

    private func finishSending() {
        // Closed with something unread, a connection takes its answer with it.
        stage = .refused
        socket?.finishSending()
    }

    // MARK: What a visit asks

    /// Sends an answer.
    ///
    /// - Parameter isLast: whether no more is read.
    func say(_ bytes: [UInt8], isLast: Bool) {
        guard stage == .visiting, let socket else { return }
        _ = bytes.withUnsafeBytes { socket.send($0) }
        if isLast {
            finishSending()
        } else if socket.queued > Self.visitorBound {
            hangUp()
        } else {
            startDeadline()
        }
    }

    /// Sends what an answer will follow.
    func say(interim bytes: [UInt8]) { _ = bytes.withUnsafeBytes { socket?.send($0) } }

    // MARK: What the worker asks

    /// What the visitor has waited for.
    func visitAnswered(_ reply: PeerReply) { visit?.answered(reply) }

    /// The session's time has come.
    func wake(at scheduled: RunInstant, now: RunInstant) {
        session?.tick(at: scheduled, now: now)
        drain()
    }

    /// Ends the session and the connection.
    func hangUp() {
        guard stage != .over else { return }
        let wasOpen = stage == .open
        stage = .over
        deadline?.cancel()
        deadline = nil
        if wasOpen {
            session?.closed(at: worker.clock.now)
            drain()
            worker.remove(self)
        }
        visit?.left()
        visit = nil
        socket?.close()
        socket = nil
        worker.service.dismiss()
    }

    // MARK: Writing

    /// Does what the session asks for, until it asks for nothing.
    private func drain() {
        guard let session else { return }
        var isEnded = false
        worker.streams.frame.clear()
        while let asked = session.poll(into: &worker.output) {
            switch asked {
            case .transmit(let form):
                guard stage == .open else { continue }
                writer.write(form, worker.output.bytes, into: &worker.streams.frame)
                if worker.streams.frame.readableBytes > Self.sentAtOnce { sendFrames() }
            case .truth(let event): worker.notes.note(event)
            case .close: isEnded = true
            }
        }
        sendFrames()
        guard stage == .open else { return }
        if isEnded {
            sayClosed(1000)
            hangUp()
        } else if let socket, socket.queued > Self.queueBound {
            hangUp()
        }
    }

    /// What cannot be sent for good is found again by reading.
    private func sendFrames() {
        _ = worker.streams.frame.withUnsafeReadableBytes { socket?.send($0) }
        worker.streams.frame.clear()
    }

    private func control(_ control: FrameWriter.Control, _ payload: UnsafeRawBufferPointer) {
        guard let socket, socket.queued <= Self.queueBound else { return }
        worker.streams.frame.clear()
        writer.write(control: control, payload, into: &worker.streams.frame)
        sendFrames()
    }

    private func sayClosed(_ code: UInt16) {
        withUnsafeBytes(of: code.bigEndian) { control(.close, $0) }
    }
}

import Dialects
import NIOCore
import NIOWebSocket
import ReferenceAgent
import Timeline

/// One caller on a WebSocket of the agent: passes messages between the channel and the session.
final class AgentCaller: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame

    /// Unsent bytes above which a caller that does not read is hung up on.
    private static let queueBound = 8 << 20

    let session: AgentSession
    private unowned let worker: AgentWorker
    private let door: WireDoor
    private var context: ChannelHandlerContext?
    private var writer = FrameWriter(isClient: false)
    private var frame = ByteBuffer()
    private var assembly = MessageAssembly()
    private var queued = 0
    private var isOver = false
    /// Place in its worker.
    var place = 0
    /// Counts the times it was told when to come back: earlier ones no longer hold.
    var arming: UInt32 = 0
    /// When it is next looked after.
    var armed: RunInstant?

    init(session: AgentSession, worker: AgentWorker, door: WireDoor) {
        self.session = session
        self.worker = worker
        self.door = door
    }

    // MARK: What the channel reports

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        worker.add(self)
        drain()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        closed()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver else { return }
        let frame = Self.unwrapInboundIn(data)
        switch frame.opcode {
        case .text, .binary, .continuation: receive(frame)
        case .ping: control(.pong, frame.unmaskedData)
        case .connectionClose:
            control(.connectionClose, WebSocketLink.closeCode(of: frame.unmaskedData))
            hangUp()
        case .pong: break
        default: hangUp()  // reserved: RFC 6455 §5.2
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { hangUp() }

    func channelInactive(context: ChannelHandlerContext) { closed() }

    private func receive(_ frame: WebSocketFrame) {
        do throws(MessageAssembly.Problem) {
            guard let (form, bytes) = try assembly.take(frame) else { return }
            let now = worker.clock.now
            bytes.withUnsafeReadableBytes {
                session.receive(form, message: $0, arrived: now, now: now)
            }
            drain()
            worker.arm(self)
        } catch {
            hangUp()
        }
    }

    // MARK: What the worker asks

    /// The session's time has come.
    func wake(at scheduled: RunInstant, now: RunInstant) {
        session.tick(at: scheduled, now: now)
        drain()
    }

    /// The connection is gone, or will be: the session ends, and with it the caller.
    func closed() {
        guard !isOver else { return }
        isOver = true
        session.closed(at: worker.clock.now)
        drain()
        worker.remove(self)
    }

    /// Ends the session and the connection.
    func hangUp() {
        closed()
        context?.close(promise: nil)
    }

    private func drain() {
        var hasWritten = false
        var isEnded = false
        while let asked = session.poll(into: &worker.output) {
            switch asked {
            case .transmit(let form):
                send(form)
                hasWritten = true
            case .truth(let event): worker.notes.note(event)
            case .close: isEnded = true
            }
        }
        if hasWritten { door.flush() }
        if isEnded, !isOver {
            var code = ByteBuffer()
            code.write(webSocketErrorCode: .normalClosure)
            control(.connectionClose, code)
            hangUp()
        } else if queued > Self.queueBound {
            hangUp()
        }
    }

    private func send(_ form: MessageForm) {
        guard let context, !isOver else { return }
        frame.clear()
        writer.write(form, worker.output.bytes, into: &frame)
        queued = context.channel.isWritable ? 0 : queued + frame.readableBytes
        door.write(frame)
    }

    private func control(_ opcode: WebSocketOpcode, _ payload: ByteBuffer) {
        let frame = WebSocketFrame(fin: true, opcode: opcode, data: payload)
        context?.channel.writeAndFlush(frame, promise: nil)
    }
}

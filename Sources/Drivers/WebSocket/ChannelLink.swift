import Callers
import Dialects
import NIOCore
import NIOWebSocket
import Timeline

/// One caller's WebSocket over a NIO channel, for `wss`: opened, written to once per slot, closed.
///
/// Belongs to its event loop.
final class ChannelLink: WebSocketLink {
    private enum Stage { case dialling, open, closing, over }

    let eventLoop: any EventLoop
    let clock: MonotonicClock
    /// Let go of when the call is over, though the connection may take longer to close.
    private var owner: (any WebSocketLinkOwner)?
    private var stage = Stage.dialling
    private var channel: (any Channel)?
    private var door: WireDoor?
    private var writer = FrameWriter(isClient: true)
    private var frame = ByteBuffer()
    private var assembly = MessageAssembly()
    private var queued = 0
    private var deadline: Scheduled<Void>?

    init(
        eventLoop: any EventLoop, clock: MonotonicClock, owner: any WebSocketLinkOwner
    ) {
        self.eventLoop = eventLoop
        self.clock = clock
        self.owner = owner
    }

    // MARK: Writing

    /// Writes a message; it leaves at the next ``flush()``.
    ///
    /// - Returns: false when the connection cannot take it now, and it waits for the target to
    ///   read.
    func send(_ form: MessageForm, _ message: UnsafeRawBufferPointer) -> Bool {
        guard stage == .open, let channel, let door else { return false }
        frame.clear()
        writer.write(form, message, into: &frame)
        let isWritable = channel.isWritable
        queued = isWritable ? 0 : queued + frame.readableBytes
        door.write(frame)
        if queued > WebSocketLinkBounds.unsent { fail(.stalled) }
        return isWritable
    }

    func flush() { door?.flush() }

    /// Asks the agent for a sign of life; the answer's round trip is measured.
    func ping() {
        var payload = ByteBuffer()
        payload.writeInteger(clock.now.nanoseconds)
        control(.ping, payload)
    }

    /// Closes in good order, and cuts the connection where the target does not answer.
    func close() {
        switch stage {
        case .open:
            stage = .closing
            owner = nil
            control(.connectionClose, Self.normalClosure)
            let bound = NIOLoopBound(self, eventLoop: eventLoop)
            deadline = eventLoop.scheduleTask(in: WebSocketLinkBounds.closePatience) {
                bound.value.drop()
            }
        case .dialling: drop()
        case .closing, .over: break
        }
    }

    /// Cuts the connection at once.
    func drop() {
        stage = .over
        owner = nil
        deadline?.cancel()
        let channel = channel
        self.channel = nil
        door = nil
        channel?.close(promise: nil)
    }

    private static let normalClosure: ByteBuffer = {
        var code = ByteBuffer()
        code.write(webSocketErrorCode: .normalClosure)
        return code
    }()

    /// The code alone, of the payload of a close frame: an answer repeats it, not the reason.
    static func closeCode(of payload: ByteBuffer) -> ByteBuffer {
        let count = payload.readableBytes >= 2 ? 2 : 0
        return payload.getSlice(at: payload.readerIndex, length: count) ?? ByteBuffer()
    }

    private func control(_ opcode: WebSocketOpcode, _ payload: ByteBuffer) {
        guard let channel else { return }
        var generator = SystemRandomNumberGenerator()
        let mask = WebSocketMaskingKey.random(using: &generator)
        let frame = WebSocketFrame(fin: true, opcode: opcode, maskKey: mask, data: payload)
        channel.writeAndFlush(frame, promise: nil)
    }

    // MARK: What the channel reports

    /// Gives the dial this long.
    func startDeadline(_ patience: Nanoseconds, what: @escaping () -> String) {
        let bound = NIOLoopBound((link: self, what: what), eventLoop: eventLoop)
        deadline = eventLoop.scheduleTask(in: .nanoseconds(patience.count)) {
            bound.value.link.fail(
                CallFailure(code: "timeout", detail: "\(bound.value.what()) within \(patience)")
            )
        }
    }

    var isDialling: Bool { stage == .dialling }

    /// The connection the dial is working on.
    func dialled(_ channel: any Channel, door: WireDoor) {
        self.channel = channel
        self.door = door
    }

    func opened(_ setup: SetupTimes) {
        guard stage == .dialling else { return }
        deadline?.cancel()
        stage = .open
        owner?.linkOpened(setup)
    }

    func received(_ frame: WebSocketFrame) {
        switch frame.opcode {
        case .text, .binary, .continuation: receivedData(frame)
        case .ping: control(.pong, frame.unmaskedData)
        case .pong:
            var payload = frame.unmaskedData
            guard stage == .open, let sent = payload.readInteger(as: Int64.self) else { return }
            let span = clock.now - RunInstant(nanoseconds: sent)
            // A pong nobody asked for may hold any number.
            if span > .zero, span < .seconds(60) { owner?.linkMeasured(roundTrip: span) }
        case .connectionClose: receivedClose(frame)
        default:
            // Reserved: RFC 6455 §5.2 wants the connection failed.
            fail(
                CallFailure(code: "protocol", detail: "the agent sent a frame of a reserved kind"),
                telling: .protocolError
            )
        }
    }

    private func receivedData(_ frame: WebSocketFrame) {
        guard stage == .open else { return }
        do throws(MessageAssembly.Problem) {
            guard let (form, bytes) = try assembly.take(frame) else { return }
            let arrived = clock.now
            bytes.withUnsafeReadableBytes {
                owner?.linkReceived(form, $0, arrived: arrived, waitingSince: nil)
            }
        } catch {
            switch error {
            case .tooLarge(let bound): failTooLarge(bound)
            case .outOfOrder:
                fail(
                    CallFailure(code: "protocol", detail: "the agent's fragments are out of order"),
                    telling: .protocolError
                )
            }
        }
    }

    private func receivedClose(_ frame: WebSocketFrame) {
        var payload = frame.unmaskedData
        if stage == .open {
            control(.connectionClose, Self.closeCode(of: payload))
            fail(.closed(code: payload.readInteger(as: UInt16.self)))
        } else {
            drop()
        }
    }

    func failTooLarge(_ bound: Int) {
        fail(.tooLarge(bound), telling: .messageTooLarge)
    }

    /// The call is lost.
    ///
    /// - Parameter code: what the agent is told, where it is at fault.
    func fail(_ failure: CallFailure, telling code: WebSocketErrorCode? = nil) {
        let listener = owner
        if stage == .open, let code {
            var payload = ByteBuffer()
            payload.write(webSocketErrorCode: code)
            control(.connectionClose, payload)
        }
        drop()
        listener?.linkFailed(failure)
    }
}

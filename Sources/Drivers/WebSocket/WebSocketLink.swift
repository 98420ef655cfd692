package import Callers
package import Dialects
package import NIOCore
import NIOWebSocket
package import Timeline

/// What a WebSocket tells the call it carries, on its event loop.
package protocol WebSocketLinkOwner: AnyObject {
    /// Messages can flow.
    func linkOpened(_ setup: SetupTimes)
    /// A whole message; the bytes are lent for the length of the call.
    func linkReceived(_ form: MessageForm, _ message: UnsafeRawBufferPointer, arrived: RunInstant)
    /// Ping to pong.
    func linkMeasured(roundTrip: Nanoseconds)
    /// Could not be opened, or is no more. Nothing comes after it.
    func linkFailed(_ failure: CallFailure)
}

/// One caller's WebSocket over a NIO channel: opened, written to once per slot, closed.
///
/// The seam between callers and their connection: nothing above it knows of NIO channels, so a
/// client on raw descriptors can take its place. Belongs to its event loop.
package final class WebSocketLink {
    /// Unsent bytes above which a target counts as not reading.
    static let queueBound = 256 << 10
    /// How long a peer may take to answer a close before the connection is cut.
    static let closePatience = TimeAmount.seconds(1)

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

    package init(
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
    package func send(_ form: MessageForm, _ message: UnsafeRawBufferPointer) -> Bool {
        guard stage == .open, let channel, let door else { return false }
        frame.clear()
        writer.write(form, message, into: &frame)
        let isWritable = channel.isWritable
        queued = isWritable ? 0 : queued + frame.readableBytes
        door.write(frame)
        if queued > Self.queueBound {
            fail(
                CallFailure(
                    code: "stalled",
                    detail: "the agent stopped reading: \(Self.queueBound >> 10) kB wait to be sent"
                )
            )
        }
        return isWritable
    }

    package func flush() { door?.flush() }

    /// Asks the agent for a sign of life; the answer's round trip is measured.
    package func ping() {
        var payload = ByteBuffer()
        payload.writeInteger(clock.now.nanoseconds)
        control(.ping, payload)
    }

    /// Closes in good order, and cuts the connection where the target does not answer.
    package func close() {
        switch stage {
        case .open:
            stage = .closing
            owner = nil
            control(.connectionClose, Self.normalClosure)
            let bound = NIOLoopBound(self, eventLoop: eventLoop)
            deadline = eventLoop.scheduleTask(in: Self.closePatience) { bound.value.drop() }
        case .dialling: drop()
        case .closing, .over: break
        }
    }

    /// Cuts the connection at once.
    package func drop() {
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
            bytes.withUnsafeReadableBytes { owner?.linkReceived(form, $0, arrived: arrived) }
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
            let code = payload.readInteger(as: UInt16.self).map { " with code \($0)" } ?? ""
            fail(CallFailure(code: "closed_by_agent", detail: "the agent closed the call\(code)"))
        } else {
            drop()
        }
    }

    func failTooLarge(_ bound: Int) {
        fail(
            CallFailure(
                code: "message_too_large",
                detail: "the agent sent a message of more than \(bound >> 20) MiB"
            ),
            telling: .messageTooLarge
        )
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

import Callers
import Dialects
import Gateway
import NIOCore
import Timeline

/// One call through a gateway: its session, and the WebSocket to the agent behind it.
final class GatewayCallee: PeerCallee, WebSocketLinkOwner {
    /// How long the agent may take to be reached.
    private static let patience = Nanoseconds.seconds(10)

    var nudge: (() -> Void)?
    private let session: GatewaySession
    private unowned let worker: AgentWorker
    private var link: WebSocketLink?
    private var isOpen = false
    private var isOver = false

    init(session: GatewaySession, worker: AgentWorker) {
        self.session = session
        self.worker = worker
    }

    /// Calls the agent.
    func dial(_ target: WebSocketTarget) {
        let link = WebSocketLink(
            target: target, callName: session.call, streams: worker.streams,
            eventLoop: worker.eventLoop, owner: self)
        self.link = link
        link.dial(patience: Self.patience)
    }

    // MARK: PeerCallee

    var wake: RunInstant? { session.wake }

    func receive(datagram: UnsafeRawBufferPointer, arrived: RunInstant, now: RunInstant) {
        session.receive(datagram: datagram, arrived: arrived, now: now)
    }

    func receive(
        _ form: MessageForm, message: UnsafeRawBufferPointer, arrived: RunInstant, now: RunInstant
    ) {
        session.receiveEdge(event: message, now: now)
    }

    func tick(now: RunInstant) {
        guard let due = session.wake else { return }
        session.tick(at: due, now: now)
    }

    func closed(at now: RunInstant) { session.closed(at: now) }

    func poll(into buffer: inout WireBuffer) -> PeerCalleeOutput? {
        while let asked = session.poll(into: &buffer) {
            switch asked {
            case .edge: return .transmit(.binary)
            case .edgeEvent: return .transmit(.text)
            case .upstream(let form):
                guard isOpen else { continue }
                _ = link?.send(form, buffer.bytes)
            case .note(let event): worker.notes.note(event)
            case .close:
                hangUp()
                return .hangUp
            }
        }
        return nil
    }

    // MARK: WebSocketLinkOwner

    func linkOpened(_ setup: SetupTimes) {
        isOpen = true
        session.upstreamOpened(at: worker.clock.now)
        nudge?()
    }

    func linkReceived(
        _ form: MessageForm, _ message: UnsafeRawBufferPointer, arrived: RunInstant,
        waitingSince: RunInstant
    ) {
        session.upstreamReceived(form, message: message, arrived: arrived, now: worker.clock.now)
        nudge?()
    }

    func linkMeasured(roundTrip: Nanoseconds) {}

    func linkFailed(_ failure: CallFailure) {
        isOpen = false
        session.upstreamFailed(failure.detail, at: worker.clock.now)
        nudge?()
    }

    private func hangUp() {
        guard !isOver else { return }
        isOver = true
        isOpen = false
        link?.close()
        link = nil
    }
}

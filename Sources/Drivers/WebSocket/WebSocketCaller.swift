import Callers
import Dialects
import Timeline

/// One call on its WebSocket: passes messages between the session and the link, and notes both
/// ends.
final class WebSocketCaller<Session: LineSession>: WebSocketLinkOwner {
    /// What became of the frame of a slot.
    enum Sending { case nothing, sent, heldBack }

    let session: Session
    let path: Int
    private unowned let loop: MessageLoop<Session>
    private(set) var link: WebSocketLink?
    private(set) var isOpen = false
    private(set) var isOver = false
    /// Place in its loop, and which of the calls that had it this is.
    let place: Int
    let generation: UInt32
    private(set) var firstSlot = RunInstant.zero
    var nextSlot = RunInstant.zero
    var nextPing = RunInstant.zero

    init(session: Session, loop: MessageLoop<Session>, place: Int, generation: UInt32) {
        self.session = session
        self.loop = loop
        self.place = place
        self.generation = generation
        path = session.id.path
    }

    func dial(_ target: WebSocketTarget) {
        let link = WebSocketLink(
            target: target, callName: String(session.wireID), streams: loop.streams,
            eventLoop: loop.eventLoop, owner: self
        )
        self.link = link
        link.dial(patience: loop.patience)
    }

    func slot(scheduled: RunInstant, now: RunInstant) -> Sending {
        session.slot(scheduled: scheduled, now: now)
        return drain()
    }

    func interrupt(at now: RunInstant) {
        guard !isOver else { return }
        session.interrupt(at: now)
        drain()
        if !isOver { end() }
    }

    // MARK: WebSocketLinkOwner

    var memory: NearMemory {
        var memory = NearMemory()
        memory.add(session)
        if let line = session.line { memory.add(line) }
        if let link { memory.add(link) }
        memory.add(self)
        return memory
    }

    func linkOpened(_ setup: SetupTimes) {
        let now = loop.clock.now
        firstSlot = loop.takePhase(self, earliest: now)
        nextSlot = firstSlot
        isOpen = true
        loop.recorder.callConnected(path: path, wireID: session.wireID, firstSlot: firstSlot)
        session.connected(at: now, firstSlot: firstSlot, setup: setup)
        drain()
    }

    func linkReceived(
        _ form: MessageForm, _ message: UnsafeRawBufferPointer, arrived: RunInstant,
        waitingSince: RunInstant
    ) {
        guard !isOver else { return }
        loop.recorder.packetRead(path: path, dwell: arrived - waitingSince)
        session.receive(form, message: message, arrived: arrived)
        drain()
    }

    func linkMeasured(roundTrip: Nanoseconds) { session.roundTrip(roundTrip) }

    func linkFailed(_ failure: CallFailure) {
        guard !isOver else { return }
        session.failed(failure, at: loop.clock.now)
        drain()
        if !isOver { end() }
    }

    // MARK: Draining

    /// Does what the call asks for, until it asks for nothing; what is to be sent leaves at once.
    @discardableResult
    private func drain() -> Sending {
        var outcome = Sending.nothing
        loop.output.removeAll()
        while let asked = session.poll(into: &loop.output) {
            switch asked {
            case .transmit(let form):
                let sent = link?.send(form, loop.output.bytes) ?? false
                if outcome != .heldBack { outcome = sent ? .sent : .heldBack }
            case .observe(let observation):
                loop.recorder.record(observation, path: path)
            case .hangUp:
                // What was sent last said goodbye: it was no frame.
                end()
                return .nothing
            }
            loop.output.removeAll()
        }
        return outcome
    }

    private func end() {
        guard !isOver else { return }
        isOver = true
        if isOpen { loop.recorder.callEnded(path: path) }
        link?.close()
        loop.over(self)
    }
}

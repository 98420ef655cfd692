import CSockets
package import Callers
import Dialects
package import Timeline
import WebRTCCore

/// Carries the UDP media of the callers of one loop, a tick at a time.
///
/// Owns one socket per caller as a raw descriptor. A tick takes what has arrived, with the kernel's
/// timestamps, and then sends for the callers whose slot it is. It never waits, and in steady
/// state allocates nothing. Belongs to its event loop and knows nothing of it.
package final class MediaLoop<Session: LineSession> {
    /// An unreachable peer is given up after this many reports over at least this long.
    private static var refusalLimit: Int { 5 }
    private static var refusalSpan: Nanoseconds { .milliseconds(200) }

    static var never: RunInstant { RunInstant(nanoseconds: .max) }

    let clock: MonotonicClock
    let recorder: LoopRecorder
    private let ended: (CallID, RunInstant) -> Void
    let epoll: Int32
    /// One datagram of a line that hears everybody.
    let input: UnsafeMutableRawBufferPointer
    let tokens: UnsafeMutableBufferPointer<UInt32>
    var inbox = DatagramInbox()
    /// The line read last.
    var lastRead = Int.max
    let outbox = SlotOutbox()
    /// What is sent at once.
    var output = WireBuffer()
    var arrivals: ArrivalClock
    let lines = LineTable<Session>()
    /// When each line's peer session is due, beside the lines so that looking touches little
    /// memory.
    var peerWakes: [RunInstant] = []
    var peers = 0
    /// What connecting WebRTC calls took, by path.
    var setups: [Int: (count: Int, time: Nanoseconds)] = [:]
    private var free: [Int] = []
    private var ports = PortTurn()
    var wheel: SlotWheel
    private var spreads: [Int: PhaseSpread] = [:]

    /// - Parameter ended: told of every call that is over, after its last observation.
    package init(
        clock: MonotonicClock,
        recorder: LoopRecorder,
        ended: @escaping (CallID, RunInstant) -> Void
    ) throws {
        self.clock = clock
        self.recorder = recorder
        self.ended = ended
        epoll = try SystemError.check(talkover_epoll_open())
        input = .allocate(byteCount: DatagramInbox.largestDatagram, alignment: 16)
        tokens = .allocate(capacity: 1_024)
        arrivals = ArrivalClock(clock: clock)
        wheel = SlotWheel(now: clock.now)
    }

    deinit {
        for place in lines.indices where lines[place].session != nil {
            talkover_close(lines[place].descriptor)
            lines[place].ahead.deallocate()
        }
        talkover_close(epoll)
        input.deallocate()
        inbox.deallocate()
        tokens.deallocate()
    }

    /// Calls that have a line.
    package var count: Int { lines.count - free.count }

    /// Times the time of day was stepped while the loop ran.
    package var clockSteps: Int { arrivals.steps }

    /// Opens a line for a call.
    ///
    /// Plain RTP has no handshake: media may flow at once.
    ///
    /// Not to be called from within a tick, so not from `ended`.
    package func dial(_ session: Session, peer: PeerAddress) {
        guard let place = open(session, like: peer) else { return }
        lines[place].peer = peer.raw
        connect(place, session, setup: SetupTimes())
        drain(place, session)
    }

    /// A place with a socket of its own; the call has failed where there is none to be had.
    ///
    /// - Parameter like: gives the address family.
    func open(_ session: Session, like: PeerAddress) -> Int? {
        let descriptor = ports.open(like: like)
        guard descriptor >= 0 else {
            refuse(session, CallFailure(system: SystemError(-descriptor), kind: "UDP"))
            return nil
        }
        let place = free.popLast() ?? lines.grow()
        if place == peerWakes.count { peerWakes.append(Self.never) }
        let added = talkover_epoll_add(epoll, descriptor, UInt32(place))
        guard added == 0 else {
            talkover_close(descriptor)
            free.append(place)
            refuse(session, CallFailure(system: SystemError(-added), kind: "UDP"))
            return nil
        }
        var line = MediaLine<Session>()
        line.session = session
        line.descriptor = descriptor
        line.generation = lines[place].generation &+ 1
        line.path = session.id.path
        line.interval = session.interval
        lines[place] = line
        return place
    }

    /// Media can flow: the call gets its first slot.
    func connect(_ place: Int, _ session: Session, setup: SetupTimes) {
        let now = clock.now
        let path = lines[place].path
        let first = spreads[path, default: PhaseSpread(interval: session.interval)]
            .take(earliest: now)
        lines[place].firstSlot = first
        lines[place].nextSlot = first
        lines[place].isConnected = true
        recorder.callConnected(path: path, wireID: session.wireID, firstSlot: first)
        session.connected(at: now, firstSlot: first, setup: setup)
        wheel.insert(token: UInt32(place), generation: lines[place].generation, at: first)
    }

    /// One tick: receive, then send.
    ///
    /// - Parameters:
    ///   - nominal: the tick's place on the grid; slots up to it are due.
    ///   - now: when the tick really came.
    package func tick(nominal: RunInstant, now: RunInstant) {
        arrivals.refresh()
        receive()
        receiveDue(nominal: nominal)
        tickPeers(now: now)
        sendDue(nominal: nominal)
    }

    /// The run ends early: every call is told, and hangs up.
    package func interruptAll() {
        for place in lines.indices {
            if lines[place].isLatched { read(place) }
            takeInbox()
            guard let session = lines[place].session else { continue }
            session.interrupt(at: clock.now)
            drain(place, session)
        }
    }

    // MARK: Endings

    func noteRefusal(_ place: Int, now: RunInstant) {
        talkover_udp_drain_errors(lines[place].descriptor)
        if lines[place].refusals == 0 { lines[place].firstRefusal = now }
        lines[place].refusals += 1
    }

    func receiveFailed(_ place: Int, _ error: SystemError, now: RunInstant) {
        // On WebRTC a way that leads nowhere is found by ICE.
        guard lines[place].link == nil, error.isRefused || error.isUnreachable else {
            // Readable for a report that names no error: left in its queue, it would wake every
            // tick.
            talkover_udp_drain_errors(lines[place].descriptor)
            return
        }
        noteRefusal(place, now: now)
        guard lines[place].refusals >= Self.refusalLimit,
            now - lines[place].firstRefusal >= Self.refusalSpan
        else { return }
        end(place, failure: CallFailure(system: error, kind: "UDP"), now: now)
    }

    /// The session's own counts know nothing of what never reached it, nor of what never left.
    func amended(_ observation: Observation, _ place: Int) -> Observation {
        guard case .call(var record) = observation else { return observation }
        record.media.packetsRefused += lines[place].turnedAway
        record.media.framesSent -= lines[place].ahead.frames
        return .call(record)
    }

    func end(_ place: Int, failure: CallFailure, now: RunInstant) {
        guard let session = lines[place].session else { return }
        session.failed(failure, at: now)
        drain(place, session)
        if lines[place].session === session { close(place, session) }
    }

    func close(_ place: Int, _ session: Session) {
        let path = lines[place].path
        if lines[place].isConnected {
            recorder.callEnded(path: path)
            spreads[path]?.release(first: lines[place].firstSlot)
        }
        if let link = lines[place].link { closePeer(place, link) }
        // Closing a descriptor takes it out of the epoll set as well.
        talkover_close(lines[place].descriptor)
        lines[place].session = nil
        lines[place].link = nil
        lines[place].ahead.deallocate()
        free.append(place)
        ended(session.id, clock.now)
    }

    /// A call that cannot even be dialled.
    package func refuse(_ session: Session, _ failure: CallFailure) {
        let now = clock.now
        session.failed(failure, at: now)
        output.removeAll()
        while let asked = session.poll(into: &output) {
            if case .observe(let observation) = asked {
                recorder.record(observation, path: session.id.path)
            }
            output.removeAll()
        }
        ended(session.id, now)
    }
}

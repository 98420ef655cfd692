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
    /// Larger datagrams are no media packet.
    private static var largestDatagram: Int { 2_048 }
    /// Datagrams read in one tick at most, so that a flood cannot hold up what is to be sent.
    private static var readsPerTick: Int { 4_096 }
    /// Datagrams of one call read for one of them.
    private static var readsAtOnce: Int { 64 }
    /// An unreachable peer is given up after this many reports over at least this long.
    private static var refusalLimit: Int { 5 }
    private static var refusalSpan: Nanoseconds { .milliseconds(200) }

    static var never: RunInstant { RunInstant(nanoseconds: .max) }

    let clock: MonotonicClock
    let recorder: LoopRecorder
    private let ended: (CallID, RunInstant) -> Void
    private let epoll: Int32
    let input: UnsafeMutableRawBufferPointer
    private let tokens: UnsafeMutableBufferPointer<UInt32>
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
    private var wheel: SlotWheel
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
        input = .allocate(byteCount: Self.largestDatagram, alignment: 16)
        tokens = .allocate(capacity: 1_024)
        arrivals = ArrivalClock(clock: clock)
        wheel = SlotWheel(now: clock.now)
    }

    deinit {
        for place in lines.indices where lines[place].session != nil {
            talkover_close(lines[place].descriptor)
        }
        talkover_close(epoll)
        input.deallocate()
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
        var local = like.wildcard.raw
        let descriptor = talkover_udp_open(&local, 0, 0, true)
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
        line.sessionBytes = talkover_heap_bytes(Unmanaged.passUnretained(session).toOpaque())
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
        tickPeers(now: now)
        sendDue(nominal: nominal)
    }

    /// The run ends early: every call is told, and hangs up.
    package func interruptAll() {
        for place in lines.indices {
            guard let session = lines[place].session else { continue }
            session.interrupt(at: clock.now)
            drain(place, session)
        }
    }

    // MARK: Receiving

    private func receive() {
        var budget = Self.readsPerTick
        while budget > 0 {
            let capacity = Int32(min(budget, tokens.count))
            let ready = talkover_epoll_ready(epoll, tokens.baseAddress, capacity)
            guard ready > 0 else { return }
            for index in 0..<Int(ready) {
                if index + 2 < ready { lines.prefetch(Int(tokens[index + 2]), ahead: 2) }
                if index + 1 < ready { lines.prefetch(Int(tokens[index + 1]), ahead: 1) }
                receiveOne(Int(tokens[index]))
            }
            budget -= Int(ready)
        }
    }

    private func receiveOne(_ place: Int) {
        guard let session = lines[place].session else { return }
        guard lines[place].isLatched else {
            if receiveFromAnybody(place, session) { latch(place, session) }
            return
        }
        var stamp: Int64 = 0
        var truncated = false
        let count = talkover_udp_receive(
            lines[place].descriptor, input.baseAddress, input.count, &stamp, nil, &truncated)
        guard count >= 0 else {
            receiveFailed(place, SystemError(Int32(-count)), now: clock.now)
            return
        }
        guard !truncated else {
            lines[place].turnedAway += 1
            return
        }
        if let link = lines[place].link {
            receive(Int(count), from: link.remote, place, session, link, stamp: stamp)
        } else {
            take(Int(count), place, session, stamp: stamp)
        }
    }

    /// Takes one datagram of a line whose socket hears everybody.
    ///
    /// - Returns: whether it was a packet of the peer's.
    private func receiveFromAnybody(_ place: Int, _ session: Session) -> Bool {
        var stamp: Int64 = 0
        var truncated = false
        var from = talkover_address()
        let count = talkover_udp_receive(
            lines[place].descriptor, input.baseAddress, input.count, &stamp, &from, &truncated)
        guard count >= 0 else {
            receiveFailed(place, SystemError(Int32(-count)), now: clock.now)
            return false
        }
        let isFromPeer = talkover_address_equal(&from, &lines[place].peer)
        // On WebRTC packets are known by their keys, not by their sender.
        guard isFromPeer || lines[place].link != nil, !truncated else {
            lines[place].turnedAway += 1
            return false
        }
        if let link = lines[place].link {
            let source = TransportAddress(&from)
            return receive(Int(count), from: source, place, session, link, stamp: stamp)
                && isFromPeer && link.hearsOnlyThePeer && lines[place].session === session
        }
        take(Int(count), place, session, stamp: stamp)
        return lines[place].session === session
    }

    /// From now on the kernel turns strangers away, and looks up the way only once.
    ///
    /// Only when the peer has been heard: until then, who sends from elsewhere is to be counted.
    private func latch(_ place: Int, _ session: Session) {
        guard talkover_udp_connect(lines[place].descriptor, &lines[place].peer) == 0 else { return }
        lines[place].isLatched = true
        // What had come before the socket was connected is still in it.
        for _ in 0..<Self.readsAtOnce {
            guard talkover_udp_has_datagram(lines[place].descriptor) else { return }
            _ = receiveFromAnybody(place, session)
            guard lines[place].session === session else { return }
        }
        // A flood: the next packet of the peer's goes on with it.
        lines[place].isLatched = false
    }

    /// A datagram of the peer's, in ``input``.
    private func take(_ count: Int, _ place: Int, _ session: Session, stamp: Int64) {
        let now = clock.now
        let arrived = arrivals.arrival(stamp: stamp, now: now)
        lines[place].refusals = 0
        if stamp != 0 { recorder.packetRead(path: lines[place].path, dwell: now - arrived) }
        session.receive(
            datagram: UnsafeRawBufferPointer(rebasing: input[..<count]), arrived: arrived)
        drain(place, session)
    }

    // MARK: Sending

    private func sendDue(nominal: RunInstant) {
        var now = clock.now
        wheel.advance(to: nominal, soon: prefetch) { entry in
            let place = Int(entry.token)
            guard let session = lines[place].session, lines[place].generation == entry.generation
            else { return nil }
            let scheduled = lines[place].nextSlot
            let interval = lines[place].interval
            lines[place].nextSlot = scheduled + interval
            session.slot(scheduled: scheduled, now: now)
            let path = lines[place].path
            let outcome = drain(place, session)
            now = clock.now
            switch outcome {
            case .nothing: break
            case .sent:
                recorder.frameSent(path: path, scheduled: scheduled, left: now, interval: interval)
            case .heldBack: recorder.frameHeldBack(path: path)
            }
            return scheduled + interval
        }
    }

    private func prefetch(_ entry: SlotWheel.Entry, ahead: Int) {
        lines.prefetch(Int(entry.token), ahead: ahead)
    }

    enum Sending { case nothing, sent, heldBack }

    /// Does what a call asks for, until it asks for nothing.
    @discardableResult
    func drain(_ place: Int, _ session: Session) -> Sending {
        var outcome = Sending.nothing
        output.removeAll()
        while let asked = session.poll(into: &output) {
            switch asked {
            case .transmit(let form):
                if let link = lines[place].link, form == .text {
                    _ = link.peer.send(message: output.bytes, isText: true, at: clock.now)
                    drainPeer(place, session, link)
                    guard lines[place].session === session else { return .nothing }
                    break
                }
                let sent = send(place)
                if outcome != .heldBack { outcome = sent ? .sent : .heldBack }
            case .observe(let observation):
                recorder.record(amended(observation, place), path: lines[place].path)
            case .hangUp:
                // What was sent last said goodbye: it was no frame.
                close(place, session)
                return .nothing
            }
            output.removeAll()
        }
        return outcome
    }

    private func send(_ place: Int) -> Bool {
        if let link = lines[place].link {
            guard link.peer.protect(&output) else { return false }
            if let server = link.streamRoute { return link.send(output.bytes, server: server) }
        }
        let sent = sendOnce(place)
        if sent >= 0 { return true }
        let error = SystemError(Int32(-sent))
        guard error.isRefused else { return false }
        // The report of an earlier packet stood in the way of this one.
        noteRefusal(place, now: clock.now)
        return sendOnce(place) >= 0
    }

    private func sendOnce(_ place: Int) -> Int64 {
        let bytes = output.bytes
        if lines[place].isLatched {
            return talkover_udp_send(lines[place].descriptor, bytes.baseAddress, bytes.count, nil)
        }
        return talkover_udp_send(
            lines[place].descriptor, bytes.baseAddress, bytes.count, &lines[place].peer)
    }

    // MARK: Endings

    private func noteRefusal(_ place: Int, now: RunInstant) {
        talkover_udp_drain_errors(lines[place].descriptor)
        if lines[place].refusals == 0 { lines[place].firstRefusal = now }
        lines[place].refusals += 1
    }

    private func receiveFailed(_ place: Int, _ error: SystemError, now: RunInstant) {
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

    /// The session's own count knows nothing of what never reached it.
    private func amended(_ observation: Observation, _ place: Int) -> Observation {
        guard case .call(var record) = observation, lines[place].turnedAway > 0 else {
            return observation
        }
        record.media.packetsRefused += lines[place].turnedAway
        return .call(record)
    }

    func end(_ place: Int, failure: CallFailure, now: RunInstant) {
        guard let session = lines[place].session else { return }
        session.failed(failure, at: now)
        drain(place, session)
        if lines[place].session === session { close(place, session) }
    }

    private func close(_ place: Int, _ session: Session) {
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

import CSockets
import NIOCore
import ReferenceAgent
import Timeline

/// One event loop's share of an agent: of its WebSocket callers, its UDP port and its WebRTC calls.
///
/// Belongs to its loop. A session says when it wants to be woken; a wheel of ticks remembers it, so
/// that no session has a timer of its own.
final class AgentWorker {
    /// Sessions are looked after this often at least, so that outdated entries of the wheel do not
    /// pile up behind wishes for times far off.
    private static let longestSleep = Nanoseconds.milliseconds(200)

    let eventLoop: any EventLoop
    let clock: MonotonicClock
    let service: AgentService
    let streams: StreamLoop
    var output = WireBuffer()
    var notes: TruthNotes
    private var port: AgentDatagramPort?
    private var peers: PeerPort?
    private var gateway: GatewayDatagramPort?
    private var callers: [AgentCaller?] = []
    private var free: [Int] = []
    private var armings: UInt32 = 0
    private var wheel: SlotWheel
    private var ticker: LoopTicker?
    private var isClosed = false
    /// Visitors that wait for the reception, by what their reply is known by.
    private var visitors: [UInt64: AgentCaller] = [:]
    /// Replies that nobody waits for any more.
    private var abandoned: Set<UInt64> = []
    private var visits: UInt64 = 0

    init(eventLoop: any EventLoop, service: AgentService, log: TruthLog?) throws(SystemError) {
        self.eventLoop = eventLoop
        self.service = service
        clock = service.clock
        streams = try StreamLoop(clock: clock)
        notes = TruthNotes(log: log)
        wheel = SlotWheel(now: clock.now)
        _ = talkover_set_timer_slack(1_000)
        // Before other programs, and behind the generator. Not real-time as the generator's loops
        // are: where both had nearly all of a processor, the kernel would hold both back for 50 ms
        // of every second. Where the system does not allow it, replies come later.
        _ = talkover_go_before_others()
        ticker = LoopTicker(eventLoop: eventLoop, clock: clock) { [weak self] tick, now in
            self?.tick(tick, now: now)
        }
        ticker?.start()
    }

    /// Takes its share of the UDP port under its wing.
    func open(_ port: AgentDatagramPort) { self.port = port }

    /// Takes the UDP port of WebRTC callers under its wing.
    func open(_ peers: PeerPort) { self.peers = peers }

    /// The same of a gateway's plain RTP callers.
    func open(_ gateway: GatewayDatagramPort) { self.gateway = gateway }

    /// Opens the TCP port, for all workers.
    func listen(
        _ address: PeerAddress, dealingTo workers: [NIOLoopBound<AgentWorker>]
    ) throws -> UInt16 {
        let listener = try AgentListener(address: address, service: service, workers: workers)
        try listener.watch(in: streams)
        return listener.port
    }

    /// Takes a connection that was admitted.
    func accept(_ descriptor: Int32) {
        guard !isClosed else {
            talkover_close(descriptor)
            return
        }
        AgentCaller(worker: self).start(descriptor)
    }

    /// Ends every call and writes down that it ended.
    func close() {
        isClosed = true
        ticker?.stop()
        for caller in callers { caller?.hangUp() }
        for caller in Array(visitors.values) { caller.hangUp() }
        streams.removeAll()
        port?.close(now: clock.now, notes: &notes)
        port = nil
        peers?.close()
        peers = nil
        gateway?.close()
        gateway = nil
        notes.flush()
    }

    // MARK: What callers ask

    func add(_ caller: AgentCaller) {
        caller.place = free.popLast() ?? callers.count
        if caller.place == callers.count {
            callers.append(caller)
        } else {
            callers[caller.place] = caller
        }
        arm(caller)
    }

    func remove(_ caller: AgentCaller) {
        guard callers[caller.place] === caller else { return }
        callers[caller.place] = nil
        free.append(caller.place)
    }

    /// Sees to it that a caller is woken when its session wants to be.
    func arm(_ caller: AgentCaller) {
        guard let wake = caller.session?.wake else { return }
        if let armed = caller.armed, armed <= wake { return }
        armings &+= 1
        caller.arming = armings
        let due = min(wake, clock.now + Self.longestSleep)
        caller.armed = due
        wheel.insert(token: UInt32(caller.place), generation: armings, at: due)
    }

    /// Remembers who waits for a reply of the reception.
    ///
    /// - Returns: what to hand the reply to, once, on any thread.
    func enlist(_ caller: AgentCaller) -> (token: UInt64, reply: @Sendable (PeerReply) -> Void) {
        visits &+= 1
        let token = visits
        visitors[token] = caller
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let eventLoop = eventLoop
        return (token, { reply in eventLoop.execute { bound.value.take(reply, for: token) } })
    }

    /// Nobody waits for this reply any more.
    func abandon(_ token: UInt64) {
        if visitors.removeValue(forKey: token) != nil { abandoned.insert(token) }
    }

    private func take(_ reply: PeerReply, for token: UInt64) {
        if let caller = visitors.removeValue(forKey: token) {
            caller.visitAnswered(reply)
        } else if abandoned.remove(token) != nil, case .taken(let answer) = reply {
            // A call that nobody knows of would wait for its caller in vain.
            service.reception?.end(answer.id) { _ in }
        }
    }

    private func tick(_ tick: TickGrid.Tick, now: RunInstant) {
        streams.tick()
        wheel.advance(to: tick.nominal) { entry in
            guard let caller = callers[Int(entry.token)], caller.arming == entry.generation
            else { return nil }
            let now = clock.now
            if let wake = caller.session?.wake, wake <= tick.nominal {
                caller.wake(at: wake, now: now)
            }
            guard let next = caller.session?.wake else {
                caller.armed = nil
                return nil
            }
            let due = min(next, now + Self.longestSleep)
            caller.armed = due
            return due
        }
        port?.tick(now: now, notes: &notes)
        peers?.tick(now: now)
        gateway?.tick(now: now)
        notes.flush()
    }
}

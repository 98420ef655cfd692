import Callers
package import NIOCore
package import Timeline

/// Carries the WebSocket calls of one loop: dials, sends at their slots, asks after round trips.
///
/// Driven by the same tick as ``MediaLoop``, in which its connections are read and written. Belongs
/// to its event loop.
package final class MessageLoop<Session: LineSession> {
    /// Between two pings of a call.
    private static var pingInterval: Nanoseconds { .seconds(2) }

    let eventLoop: any EventLoop
    let clock: MonotonicClock
    let recorder: LoopRecorder
    let streams: StreamLoop
    /// How long a call may take to be set up.
    let patience: Nanoseconds
    var output = WireBuffer()
    private let ended: (CallID, RunInstant) -> Void
    private var callers: [WebSocketCaller<Session>?] = []
    /// What the caller in each place is about to touch.
    private var memory: [NearMemory] = []
    private var free: [Int] = []
    private var generation: UInt32 = 0
    private var wheel: SlotWheel
    private var opened: [WebSocketCaller<Session>] = []
    private var spreads: [Int: PhaseSpread] = [:]

    /// - Parameters:
    ///   - patience: how long a call may take to be set up, name and TLS included.
    ///   - ended: told of every call that is over, after its last observation.
    /// - Throws: when there is no descriptor to be had.
    package init(
        eventLoop: any EventLoop,
        clock: MonotonicClock,
        recorder: LoopRecorder,
        patience: Nanoseconds = .seconds(10),
        ended: @escaping (CallID, RunInstant) -> Void
    ) throws {
        streams = try StreamLoop(clock: clock)
        self.eventLoop = eventLoop
        self.clock = clock
        self.recorder = recorder
        self.patience = patience
        self.ended = ended
        wheel = SlotWheel(now: clock.now)
    }

    /// Calls that are being set up or are up.
    package var count: Int { callers.count - free.count }

    /// Sets a call up; the session hears how that ends.
    package func dial(_ session: Session, target: WebSocketTarget) {
        generation &+= 1
        let place = free.popLast() ?? callers.count
        let caller = WebSocketCaller(
            session: session, loop: self, place: place, generation: generation
        )
        if place == callers.count {
            callers.append(caller)
            memory.append(NearMemory())
        } else {
            callers[place] = caller
        }
        caller.dial(target)
    }

    /// One tick: takes what has arrived, then sends for the calls whose slot it is.
    package func tick(nominal: RunInstant, now: RunInstant) {
        streams.tick()
        for caller in opened where !caller.isOver {
            memory[caller.place] = caller.memory
            wheel.insert(
                token: UInt32(caller.place), generation: caller.generation, at: caller.firstSlot
            )
        }
        opened.removeAll(keepingCapacity: true)
        var now = clock.now
        wheel.advance(to: nominal, soon: prefetch) { entry in
            guard let caller = callers[Int(entry.token)], caller.generation == entry.generation
            else { return nil }
            let scheduled = caller.nextSlot
            let interval = caller.session.interval
            caller.nextSlot = scheduled + interval
            let outcome = caller.slot(scheduled: scheduled, now: now)
            now = clock.now
            switch outcome {
            case .nothing: break
            case .sent:
                recorder.frameSent(
                    path: caller.path, scheduled: scheduled, left: now, interval: interval
                )
            case .heldBack: recorder.frameHeldBack(path: caller.path)
            }
            if now >= caller.nextPing, !caller.isOver {
                caller.nextPing = now + Self.pingInterval
                caller.link?.ping()
            }
            return caller.isOver ? nil : scheduled + interval
        }
    }

    private func prefetch(_ entry: SlotWheel.Entry, ahead: Int) {
        if ahead == 2 { memory[Int(entry.token)].prefetch() }
    }

    /// The run ends early: every call is told, and hangs up.
    package func interruptAll() {
        for caller in callers { caller?.interrupt(at: clock.now) }
    }

    // MARK: What callers ask

    /// The caller's first slot, on a phase of the frame interval that few others have.
    func takePhase(_ caller: WebSocketCaller<Session>, earliest: RunInstant) -> RunInstant {
        opened.append(caller)
        return spreads[caller.path, default: PhaseSpread(interval: caller.session.interval)]
            .take(earliest: earliest)
    }

    func over(_ caller: WebSocketCaller<Session>) {
        if caller.isOpen { spreads[caller.path]?.release(first: caller.firstSlot) }
        callers[caller.place] = nil
        free.append(caller.place)
        ended(caller.session.id, clock.now)
    }
}

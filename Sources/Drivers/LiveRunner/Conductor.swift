import CSockets
import Callers
import NIOCore
import Planning
import Timeline

/// Has each path's fleet decide and the loops carry out: which call begins when, and where.
///
/// Belongs to one event loop; reaches the others' workers by tasks on their loops, which happens
/// once or twice a call and never on the media path.
final class Conductor {
    /// A path as it runs.
    private struct Running {
        var fleet: Fleet
        var started: RunInstant
        var cpuAtStart: Int64
        var residentAtStart = talkover_process_resident_bytes()
        var calls = 0
    }

    typealias Worker = NIOLoopBound<LoopWorker>

    private let eventLoop: any EventLoop
    private let settings: LiveRunner.Settings
    private let merger: SecondMerger
    private let deliver: @Sendable (ObservationBatch) -> Void
    private let done: EventLoopPromise<[PathOutcome]>
    private var workers: [Worker] = []
    private var running: [Int: Running] = [:]
    private var waiting: ArraySlice<Int>
    private var outcomes: [PathOutcome] = []
    private var rota = LoopRota()
    private var isStopping = false
    private var isDone = false

    init(
        eventLoop: any EventLoop,
        settings: LiveRunner.Settings,
        merger: SecondMerger,
        deliver: @escaping @Sendable (ObservationBatch) -> Void,
        done: EventLoopPromise<[PathOutcome]>
    ) {
        self.eventLoop = eventLoop
        self.settings = settings
        self.merger = merger
        self.deliver = deliver
        self.done = done
        waiting = Array(settings.endpoints.indices)[...]
    }

    func begin(workers: [Worker]) {
        self.workers = workers
        rota = LoopRota(loops: workers.count, paths: settings.endpoints.count)
        startNext()
    }

    /// Ends every call; a second time, waits for none of them.
    func stop() {
        guard !isStopping else {
            finish()
            return
        }
        isStopping = true
        waiting = []
        for path in running.keys.sorted() {
            running[path]?.fleet.stop()
            advance(path)
        }
        onEveryWorker { $0.interruptAll() }
        if running.isEmpty { finish() }
    }

    func callEnded(_ call: CallID, at instant: RunInstant) {
        rota.ended(call)
        running[call.path]?.fleet.callEnded(number: call.number, at: instant)
        advance(call.path)
    }

    // MARK: Paths

    private func startNext() {
        switch settings.order {
        case .sequential:
            guard let next = waiting.popFirst() else {
                finish()
                return
            }
            start(path: next)
        case .together:
            let all = waiting
            waiting = []
            for path in all { start(path: path) }
        }
    }

    private func start(path: Int) {
        let now = settings.clock.now
        onEveryWorker { $0.recorder.begin(path: path) }
        running[path] = Running(
            fleet: Fleet(arrivals: settings.arrivals, start: now),
            started: now,
            cpuAtStart: talkover_process_cpu_ns()
        )
        advance(path)
    }

    /// Does what a path's fleet asks for.
    private func advance(_ path: Int) {
        while let asked = running[path]?.fleet.poll(now: settings.clock.now) {
            switch asked {
            case .start(let number, let planned):
                dial(path: path, number: number, planned: planned)
            case .wake(let instant):
                let bound = NIOLoopBound(self, eventLoop: eventLoop)
                let deadline = settings.clock.monotonicNs(of: instant)
                eventLoop.scheduleTask(deadline: .uptimeNanoseconds(UInt64(max(0, deadline)))) {
                    bound.value.advance(path)
                }
            case .finished:
                finish(path: path)
                return
            }
        }
    }

    private func dial(path: Int, number: Int, planned: RunInstant) {
        if running[path]?.calls == 0 {
            // Usage counts from the first call: what went before is preparation.
            running[path]?.started = settings.clock.now
            running[path]?.cpuAtStart = talkover_process_cpu_ns()
        }
        running[path]?.calls += 1
        let worker = workers[rota.place(CallID(path: path, number: number))]
        // By a task also on this very loop: a call is never placed from within another's tick.
        worker.eventLoop.execute {
            worker.value.start(path: path, number: number, planned: planned)
        }
    }

    private func finish(path: Int) {
        guard let ran = running.removeValue(forKey: path) else { return }
        let now = settings.clock.now
        let cpu = Nanoseconds(talkover_process_cpu_ns() - ran.cpuAtStart)
        let shares = workers.map { worker in
            worker.eventLoop.submit { worker.value.end(path: path) }
        }
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        EventLoopFuture.whenAllSucceed(shares, on: eventLoop).whenSuccess { shares in
            var outcome = PathOutcome(
                index: path,
                frames: [:],
                firstSlots: [:],
                usage: PathOutcome.Usage(
                    cpu: cpu,
                    wall: now - ran.started,
                    rssBytes: Int(max(0, talkover_process_resident_bytes())),
                    dropped: 0
                ),
                isComplete: true
            )
            outcome.usage.growthBytes = max(
                0, outcome.usage.rssBytes - Int(max(0, ran.residentAtStart)))
            for share in shares {
                outcome.usage.dropped += share.dropped
                outcome.usage.framesSkipped += share.framesSkipped
                outcome.usage.setupTime += share.setupTime
                outcome.usage.setups += share.setups
                outcome.usage.decoding += share.decoding
                outcome.firstSlots.merge(share.firstSlots) { first, _ in first }
                outcome.frames.merge(share.frames) { total, more in
                    var total = total
                    total.merge(more)
                    return total
                }
            }
            bound.value.finished(outcome)
        }
    }

    private func finished(_ outcome: PathOutcome) {
        var outcome = outcome
        outcome.isComplete = !isStopping
        outcomes.append(outcome)
        deliver(merger.finish(path: outcome.index))
        guard running.isEmpty else { return }
        if waiting.isEmpty { finish() } else { startNext() }
    }

    private func finish() {
        guard !isDone else { return }
        isDone = true
        done.succeed(outcomes.sorted { $0.index < $1.index })
    }

    private func onEveryWorker(_ body: @escaping @Sendable (LoopWorker) -> Void) {
        for worker in workers { worker.eventLoop.execute { body(worker.value) } }
    }
}

import CSockets
import NIOCore
import NIOPosix
package import Timeline

/// How late the tick of a loop comes that has nothing else to do.
package struct TimerLag: Sendable {
    /// Actual tick less the instant it was due.
    package var lateness = FrameTally()
    package var ticks = 0
    /// Ticks that never came because the one before was late.
    package var missed = 0
    /// What one reading of the clock takes, ns.
    package var clockReadNs = 0.0
    /// The least step seen between two readings that differ, ns.
    package var clockStepNs: Int64 = 0

    /// Measures on a loop of its own, with the tick and the sleeps that runs have.
    ///
    /// - Throws: when the loop cannot be had.
    package static func measure(for span: Nanoseconds) async throws -> TimerLag {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            var lag = try await measure(for: span, on: group.next())
            try await group.shutdownGracefully()
            lag.readClock()
            return lag
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
    }

    private static func measure(
        for span: Nanoseconds, on eventLoop: any EventLoop
    ) async throws -> TimerLag {
        let done = eventLoop.makePromise(of: TimerLag.self)
        eventLoop.execute {
            // As the loops of a run, so that the lag is theirs.
            _ = LoopThread.prepare(number: 0, plan: LoopPlan(count: 1))
            let probe = TimerProbe(done: done)
            probe.start(on: eventLoop, for: span)
        }
        return try await done.futureResult.get()
    }

    /// Reads the clock often enough for one reading to be told from the loop around it.
    private mutating func readClock() {
        let readings: Int64 = 100_000
        var step = Int64.max
        let start = talkover_monotonic_ns()
        var last = start
        for _ in 0..<readings {
            let now = talkover_monotonic_ns()
            if now > last { step = min(step, now - last) }
            last = now
        }
        clockReadNs = Double(last - start) / Double(readings)
        clockStepNs = step == .max ? 0 : step
    }
}

/// Counts a ticker's ticks until its time is over; belongs to its event loop.
private final class TimerProbe {
    private let done: EventLoopPromise<TimerLag>
    private var lag = TimerLag()
    private var ticker: LoopTicker?
    private var end = RunInstant.zero

    init(done: EventLoopPromise<TimerLag>) { self.done = done }

    /// The ticker keeps the probe until the last tick.
    func start(on eventLoop: any EventLoop, for span: Nanoseconds) {
        let clock = MonotonicClock()
        end = clock.now + span
        let ticker = LoopTicker(eventLoop: eventLoop, clock: clock) { tick, now in
            self.take(tick, at: now)
        }
        self.ticker = ticker
        ticker.start()
    }

    private func take(_ tick: TickGrid.Tick, at now: RunInstant) {
        guard now < end else {
            ticker?.stop()
            ticker = nil
            done.succeed(lag)
            return
        }
        lag.lateness.record(tick.lateness)
        lag.ticks += 1
        lag.missed += tick.missed
    }
}

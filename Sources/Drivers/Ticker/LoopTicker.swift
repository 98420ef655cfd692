package import NIOCore
package import Timeline

/// Wakes a loop every millisecond on an absolute grid.
///
/// Belongs to its event loop: made, started and stopped there.
package final class LoopTicker {
    private let eventLoop: NIOIsolatedEventLoop
    private let clock: MonotonicClock
    private let body: (TickGrid.Tick, _ now: RunInstant) -> Void
    private var grid: TickGrid
    private var isRunning = false

    package init(
        eventLoop: any EventLoop,
        clock: MonotonicClock,
        body: @escaping (TickGrid.Tick, _ now: RunInstant) -> Void
    ) {
        self.eventLoop = eventLoop.assumeIsolated()
        self.clock = clock
        self.body = body
        grid = TickGrid(now: clock.now)
    }

    package func start() {
        guard !isRunning else { return }
        isRunning = true
        grid = TickGrid(now: clock.now)
        arm()
    }

    /// No tick comes after this returns.
    package func stop() { isRunning = false }

    private func fire() {
        guard isRunning else { return }
        let now = clock.now
        body(grid.fire(at: now), now)
        if isRunning { arm() }
    }

    private func arm() {
        let deadline = clock.monotonicNs(of: grid.deadline(now: clock.now))
        eventLoop.scheduleTask(deadline: .uptimeNanoseconds(UInt64(max(0, deadline)))) {
            self.fire()
        }
    }
}

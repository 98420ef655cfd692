import CSockets
package import Timeline

/// Turns the kernel's receive timestamps, which count CLOCK_REALTIME, into instants of the run.
///
/// Time of day may be slewed or stepped while a run goes on, so the distance between the two
/// clocks is measured again at every tick, which costs three clock readings.
package struct ArrivalClock: Sendable {
    /// Readings further apart than this were interrupted and say nothing.
    private static let widestReading: Int64 = 20_000
    /// A larger change between two readings is a step of the time of day, not drift.
    private static let smallestStep: Int64 = 1_000_000
    /// No packet waits longer for a tick: an older stamp is from before a step.
    private static let oldestStamp = Nanoseconds.seconds(10)

    private let clock: MonotonicClock
    private var offset: Int64
    /// Times the time of day was stepped while the run went on.
    package private(set) var steps = 0

    package init(clock: MonotonicClock) {
        var monotonic: Int64 = 0
        var realtime: Int64 = 0
        _ = talkover_clock_pair(&monotonic, &realtime)
        self.init(clock: clock, monotonic: monotonic, realtime: realtime)
    }

    /// With a first reading of both clocks, in ns.
    package init(clock: MonotonicClock, monotonic: Int64, realtime: Int64) {
        self.clock = clock
        offset = monotonic - realtime
    }

    package mutating func refresh() {
        var monotonic: Int64 = 0
        var realtime: Int64 = 0
        let width = talkover_clock_pair(&monotonic, &realtime)
        refresh(monotonic: monotonic, realtime: realtime, width: width)
    }

    /// Takes a reading of both clocks.
    ///
    /// - Parameter width: how far apart the two readings may be, in ns.
    package mutating func refresh(monotonic: Int64, realtime: Int64, width: Int64) {
        guard width <= Self.widestReading else { return }
        let measured = monotonic - realtime
        if abs(measured - offset) > Self.smallestStep { steps += 1 }
        offset = measured
    }

    /// When a packet arrived; `now` where the stamp is missing (0) or cannot be right.
    package func arrival(stamp: Int64, now: RunInstant) -> RunInstant {
        guard stamp != 0 else { return now }
        let arrived = clock.instant(monotonicNs: stamp + offset)
        return arrived > now || now - arrived > Self.oldestStamp ? now : arrived
    }
}

import CSockets
package import Timeline

/// The present of a live run: CLOCK_MONOTONIC, counted from the run's origin.
package struct MonotonicClock: RunClock {
    /// CLOCK_MONOTONIC at the run's origin, in ns: what ties a run to an agent's truth log.
    package let originMonotonicNs: Int64

    /// Makes this instant the run's origin.
    package init() { originMonotonicNs = talkover_monotonic_ns() }

    package init(originMonotonicNs: Int64) { self.originMonotonicNs = originMonotonicNs }

    package var now: RunInstant { instant(monotonicNs: talkover_monotonic_ns()) }

    /// The run's instant at a reading of CLOCK_MONOTONIC.
    package func instant(monotonicNs: Int64) -> RunInstant {
        RunInstant(nanoseconds: monotonicNs - originMonotonicNs)
    }

    /// CLOCK_MONOTONIC at an instant of the run.
    package func monotonicNs(of instant: RunInstant) -> Int64 {
        instant.nanoseconds + originMonotonicNs
    }
}

/// A moment on a run's own clock, in nanoseconds since the run's origin.
///
/// Live runs count CLOCK_MONOTONIC from the instant the run began; simulated runs
/// count virtual time from zero. It never jumps and has no relation to time of day.
/// Range: ±292 years.
package struct RunInstant: Hashable, Comparable, Sendable, Codable {
    package var nanoseconds: Int64

    package static let zero = RunInstant(nanoseconds: 0)

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    package static func < (left: RunInstant, right: RunInstant) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    package static func + (instant: RunInstant, span: Nanoseconds) -> RunInstant {
        RunInstant(nanoseconds: instant.nanoseconds + span.count)
    }

    package static func - (instant: RunInstant, span: Nanoseconds) -> RunInstant {
        RunInstant(nanoseconds: instant.nanoseconds - span.count)
    }

    /// The signed span from `right` to `left`.
    package static func - (left: RunInstant, right: RunInstant) -> Nanoseconds {
        Nanoseconds(left.nanoseconds - right.nanoseconds)
    }

    package static func += (instant: inout RunInstant, span: Nanoseconds) {
        instant.nanoseconds += span.count
    }
}

/// What tells a runner the present.
///
/// Only the two runners own one; cores receive `now`.
package protocol RunClock: Sendable {
    var now: RunInstant { get }
}

/// A moment on a run's own clock, in nanoseconds since the run's origin.
///
/// Live runs count CLOCK_MONOTONIC from the instant the run began; simulated runs
/// count virtual time from zero. It never jumps and has no relation to time of day.
/// Range: ±292 years.
public struct RunInstant: Hashable, Comparable, Sendable, Codable {
    /// Since the run's origin; negative before it.
    public var nanoseconds: Int64

    /// The run's origin.
    public static var zero: RunInstant { RunInstant(nanoseconds: 0) }

    /// So many nanoseconds after the run's origin.
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// Whether the left instant came first.
    public static func < (left: RunInstant, right: RunInstant) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// The instant a span later.
    public static func + (instant: RunInstant, span: Nanoseconds) -> RunInstant {
        RunInstant(nanoseconds: instant.nanoseconds + span.count)
    }

    /// The instant a span earlier.
    public static func - (instant: RunInstant, span: Nanoseconds) -> RunInstant {
        RunInstant(nanoseconds: instant.nanoseconds - span.count)
    }

    /// The signed span from `right` to `left`.
    public static func - (left: RunInstant, right: RunInstant) -> Nanoseconds {
        Nanoseconds(left.nanoseconds - right.nanoseconds)
    }

    /// Moves the instant on by a span.
    public static func += (instant: inout RunInstant, span: Nanoseconds) {
        instant.nanoseconds += span.count
    }
}

/// What tells a runner the present.
///
/// Only the two runners own one; cores receive `now`.
package protocol RunClock: Sendable {
    var now: RunInstant { get }
}

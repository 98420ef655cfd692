package import Timeline

/// The grid on which a loop's ticks are due: multiples of a tick from the run's origin.
///
/// A late tick stands for every tick that was missed, and the next one falls on the grid
/// again: a stall delays ticks, it never moves them.
package struct TickGrid: Sendable {
    /// One tick as it came.
    package struct Tick: Equatable, Sendable {
        /// The latest instant of the grid that is not in the future: what due times are compared
        /// with, so that a caller at the edge does not hop between ticks.
        package var nominal: RunInstant
        /// Behind the instant it was due.
        package var lateness: Nanoseconds
        /// Ticks that were due before `nominal` and never came.
        package var missed: Int
    }

    package static let millisecond = Nanoseconds.milliseconds(1)

    package let length: Nanoseconds
    /// When the next tick is due.
    package private(set) var due: RunInstant

    /// - Parameter now: the first tick is due at the first instant of the grid after it.
    package init(length: Nanoseconds = Self.millisecond, now: RunInstant) {
        precondition(length > .zero, "a tick takes time, got \(length)")
        self.length = length
        due = .zero
        due = next(after: now)
    }

    /// A tick came.
    package mutating func fire(at now: RunInstant) -> Tick {
        let lateness = max(.zero, now - due)
        let missed = Int(lateness / length)
        let nominal = due + length * missed
        due = nominal + length
        return Tick(nominal: nominal, lateness: lateness, missed: missed)
    }

    /// When to wake for the tick that is due, given that it is `now`: always later than now,
    /// for a loop that finds a timer already due looks at no socket before it.
    package func deadline(now: RunInstant) -> RunInstant {
        due > now ? due : next(after: now)
    }

    private func next(after now: RunInstant) -> RunInstant {
        let ticks = (now - .zero) / length
        var instant = RunInstant.zero + length * Int(ticks)
        if instant <= now { instant += length }
        return instant
    }
}

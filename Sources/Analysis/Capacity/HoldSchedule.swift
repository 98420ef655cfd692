package import Planning
package import Timeline

/// How a step of a capacity search puts its callers on, holds them, and lets them go.
///
/// Callers begin one after the other over the ramp. What is measured are the turns within the hold,
/// which begins a second after the last caller did and ends a second before no more calls begin: all
/// of it passes with every caller up.
package struct HoldSchedule: Equatable, Sendable {
    package var ramp: Nanoseconds
    package var hold: Nanoseconds

    /// Between the ramp and the hold, and behind the hold.
    package static let settling = Nanoseconds.seconds(1)
    /// Calls a second at which callers begin, unless the scenario's own ramp says otherwise.
    private static let rate = 20.0
    private static let ramps = 1.0...30.0

    package init(ramp: Nanoseconds, hold: Nanoseconds) {
        self.ramp = ramp
        self.hold = hold
    }

    /// As many callers beginning as fast as the scenario has its own begin, within 1 to 30 s.
    package init(callers: Int, hold: Nanoseconds, like load: Load) {
        var rate = Self.rate
        if case .closed(let count, let ramp, _) = load, ramp > .zero {
            rate = Double(count) / ramp.seconds
        }
        let seconds = min(max(Double(callers) / rate, Self.ramps.lowerBound), Self.ramps.upperBound)
        self.init(ramp: .milliseconds(Int64(seconds * 1_000)), hold: hold)
    }

    /// How long new calls begin, counted from the first.
    package var lasting: Nanoseconds { ramp + Self.settling + hold + Self.settling }

    /// The hold of a path, whose first call was planned for an instant.
    package func window(from first: RunInstant) -> HoldWindow {
        let begin = first + ramp + Self.settling
        return HoldWindow(from: begin, to: begin + hold)
    }
}

/// A part of a run, on its own clock.
package struct HoldWindow: Equatable, Sendable {
    package var from: RunInstant
    package var to: RunInstant

    package init(from: RunInstant, to: RunInstant) {
        self.from = from
        self.to = to
    }

    package var seconds: Double { (to - from).seconds }
}

extension PathMaterial {
    /// What was observed within a window: turns that lie in it whole, calls that were up in it.
    ///
    /// Per-frame values, which have no instants, stay those of the whole path.
    package func held(in window: HoldWindow) -> PathMaterial {
        var held = self
        held.turns = turns.filter {
            $0.scheduledOnset >= window.from && $0.scheduledEnd <= window.to
        }
        held.calls = calls.filter {
            $0.started ?? $0.planned < window.to && ($0.ended ?? window.to) > window.from
        }
        let whole = 1_000_000_000.0
        held.seconds = seconds.filter {
            Double($0.second + 1) * whole > Double(window.from.nanoseconds)
                && Double($0.second) * whole < Double(window.to.nanoseconds)
        }
        return held
    }
}

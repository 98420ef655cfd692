package import Timeline

/// Spreads the frames of many callers over the frame interval, so that no tick has them all.
package struct PhaseSpread {
    private let interval: Nanoseconds
    private let tick: Nanoseconds
    private var load: [Int]

    /// - Parameter interval: between two frames of a call; at least one tick.
    package init(interval: Nanoseconds, tick: Nanoseconds = TickGrid.millisecond) {
        self.interval = interval
        self.tick = tick
        load = Array(repeating: 0, count: max(1, Int(interval / tick)))
    }

    /// The instant of a call's first frame: within one interval after `earliest`, on the phase that
    /// the fewest calls have.
    package mutating func take(earliest: RunInstant) -> RunInstant {
        let base = (earliest - .zero) / tick + 1
        var best = 0
        var bestLoad = Int.max
        for step in load.indices {
            let phase = Int((base + Int64(step)) % Int64(load.count))
            if load[phase] < bestLoad {
                bestLoad = load[phase]
                best = step
            }
        }
        let first = base + Int64(best)
        load[Int(first % Int64(load.count))] += 1
        return .zero + tick * Int(first)
    }

    /// A call that began at `first` is over.
    package mutating func release(first: RunInstant) {
        let phase = Int(((first - .zero) / tick) % Int64(load.count))
        load[phase] -= 1
    }
}

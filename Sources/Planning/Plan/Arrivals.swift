package import Timeline

/// When the calls of a path begin, counted from the path's start; the same on every path.
package enum Arrivals: Equatable, Sendable {
    /// One first call per caller, in ascending order; each caller then calls again as `repeating` says.
    case closed(firstCalls: [Nanoseconds], repeating: Repetition)
    /// One call each, in ascending order; no more begin after `lasting`.
    case open(calls: [Nanoseconds], lasting: Nanoseconds)

    /// How many calls a path will have; `nil` where that depends on how long they take.
    package var plannedCalls: Int? {
        switch self {
        case .closed(let firstCalls, .calls(let each)): firstCalls.count * each
        case .closed(_, .lasting): nil
        case .open(let calls, _): calls.count
        }
    }

    init(_ load: Load, seed: UInt64) {
        var generator = SeededGenerator(seed: seed, stream: "arrivals")
        switch load {
        case .closed(let callers, let ramp, let repeating):
            // Within its own part of the ramp, so that order and spread stay.
            let part = Double(ramp.count) / Double(callers)
            let offsets = (0..<callers).map { index in
                Nanoseconds(Int64((Double(index) + generator.unit() * 0.5) * part))
            }
            self = .closed(firstCalls: offsets, repeating: repeating)
        case .open(let rate, .even, let lasting):
            let count = Int((rate * lasting.seconds).rounded(.up))
            let offsets = (0..<count).map { Nanoseconds(Int64(Double($0) / rate * 1e9)) }
            self = .open(calls: offsets.filter { $0 < lasting }, lasting: lasting)
        case .open(let rate, .poisson, let lasting):
            let gap = DurationDistribution.exponential(mean: Nanoseconds(Int64(1e9 / rate)))
            var offsets: [Nanoseconds] = []
            var next = Nanoseconds.zero  // The first call at once, so that there is one.
            while next < lasting {
                offsets.append(next)
                next += gap.draw(using: &generator)
            }
            self = .open(calls: offsets, lasting: lasting)
        }
    }
}

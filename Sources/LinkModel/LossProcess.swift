import Timeline

/// A link's alternation between its good and its bad state, drawn from a seed, read at growing times.
///
/// Where it is in its course depends on the time asked alone, not on how often it was asked.
struct LossProcess: Sendable {
    private let meanGood: Double  // ns
    private let meanBad: Double
    private var generator: SeededGenerator
    private var isBad = false
    /// When the present state ends.
    private var until = RunInstant.zero

    /// - Parameter generator: the process's own; nothing else may draw from it.
    init(_ loss: LinkProfile.Loss, generator: SeededGenerator) {
        self.generator = generator
        switch loss {
        case .none:
            meanGood = 0
            meanBad = 0
            until = RunInstant(nanoseconds: .max)
        case .gilbertElliott(let share, let burst):
            precondition((0..<1).contains(share), "loss share \(share) is outside 0..<1")
            precondition(burst > .zero, "mean burst must be positive, got \(burst)")
            meanBad = Double(burst.count)
            meanGood = share > 0 ? meanBad * (1 - share) / share : .infinity
            // Begin as if it had been going on for ever.
            isBad = self.generator.unit() < share
            until = .zero + dwell()
        }
    }

    /// Whether what is sent at `instant` is lost; an instant before the last one counts as that.
    mutating func isBad(at instant: RunInstant) -> Bool {
        while until <= instant {
            isBad.toggle()
            until += dwell()
        }
        return isBad
    }

    private mutating func dwell() -> Nanoseconds {
        let mean = isBad ? meanBad : meanGood
        // At least a nanosecond, so that time moves on; a century where the good state never ends.
        let mostNs: Int64 = 3_000_000_000_000_000_000
        guard mean.isFinite else { return Nanoseconds(mostNs) }
        let drawn = DurationDistribution.exponential(mean: Nanoseconds(Int64(mean)))
            .draw(using: &generator)
        return Nanoseconds(min(max(1, drawn.count), mostNs))
    }
}

import Timeline

/// A playout delay that follows the jitter seen.
///
/// A packet's relative delay is its transit time less the least one of the last one to two
/// seconds. The delay is the 0.95 quantile of relative delays, each packet weighing 0.983 of
/// the one after it, as in WebRTC's NetEq; 80 ms for the first second, and always 20 to 500 ms.
struct AdaptiveDelay: Sendable {
    static let start = Nanoseconds.milliseconds(80)
    static let bounds = Nanoseconds.milliseconds(20)...Nanoseconds.milliseconds(500)

    private static let quantile: Float = 0.95
    private static let forgetting: Float = 0.983
    private static let binWidth = Nanoseconds.milliseconds(5)
    private static let learning = 50  // packets
    private static let epoch = Nanoseconds.seconds(1)

    /// Weight of relative delays by 5 ms; the last bin holds all longer ones.
    private var bins = [Float](repeating: 0, count: 101)
    private var total: Float = 0
    /// Weight of the next packet: growing instead of shrinking all others.
    private var weight: Float = 1
    private let clockRate: Int
    private var packets = 0

    private var reference: TransitMark?
    private var epochEnd = RunInstant.zero
    private var leastNow = Nanoseconds(.max)
    private var leastBefore = Nanoseconds(.max)

    init(clockRate: Int) { self.clockRate = clockRate }

    /// Takes one packet and returns its relative delay.
    mutating func record(_ mark: TransitMark) -> Nanoseconds {
        guard let reference else {
            startOver(from: mark)
            return count(.zero)
        }
        let transit = reference.difference(to: mark, clockRate: clockRate)
        if mark.arrived >= epochEnd {
            leastBefore = leastNow
            leastNow = transit
            epochEnd = mark.arrived + Self.epoch
        }
        let least = min(leastNow, leastBefore)
        // A new time base at the sender says nothing about the network.
        if (transit - least).count.magnitude > InterarrivalJitter.largestStep.count.magnitude {
            startOver(from: mark)
            return count(.zero)
        }
        leastNow = min(leastNow, transit)
        return count(max(.zero, transit - min(leastNow, leastBefore)))
    }

    /// The delay to play with from the next talkspurt on.
    var target: Nanoseconds {
        guard packets >= Self.learning else { return Self.start }
        var seen: Float = 0
        let share = total * Self.quantile
        for (index, bin) in bins.enumerated() {
            seen += bin
            if seen >= share {
                let edge = Self.binWidth * (index + 1)
                return min(max(edge, Self.bounds.lowerBound), Self.bounds.upperBound)
            }
        }
        return Self.bounds.upperBound
    }

    private mutating func startOver(from mark: TransitMark) {
        reference = mark
        epochEnd = mark.arrived + Self.epoch
        leastNow = .zero
        leastBefore = Nanoseconds(.max)
    }

    private mutating func count(_ relative: Nanoseconds) -> Nanoseconds {
        packets += 1
        let index = min(Int(relative / Self.binWidth), bins.count - 1)
        bins[index] += weight
        total += weight
        weight /= Self.forgetting
        if weight > 1e6 { rescale() }
        return relative
    }

    private mutating func rescale() {
        for index in bins.indices { bins[index] /= weight }
        total = bins.reduce(0, +)
        weight = 1
    }
}

package import Timeline

/// The smoothed delay variation of RFC 3550 §6.4.1, computed as in appendix A.8 but in nanoseconds.
///
/// On the RTP clock G.711's jitter would come in steps of 125 µs. Scaled by 16 as in the
/// appendix, so that rounding does not hold it above zero.
package struct InterarrivalJitter: Equatable, Sendable {
    /// A larger step is a new time base at the sender, not jitter.
    package static let largestStep = Nanoseconds.seconds(1)

    private var scaled: Int64 = 0

    package init() {}

    package var value: Nanoseconds { Nanoseconds(scaled >> 4) }

    /// Takes one difference of transit times; one over `largestStep` is left out.
    package mutating func record(_ difference: Nanoseconds) {
        let size = difference.count.magnitude
        guard size <= Self.largestStep.count.magnitude else { return }
        scaled += Int64(size) - ((scaled + 8) >> 4)
    }
}

/// A packet on both clocks: what transit times are compared by.
struct TransitMark: Equatable, Sendable {
    var arrived: RunInstant
    var timestamp: UInt32

    /// D(i, j) of RFC 3550 §6.4.1: how much longer `later` was under way.
    func difference(to later: TransitMark, clockRate: Int) -> Nanoseconds {
        let ticks = Int64(Int32(bitPattern: later.timestamp &- timestamp))
        let sent = Nanoseconds(ticks * 1_000_000_000 / Int64(clockRate))
        return (later.arrived - arrived) - sent
    }
}

/// Counts of a per-frame metric by size: values from 0 to about 134 s, in microseconds, to 0.1 %.
///
/// Log-linear buckets as in an HDR histogram of three significant digits, so that it can
/// be stored as one without loss. Recording is an index and an increment: it is done per packet.
package struct FrameTally: Equatable, Sendable {
    private static let halfCount = 1024  // sub-buckets of each octave
    private static let halfBits = 10
    private static let octaves = 17
    /// Greatest value kept apart, µs; larger ones count as this.
    package static let ceilingUs: Int64 = (Int64(2) << (halfBits + octaves - 1)) - 1

    private var counts: [UInt64]
    package private(set) var total: UInt64 = 0

    package init() {
        counts = [UInt64](repeating: 0, count: Self.halfCount * (Self.octaves + 1))
    }

    /// Negative values count as 0.
    package mutating func record(_ value: Nanoseconds, count: UInt64 = 1) {
        let us = min(max(0, value.count / 1_000), Self.ceilingUs)
        counts[Self.index(of: us)] += count
        total += count
    }

    package mutating func merge(_ other: FrameTally) {
        for index in counts.indices { counts[index] += other.counts[index] }
        total += other.total
    }

    /// Every bucket that holds something, smallest first: its lowest value in µs and its count.
    package func forEachBucket(_ body: (_ lowestUs: Int64, _ count: UInt64) -> Void) {
        for index in counts.indices where counts[index] > 0 {
            body(Self.lowestValue(at: index), counts[index])
        }
    }

    /// The smallest bucket value with at least `quantile` of all values at or below it; `nil` when empty.
    package func value(atQuantile quantile: Double) -> Nanoseconds? {
        guard total > 0 else { return nil }
        let rank = UInt64((quantile * Double(total)).rounded(.up))
        var seen: UInt64 = 0
        for index in counts.indices where counts[index] > 0 {
            seen += counts[index]
            if seen >= rank { return .microseconds(Self.lowestValue(at: index)) }
        }
        return nil
    }

    package var largest: Nanoseconds? {
        counts.lastIndex { $0 > 0 }.map { .microseconds(Self.lowestValue(at: $0)) }
    }

    private static func index(of us: Int64) -> Int {
        let magnitude = Int64.bitWidth - (us | 1).leadingZeroBitCount  // bits in use
        let octave = max(0, magnitude - halfBits - 1)
        return octave * halfCount + Int(us >> octave)
    }

    private static func lowestValue(at index: Int) -> Int64 {
        let octave = max(0, index / halfCount - 1)
        return Int64(index - octave * halfCount) << octave
    }
}

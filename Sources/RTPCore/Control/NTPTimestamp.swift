package import Timeline

/// Wall-clock time as RTCP carries it: seconds since 1900 in 32.32 fixed point (RFC 3550 §4).
package struct NTPTimestamp: Hashable, Sendable {
    package var value: UInt64

    package init(value: UInt64) { self.value = value }

    /// - Parameter unixNanoseconds: time since 1 January 1970 UTC.
    package init(unixNanoseconds: Int64) {
        // 70 years with 17 leap days.
        self = NTPTimestamp(value: 2_208_988_800 << 32).advanced(by: Nanoseconds(unixNanoseconds))
    }

    /// The middle 32 bits: 16 of seconds, 16 of fractions, as LSR and DLSR have them.
    package var middle: UInt32 { UInt32(truncatingIfNeeded: value >> 16) }

    /// Wraps with the era, in 2036.
    package func advanced(by span: Nanoseconds) -> NTPTimestamp {
        let billion: Int64 = 1_000_000_000
        var (seconds, rest) = span.count.quotientAndRemainder(dividingBy: billion)
        if rest < 0 {
            rest += billion
            seconds -= 1
        }
        let fraction = (UInt64(rest) << 32) / UInt64(billion)
        return NTPTimestamp(value: value &+ (UInt64(bitPattern: seconds) << 32) &+ fraction)
    }
}

/// Spans in RTCP's unit of 1/65,536 s.
enum ShortNTP {
    static func span(_ units: UInt32) -> Nanoseconds {
        Nanoseconds((Int64(units) * 1_000_000_000) >> 16)
    }

    /// Rounded down; negative spans count as 0 and those over 18 hours as the largest.
    static func units(_ span: Nanoseconds) -> UInt32 {
        guard span > .zero else { return 0 }
        return UInt32(clamping: span.samples(rate: 65_536))
    }
}

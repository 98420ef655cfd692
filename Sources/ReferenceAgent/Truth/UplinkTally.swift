import Dialects
package import Timeline

/// When a caller's frames arrived, against a grid: what `frame_delay` is computed from.
///
/// Frame k counts from 0 in media time: by RTP timestamp, or by audio received before it on a
/// WebSocket. Its excess is its arrival less (`origin` + k × `interval`), the origin being the
/// arrival of the first frame. Excess is negative for a frame that had less delay than the
/// first. Who knows when frame 0 was to leave gets every frame's delay by adding
/// `origin` − that instant to its excess.
package struct UplinkTally: Equatable, Sendable {
    package struct Bucket: Equatable, Sendable {
        /// The smallest excess that counts here, µs.
        package var lowestUs: Int64
        package var count: UInt64

        package init(lowestUs: Int64, count: UInt64) {
            self.lowestUs = lowestUs
            self.count = count
        }
    }

    package let origin: RunInstant
    package let interval: Nanoseconds
    /// By bucket number; 64 buckets to each doubling, so that 1.6 % are lost at most.
    private var counts: [Int32: UInt64] = [:]

    package init(origin: RunInstant, interval: Nanoseconds) {
        self.origin = origin
        self.interval = interval
    }

    /// One read back from a truth log.
    package init(origin: RunInstant, interval: Nanoseconds, buckets: [Bucket]) {
        self.init(origin: origin, interval: interval)
        for bucket in buckets { counts[Self.number(bucket.lowestUs), default: 0] += bucket.count }
    }

    /// - Parameter media: from the first frame's start to this one's.
    package mutating func record(media: Nanoseconds, arrived: RunInstant) {
        let excess = (arrived - origin) - media
        let us = excess.count >= 0 ? excess.count / 1_000 : -((-excess.count + 999) / 1_000)
        counts[Self.number(us), default: 0] += 1
    }

    /// Smallest excess first.
    package var buckets: [Bucket] {
        counts.sorted { $0.key < $1.key }
            .map { Bucket(lowestUs: Self.lowest($0.key), count: $0.value) }
    }

    package var frames: UInt64 { counts.values.reduce(0, +) }

    func json(into buffer: inout WireBuffer, epochNs: Int64) {
        buffer.append(text: #"{"origin_ns":"#)
        buffer.append(decimal: epochNs + origin.nanoseconds)
        buffer.append(text: #","interval_ns":"#)
        buffer.append(decimal: interval.count)
        buffer.append(text: #","buckets":["#)
        for (index, bucket) in buckets.enumerated() {
            buffer.append(text: index == 0 ? "[" : ",[")
            buffer.append(decimal: bucket.lowestUs)
            buffer.append(text: ",")
            buffer.append(decimal: Int64(clamping: bucket.count))
            buffer.append(text: "]")
        }
        buffer.append(text: "]}")
    }

    // Numbers of at least 0 are log-linear; below 0 they mirror it, so that each bucket's
    // lowest value is exact there too.
    private static func number(_ us: Int64) -> Int32 {
        guard us >= 0 else { return -magnitude(-us) }
        return magnitude(us)
    }

    private static func magnitude(_ us: Int64) -> Int32 {
        let bits = Int64.bitWidth - (us | 1).leadingZeroBitCount
        let octave = max(0, bits - 7)
        return Int32(octave * 64) + Int32(truncatingIfNeeded: us >> octave)
    }

    private static func lowest(_ number: Int32) -> Int64 {
        let magnitude = abs(number)
        let octave = max(0, magnitude / 64 - 1)
        let base = Int64(magnitude - octave * 64) << octave
        // The far edge of a mirrored bucket, which is its smallest value.
        return number < 0 ? -(base + (1 << octave) - 1) : base
    }
}

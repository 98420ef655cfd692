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
    /// Of bucket `lowest` and those behind it; 64 buckets to each doubling, so that 1.6 % are
    /// lost at most.
    private var counts: [UInt32] = []
    private var lowest: Int32 = 0
    /// Bucket numbers of the latest frames, counted eight at a time: the counts of a call are
    /// seldom in a cache.
    private var recent = SIMD8<Int16>()
    private var recentCount = 0

    package init(origin: RunInstant, interval: Nanoseconds) {
        self.origin = origin
        self.interval = interval
    }

    /// One read back from a truth log.
    package init(origin: RunInstant, interval: Nanoseconds, buckets: [Bucket]) {
        self.init(origin: origin, interval: interval)
        for bucket in buckets { add(bucket.count, to: Self.number(bucket.lowestUs)) }
    }

    /// - Parameter media: from the first frame's start to this one's.
    package mutating func record(media: Nanoseconds, arrived: RunInstant) {
        let excess = (arrived - origin) - media
        let us = excess.count >= 0 ? excess.count / 1_000 : -((-excess.count + 999) / 1_000)
        recent[recentCount] = Int16(truncatingIfNeeded: Self.number(us))
        recentCount += 1
        if recentCount == recent.scalarCount { countRecent() }
    }

    private mutating func countRecent() {
        for index in 0..<recentCount { add(1, to: Int32(recent[index])) }
        recentCount = 0
    }

    private var whole: UplinkTally {
        var whole = self
        whole.countRecent()
        return whole
    }

    private mutating func add(_ count: UInt64, to number: Int32) {
        var place = Int(number) - Int(lowest)
        if !counts.indices.contains(place) {
            makeRoom(for: number)
            place = Int(number) - Int(lowest)
        }
        counts[place] = UInt32(clamping: UInt64(counts[place]) + count)
    }

    /// Delays lie close together: what there is room for grows around them, a few times a call.
    private mutating func makeRoom(for number: Int32) {
        let slack: Int32 = 32
        guard !counts.isEmpty else {
            lowest = number - slack
            counts = [UInt32](repeating: 0, count: Int(2 * slack))
            return
        }
        let below = Int(max(0, lowest - number))
        let more = max(below, Int(number) - Int(lowest) - counts.count) + Int(slack)
        let room = [UInt32](repeating: 0, count: more)
        if below > 0 {
            counts.insert(contentsOf: room, at: 0)
            lowest -= Int32(more)
        } else {
            counts += room
        }
    }

    /// Smallest excess first.
    package var buckets: [Bucket] {
        let whole = whole
        return zip(whole.lowest..., whole.counts).filter { $0.1 > 0 }
            .map { Bucket(lowestUs: Self.lowest($0.0), count: UInt64($0.1)) }
    }

    package var frames: UInt64 { counts.reduce(UInt64(recentCount)) { $0 + UInt64($1) } }

    package static func == (left: UplinkTally, right: UplinkTally) -> Bool {
        left.origin == right.origin && left.interval == right.interval
            && left.buckets == right.buckets
    }

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
    // lowest value is exact there too. Whatever the delay, they stay within ±4,000.
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

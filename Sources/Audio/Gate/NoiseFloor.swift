/// The 10th percentile of the last 5 s of an agent's silence, in dBFS.
///
/// Kept in under 800 bytes and updated in constant time, since every silent 10 ms of
/// every call passes through here.
struct NoiseFloor: Sendable {
    /// 5 s of 10 ms levels.
    private static let capacity = 500
    /// Half a second; with less silence than that the floor is still the assumed one.
    private static let leastFrames = 50
    /// The floor before enough silence was heard (metrics, definition of audible).
    private static let assumed: Int8 = -70

    private var ring: [UInt8] = []
    private var next = 0
    /// How many of the ring have each level, from −127 up.
    private var counts = [UInt16](repeating: 0, count: 128)
    /// The level of the percentile, as an index of `counts`.
    private var index = 0
    /// How many of the ring lie below `index`.
    private var below = 0
    private(set) var level = Self.assumed
    /// The last level, and how often it came in a row.
    private var last: UInt8 = 0
    private var run = 0

    /// - Parameter level: of 10 ms of silence, −127...0.
    mutating func add(_ level: Int8) {
        let added = UInt8(max(0, Int(level) + 127))
        if added == last {
            // Most silence is always the same: once the ring holds nothing else, it stays so.
            guard run < Self.capacity else { return }
            run += 1
        } else {
            last = added
            run = 1
        }
        if ring.count < Self.capacity {
            if ring.isEmpty { ring.reserveCapacity(Self.capacity) }
            ring.append(added)
        } else {
            let removed = ring[next]
            ring[next] = added
            next = next + 1 == Self.capacity ? 0 : next + 1
            guard removed != added else { return }
            counts[Int(removed)] -= 1
            if removed < index { below -= 1 }
        }
        counts[Int(added)] += 1
        if added < index { below += 1 }
        settle()
    }

    /// Moves to the level that holds the wanted rank (type 1 quantile).
    private mutating func settle() {
        let rank = (ring.count + 9) / 10
        while below >= rank {
            index -= 1
            below -= Int(counts[index])
        }
        while below + Int(counts[index]) < rank {
            below += Int(counts[index])
            index += 1
        }
        guard ring.count >= Self.leastFrames else { return }
        level = Int8(index - 127)
    }
}

import Timeline

/// What was sent and is not acknowledged for good, in order (RFC 9260 §6.2.1, §6.3, §7.2.4).
struct SCTPFlight {
    private enum Fate { case underWay, reported, lost }

    private struct Sent {
        let fragment: SCTPOutboundFragment
        var sentAt: RunInstant
        var isRepeated = false
        var misses: UInt8 = 0
        var fate = Fate.underWay
    }

    /// What a SACK did.
    struct Progress: Equatable {
        /// Newly acknowledged bytes.
        var bytes = 0
        /// Whether everything up to a later number than before has arrived.
        var hasAdvanced = false
        /// How long a chunk sent only once took.
        var roundTrip: Nanoseconds?
        /// Whether a chunk was found missing three times.
        var hasLoss = false
        /// Whether the peer has said more since: nothing was read of it.
        var isOutdated = false
        /// Bytes of messages that nobody needs to keep any longer.
        var freed = 0
    }

    private static let missesToLoss: UInt8 = 3

    private var sent = SCTPQueue<Sent>()
    /// The number of the first chunk in `sent`, or the next to be given.
    private var firstTSN: UInt32
    private(set) var bytesUnderWay = 0
    /// How many chunks are to be sent again.
    private(set) var lostCount = 0

    init(firstTSN: UInt32) { self.firstTSN = firstTSN }

    var isEmpty: Bool { sent.isEmpty }
    var count: Int { sent.count }
    var nextTSN: UInt32 { firstTSN &+ UInt32(truncatingIfNeeded: sent.count) }
    var highestSent: UInt32 { nextTSN &- 1 }

    /// The number the fragment gets.
    mutating func append(_ fragment: SCTPOutboundFragment, at now: RunInstant) -> UInt32 {
        let tsn = nextTSN
        sent.append(Sent(fragment: fragment, sentAt: now))
        bytesUnderWay += fragment.bytes.count
        return tsn
    }

    func holds(stream: UInt16) -> Bool {
        (0..<sent.count).contains { sent[$0].fragment.stream == stream }
    }

    /// The first chunk to be sent again, if it has no more than `limit` bytes.
    mutating func retransmit(
        limit: Int, at now: RunInstant
    ) -> (tsn: UInt32, fragment: SCTPOutboundFragment, isFirst: Bool)? {
        guard lostCount > 0 else { return nil }
        for index in 0..<sent.count where sent[index].fate == .lost {
            guard sent[index].fragment.bytes.count <= limit else { return nil }
            sent[index].fate = .underWay
            sent[index].isRepeated = true
            sent[index].sentAt = now
            sent[index].misses = 0
            lostCount -= 1
            bytesUnderWay += sent[index].fragment.bytes.count
            let tsn = firstTSN &+ UInt32(truncatingIfNeeded: index)
            return (tsn, sent[index].fragment, index == 0)
        }
        return nil
    }

    /// The timer has expired: whatever is under way is to be sent again (§6.3.3 E3).
    mutating func expire() {
        for index in 0..<sent.count where sent[index].fate == .underWay { lose(index) }
    }

    /// Everything up to a number has arrived, as SHUTDOWN says too; `nil` if it was never sent.
    mutating func acknowledge(to tsn: UInt32, at now: RunInstant) -> Progress? {
        // Counted, not compared: of two numbers half the circle apart neither is the later.
        let distance = tsn &- (firstTSN &- 1)
        var progress = Progress()
        guard distance <= UInt32(sent.count) else { return distance < 1 << 31 ? nil : progress }
        guard distance > 0 else { return progress }
        let amount = Int(distance)
        for index in 0..<amount { settle(index, at: now, &progress) }
        for index in 0..<amount { progress.freed += sent[index].fragment.bytes.count }
        sent.removeFirst(amount)
        firstTSN = tsn &+ 1
        progress.hasAdvanced = true
        return progress
    }

    /// Reads a SACK's value; `nil` where it is malformed, or reports what was never sent.
    mutating func read(
        sack bytes: UnsafeRawBufferPointer, in body: Range<Int>, at now: RunInstant
    ) -> Progress? {
        guard body.count >= 12 else { return nil }
        let start = body.lowerBound
        let cumulative = bytes.sctpU32(at: start)
        let gaps = Int(bytes.sctpU16(at: start + 8))
        guard 12 + 4 * gaps <= body.count else { return nil }
        let distance = cumulative &- (firstTSN &- 1)
        if distance >= 1 << 31 { return Progress(isOutdated: true) }
        guard distance <= UInt32(sent.count) else { return nil }
        guard Self.areOrdered(bytes, at: start + 12, count: gaps) else { return nil }
        let reach = gaps == 0 ? 0 : UInt32(bytes.sctpU16(at: start + 12 + 4 * gaps - 2))
        guard reach <= UInt32(sent.count) - distance else { return nil }

        guard var progress = acknowledge(to: cumulative, at: now) else { return nil }
        mark(bytes, at: start + 12, gaps: gaps, now, &progress)
        return progress
    }

    /// Blocks that overlap would make one SACK as dear as thousands.
    private static func areOrdered(
        _ bytes: UnsafeRawBufferPointer, at place: Int, count: Int
    ) -> Bool {
        var last: UInt16 = 0
        for block in 0..<count {
            let first = bytes.sctpU16(at: place + 4 * block)
            let end = bytes.sctpU16(at: place + 4 * block + 2)
            guard first > last, end >= first else { return false }
            last = end
        }
        return true
    }

    /// Marks what the gap blocks report, and counts a miss for what lies below the newest of it.
    private mutating func mark(
        _ bytes: UnsafeRawBufferPointer, at place: Int, gaps: Int, _ now: RunInstant,
        _ progress: inout Progress
    ) {
        var index = 0
        var newest = -1
        for block in 0..<gaps {
            let first = Int(bytes.sctpU16(at: place + 4 * block)) - 1
            let last = Int(bytes.sctpU16(at: place + 4 * block + 2)) - 1
            while index < first {
                renege(index)
                index += 1
            }
            while index <= last {
                if sent[index].fate != .reported {
                    settle(index, at: now, &progress)
                    sent[index].fate = .reported
                    newest = index
                }
                index += 1
            }
        }
        while index < sent.count {
            renege(index)
            index += 1
        }
        for index in 0..<max(0, newest) where sent[index].fate == .underWay {
            sent[index].misses += 1
            guard sent[index].misses >= Self.missesToLoss else { continue }
            lose(index)
            progress.hasLoss = true
        }
    }

    /// The peer has dropped what it had reported (§6.2.1): it is to be sent again.
    private mutating func renege(_ index: Int) {
        guard sent[index].fate == .reported else { return }
        sent[index].fate = .lost
        lostCount += 1
    }

    private mutating func lose(_ index: Int) {
        sent[index].fate = .lost
        lostCount += 1
        bytesUnderWay -= sent[index].fragment.bytes.count
    }

    /// Takes a chunk out of the reckoning, whatever it was waiting for.
    private mutating func settle(_ index: Int, at now: RunInstant, _ progress: inout Progress) {
        let chunk = sent[index]
        switch chunk.fate {
        case .reported: return
        case .lost: lostCount -= 1
        case .underWay: bytesUnderWay -= chunk.fragment.bytes.count
        }
        progress.bytes += chunk.fragment.bytes.count
        // Of a chunk sent twice nobody knows which one arrived (§6.3.1 C5, Karn's rule).
        if !chunk.isRepeated { progress.roundTrip = now - chunk.sentAt }
    }
}

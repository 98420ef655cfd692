import Timeline

extension UInt32 {
    /// Later in the circle of transmission sequence numbers (RFC 9260 §2.3, RFC 1982).
    func isLaterTSN(than other: UInt32) -> Bool { Int32(bitPattern: self &- other) > 0 }
}

extension UInt16 {
    /// Later in the circle of stream sequence numbers.
    func isLaterSSN(than other: UInt16) -> Bool { Int16(bitPattern: self &- other) > 0 }
}

/// Which transmission sequence numbers have arrived: what a SACK tells (RFC 9260 §6.2).
struct ReceivedTSNs {
    enum Arrival: Equatable { case new, duplicate, tooFar }

    /// How far beyond the cumulative one a number may be; what is farther is not taken.
    ///
    /// Bounds the list of gaps, and the work of a peer that means harm.
    static let reach: UInt32 = 4_096
    private static let duplicatesLimit = 16

    /// Everything up to here has arrived.
    private(set) var cumulative: UInt32
    /// Runs beyond, ascending, no two of them adjacent.
    private var runs: [(first: UInt32, last: UInt32)] = []
    private(set) var duplicates: [UInt32] = []

    init(first: UInt32) { cumulative = first &- 1 }

    var hasGaps: Bool { !runs.isEmpty }

    func arrival(of tsn: UInt32) -> Arrival {
        guard tsn.isLaterTSN(than: cumulative) else { return .duplicate }
        guard tsn &- cumulative <= Self.reach else { return .tooFar }
        let index = firstRun(endingAtOrAfter: tsn)
        return index < runs.count && !runs[index].first.isLaterTSN(than: tsn) ? .duplicate : .new
    }

    /// Takes note of a number whose arrival is new.
    mutating func insert(_ tsn: UInt32) {
        let index = firstRun(endingAtOrAfter: tsn)
        let extendsLeft = index > 0 && runs[index - 1].last &+ 1 == tsn
        let extendsRight = index < runs.count && runs[index].first == tsn &+ 1
        if extendsLeft && extendsRight {
            runs[index - 1].last = runs[index].last
            runs.remove(at: index)
        } else if extendsLeft {
            runs[index - 1].last = tsn
        } else if extendsRight {
            runs[index].first = tsn
        } else if tsn != cumulative &+ 1 {
            runs.insert((tsn, tsn), at: index)
        } else {
            cumulative = tsn
            return
        }
        absorb()
    }

    /// Skips what the peer will never send again (RFC 3758 §3.6).
    mutating func advance(to tsn: UInt32) {
        guard tsn.isLaterTSN(than: cumulative) else { return }
        cumulative = tsn
        runs.removeAll { !$0.last.isLaterTSN(than: tsn) }
        if let first = runs.first, !first.first.isLaterTSN(than: tsn) {
            runs[0].first = tsn &+ 1
        }
        absorb()
    }

    mutating func note(duplicate tsn: UInt32) {
        if duplicates.count < Self.duplicatesLimit { duplicates.append(tsn) }
    }

    /// Appends a SACK's value and forgets the duplicates it reports (RFC 9260 §3.3.4).
    mutating func appendSack(window: UInt32, room: Int, to buffer: inout WireBuffer) {
        let repeats = min(duplicates.count, max(0, (room - 12) / 4))
        let gaps = min(runs.count, max(0, (room - 12) / 4 - repeats))
        buffer.append(bigEndian: cumulative)
        buffer.append(bigEndian: window)
        buffer.append(bigEndian: UInt16(gaps))
        buffer.append(bigEndian: UInt16(repeats))
        for run in runs.prefix(gaps) {
            buffer.append(bigEndian: UInt16(truncatingIfNeeded: run.first &- cumulative))
            buffer.append(bigEndian: UInt16(truncatingIfNeeded: run.last &- cumulative))
        }
        for tsn in duplicates.prefix(repeats) { buffer.append(bigEndian: tsn) }
        duplicates.removeAll(keepingCapacity: true)
    }

    private mutating func absorb() {
        while let first = runs.first, first.first == cumulative &+ 1 {
            cumulative = first.last
            runs.removeFirst()
        }
    }

    /// By halving: a peer chooses how many runs there are.
    private func firstRun(endingAtOrAfter tsn: UInt32) -> Int {
        var low = 0
        var high = runs.count
        while low < high {
            let middle = (low + high) / 2
            if tsn.isLaterTSN(than: runs[middle].last) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

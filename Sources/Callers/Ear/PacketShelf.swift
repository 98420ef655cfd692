import Timeline

/// Opus packets that have not been decoded, kept in case the ear must look at one closely.
///
/// Bytes lie end to end in one array that is compacted as packets are let go, so that a packet
/// costs its own size and no allocation in steady state.
struct PacketShelf {
    private struct Entry {
        var offset: Int
        var count: Int
        var playsAt: RunInstant
        var isQuiet = false
    }

    private var bytes: [UInt8] = []
    private var entries: [Entry] = []
    private var firstNumber = 0

    /// The number the next packet will get.
    var nextNumber: Int { firstNumber + entries.count }
    var numbers: Range<Int> { firstNumber..<nextNumber }

    /// - Returns: the packet's number, from 0 up. An empty payload stands for a lost packet.
    @discardableResult
    mutating func put(_ payload: UnsafeRawBufferPointer, playsAt: RunInstant) -> Int {
        entries.append(Entry(offset: bytes.count, count: payload.count, playsAt: playsAt))
        bytes.append(contentsOf: payload)
        return nextNumber - 1
    }

    /// When a packet plays, and whether it holds speech, is known for good only as it plays.
    mutating func place(_ number: Int, at playsAt: RunInstant, isQuiet: Bool) {
        guard numbers.contains(number) else { return }
        entries[number - firstNumber].playsAt = playsAt
        entries[number - firstNumber].isQuiet = isQuiet
    }

    /// The last packet at or before `number`, at most `count` before it, that held no speech.
    func lastQuiet(upTo number: Int, within count: Int) -> Int? {
        let range = max(firstNumber, number - count)..<max(firstNumber, min(number + 1, nextNumber))
        return range.last { entries[$0 - firstNumber].isQuiet }
    }

    func playsAt(_ number: Int) -> RunInstant? {
        numbers.contains(number) ? entries[number - firstNumber].playsAt : nil
    }

    func withPayload<R>(_ number: Int, _ body: (UnsafeRawBufferPointer) -> R) -> R? {
        guard numbers.contains(number) else { return nil }
        let entry = entries[number - firstNumber]
        return bytes.withUnsafeBytes {
            body(UnsafeRawBufferPointer(rebasing: $0[entry.offset..<entry.offset + entry.count]))
        }
    }

    /// Lets go of packets before `number`, a good many at a time: moving the rest costs more
    /// than keeping a few too long.
    mutating func drop(before number: Int) {
        let count = min(number - firstNumber, entries.count)
        guard count >= 32 else { return }
        let cut = count < entries.count ? entries[count].offset : bytes.count
        bytes.removeSubrange(..<cut)
        entries.removeSubrange(..<count)
        for index in entries.indices { entries[index].offset -= cut }
        firstNumber += count
    }
}

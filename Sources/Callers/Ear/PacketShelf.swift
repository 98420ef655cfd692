import Timeline

/// Opus packets that have not been decoded, kept in case the ear must look at one closely.
///
/// Two rings, of entries and of bytes, which grow where a whole reply comes at once and are not
/// copied otherwise: a packet costs its own size, and no allocation in steady state. Payloads of
/// more than 64 kB are no Opus (RFC 6716 §3.4) and are kept as lost.
final class PacketShelf {
    private struct Entry {
        var playsAt: RunInstant
        var offset: UInt32
        var count: UInt16
        var isQuiet: Bool
    }

    /// Packet n lies at n modulo the capacity, a power of two.
    private var entries: UnsafeMutablePointer<Entry>
    private var entryMask: Int
    /// Payloads lie in their order, each in one piece, and begin anew where the end is reached.
    private var bytes: UnsafeMutableRawPointer
    private var byteCapacity: Int
    /// Where the next payload goes.
    private var free = 0
    /// Payloads may go up to here without looking at what is kept.
    private var limit: Int
    private var firstNumber = 0
    private var nextNumber = 0

    /// What one takes in memory, without what it keeps.
    static let bytes = 96

    init() {
        entryMask = 63
        entries = .allocate(capacity: entryMask + 1)
        byteCapacity = 4_096
        bytes = .allocate(byteCount: byteCapacity, alignment: 16)
        limit = byteCapacity
    }

    deinit {
        entries.deallocate()
        bytes.deallocate()
    }

    /// Numbers of the packets that are kept.
    var numbers: Range<Int> { firstNumber..<nextNumber }

    /// - Returns: the packet's number, from 0 up. An empty payload stands for a lost packet.
    @discardableResult
    func put(_ payload: UnsafeRawBufferPointer, playsAt: RunInstant) -> Int {
        if nextNumber - firstNumber > entryMask { growEntries() }
        let count = payload.count > UInt16.max ? 0 : payload.count
        let offset = place(for: count)
        if count > 0, let base = payload.baseAddress {
            (bytes + offset).copyMemory(from: base, byteCount: count)
        }
        free = offset + count
        let number = nextNumber
        entries[number & entryMask] = Entry(
            playsAt: playsAt, offset: UInt32(truncatingIfNeeded: offset),
            count: UInt16(truncatingIfNeeded: count), isQuiet: false)
        nextNumber = number + 1
        return number
    }

    /// When a packet plays, and whether it holds speech, is known for good only as it plays.
    func place(_ number: Int, at playsAt: RunInstant, isQuiet: Bool) {
        guard isKept(number) else { return }
        entries[number & entryMask].playsAt = playsAt
        entries[number & entryMask].isQuiet = isQuiet
    }

    /// The last packet at or before `number`, at most `count` before it, that held no speech.
    func lastQuiet(upTo number: Int, within count: Int) -> Int? {
        let range = max(firstNumber, number - count)..<max(firstNumber, min(number + 1, nextNumber))
        return range.last { entries[$0 & entryMask].isQuiet }
    }

    func playsAt(_ number: Int) -> RunInstant? {
        isKept(number) ? entries[number & entryMask].playsAt : nil
    }

    func withPayload<R>(_ number: Int, _ body: (UnsafeRawBufferPointer) -> R) -> R? {
        guard isKept(number) else { return nil }
        let entry = entries[number & entryMask]
        return body(
            UnsafeRawBufferPointer(start: bytes + Int(entry.offset), count: Int(entry.count)))
    }

    /// What the next packet will be kept in.
    func addNear(to memory: inout NearMemory) {
        memory.add(entries + (nextNumber & entryMask), bytes: MemoryLayout<Entry>.stride)
        memory.add(bytes + free, bytes: min(128, byteCapacity - free))
    }

    /// Lets go of packets before `number`.
    func drop(before number: Int) {
        if number > firstNumber { firstNumber = min(number, nextNumber) }
    }

    private func isKept(_ number: Int) -> Bool { number >= firstNumber && number < nextNumber }

    /// Where `count` bytes are free in one piece.
    @inline(__always)
    private func place(for count: Int) -> Int {
        free + count <= limit ? free : placeElsewhere(for: count)
    }

    /// Looks where the oldest payload lies, which nothing else makes necessary.
    @inline(never)
    private func placeElsewhere(for count: Int) -> Int {
        guard nextNumber > firstNumber else {
            limit = byteCapacity
            return count <= byteCapacity ? 0 : grown(by: count)
        }
        let oldest = Int(entries[firstNumber & entryMask].offset)
        let newest = Int(entries[(nextNumber - 1) & entryMask].offset)
        if newest >= oldest {
            limit = byteCapacity
            if free + count <= byteCapacity { return free }
            limit = oldest - 1
            if count < oldest { return 0 }
        } else {
            limit = oldest - 1
            if free + count < oldest { return free }
        }
        return grown(by: count)
    }

    /// Lays all payloads end to end in a larger ring.
    private func grown(by count: Int) -> Int {
        var capacity = byteCapacity * 2
        while capacity < 2 * (byteCapacity + count) { capacity *= 2 }
        let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
        var end = 0
        for number in numbers {
            let entry = entries[number & entryMask]
            let payload = bytes + Int(entry.offset)
            (larger + end).copyMemory(from: payload, byteCount: Int(entry.count))
            entries[number & entryMask].offset = UInt32(truncatingIfNeeded: end)
            end += Int(entry.count)
        }
        bytes.deallocate()
        (bytes, byteCapacity, limit) = (larger, capacity, capacity)
        return end
    }

    private func growEntries() {
        let mask = entryMask * 2 + 1
        let larger = UnsafeMutablePointer<Entry>.allocate(capacity: mask + 1)
        for number in numbers {
            (larger + (number & mask)).initialize(to: entries[number & entryMask])
        }
        entries.deallocate()
        (entries, entryMask) = (larger, mask)
    }
}

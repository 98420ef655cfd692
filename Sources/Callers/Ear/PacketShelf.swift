import RTPCore
import Timeline

/// Opus packets that have not been decoded, kept in case the ear must look at one closely.
///
/// A ring of entries, which grows where a whole reply comes at once, over a ring of payloads: its
/// own, or that of the jitter buffer the packets come from, so that none is copied twice. No
/// allocation in steady state. Payloads of more than 64 kB are no Opus (RFC 6716 §3.4) and are
/// kept as lost.
final class PacketShelf {
    private struct Entry {
        var playsAt: RunInstant
        var position: UInt32
        var count: UInt16
        var isQuiet: Bool
    }

    /// Packet n lies at n modulo the capacity, a power of two.
    private var entries: UnsafeMutablePointer<Entry>
    private var entryMask: Int
    private let ring: PayloadRing
    private var firstNumber = 0
    private var nextNumber = 0
    /// Where the packet before lies.
    private var lastPosition: UInt32 = 0
    /// Number of the last packet that lies before its predecessor in the ring: they overtook each
    /// other.
    private var lastOvertaken = -1

    /// What one takes in memory, without what it keeps.
    static let bytes = 64

    /// - Parameter ring: where payloads are that come by their positions.
    init(ring: PayloadRing = PayloadRing()) {
        self.ring = ring
        entryMask = 63
        entries = .allocate(capacity: entryMask + 1)
        // Not weakly: that would make every use of the shelf slower. It lives as long as the ring.
        ring.neededElsewhere = { [unowned self] in payloadsKept() }
    }

    deinit {
        ring.neededElsewhere = nil
        entries.deallocate()
    }

    /// Numbers of the packets that are kept.
    var numbers: Range<Int> { firstNumber..<nextNumber }

    /// - Returns: the packet's number, from 0 up. An empty payload stands for a lost packet.
    @discardableResult
    func put(_ payload: UnsafeRawBufferPointer, playsAt: RunInstant) -> Int {
        let isTooLong = payload.count > UInt16.max
        let payload = isTooLong ? UnsafeRawBufferPointer(start: nil, count: 0) : payload
        let position = ring.append(payload) { 0 }
        return put(position: position, count: payload.count, playsAt: playsAt)
    }

    /// Keeps a packet whose payload is in the ring already.
    func put(position: UInt32, count: Int, playsAt: RunInstant) -> Int {
        if nextNumber - firstNumber > entryMask { growEntries() }
        let number = nextNumber
        if count > 0 {
            if ring.span(from: position) > ring.span(from: lastPosition) { lastOvertaken = number }
            lastPosition = position
        }
        entries[number & entryMask] = Entry(
            playsAt: playsAt, position: position, count: UInt16(truncatingIfNeeded: count),
            isQuiet: false)
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
        // What a network in great trouble made the jitter buffer give up counts as lost.
        let payload = ring.bytes(at: entry.position, count: Int(entry.count))
        return body(payload ?? UnsafeRawBufferPointer(start: nil, count: 0))
    }

    /// What the next packet will be kept in.
    func addNear(to memory: inout NearMemory) {
        memory.add(entries + (nextNumber & entryMask), bytes: MemoryLayout<Entry>.stride)
    }

    /// Lets go of packets before `number`.
    func drop(before number: Int) {
        if number > firstNumber { firstNumber = min(number, nextNumber) }
    }

    private func isKept(_ number: Int) -> Bool { number >= firstNumber && number < nextNumber }

    /// How much of what was written to the ring last is needed here.
    ///
    /// Packets lie there in the order of their arrival: as a rule the first one's is all of it.
    private func payloadsKept() -> Int {
        let isInOrder = lastOvertaken <= firstNumber
        var most = 0
        for number in numbers where entries[number & entryMask].count > 0 {
            most = max(most, ring.span(from: entries[number & entryMask].position))
            if isInOrder { break }
        }
        return most
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

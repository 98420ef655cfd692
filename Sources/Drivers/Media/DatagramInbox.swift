import CSockets
import Timeline

/// Datagrams of several lines, read in a row before any of them is looked at.
///
/// The kernel's code and a call's are each too large to stay near the processor beside the other:
/// going back and forth between them for every packet took longer than all that is done with it.
struct DatagramInbox {
    struct Item {
        let place: Int
        let bytes: UnsafeMutableRawBufferPointer
        /// Too large for a packet, and cut off.
        let isTruncated: Bool
        /// The kernel's receive time, ns of the time of day; 0 where it has none.
        let stamp: Int64
        /// When it was to be read, and when it was.
        let dueAt: RunInstant
        let readAt: RunInstant
    }

    /// More would not stay near the processor either.
    static let capacity = 32
    /// Larger datagrams are no media packet.
    static let largestDatagram = 2_048
    /// Between two rooms: not a power of two, or the first bytes of all would share a few places
    /// of the cache.
    private static let stride = largestDatagram + 192

    private let room: UnsafeMutableRawBufferPointer
    private let items: UnsafeMutableBufferPointer<Item>
    private let row: UnsafeMutableBufferPointer<talkover_received>
    private(set) var count = 0

    init() {
        room = .allocate(byteCount: Self.capacity * Self.stride, alignment: 64)
        items = .allocate(capacity: Self.capacity)
        row = .allocate(capacity: Int(TALKOVER_ROW))
        row.initialize(repeating: talkover_received())
    }

    /// To be called once, when nothing is read any more.
    func deallocate() {
        room.deallocate()
        items.deallocate()
        row.deallocate()
    }

    var isFull: Bool { count == Self.capacity }

    /// Reads what waits at a connected socket, or some of it; not while the inbox is full.
    ///
    /// - Parameter due: when it was to be read.
    /// - Returns: how many were read, or the system's negative error number.
    mutating func read(
        _ descriptor: Int32, place: Int, due: RunInstant, clock: MonotonicClock
    ) -> Int {
        let start = room.baseAddress.unsafelyUnwrapped + count * Self.stride
        let read = Int(
            talkover_udp_receive_row(
                descriptor, start, Self.stride, Self.largestDatagram, row.baseAddress,
                Int32(min(row.count, Self.capacity - count))))
        guard read > 0 else { return read }
        let now = clock.now
        for index in 0..<read {
            let bytes = UnsafeMutableRawBufferPointer(
                start: start + index * Self.stride, count: Int(row[index].count))
            (items.baseAddress.unsafelyUnwrapped + count).initialize(
                to: Item(
                    place: place, bytes: bytes, isTruncated: row[index].truncated,
                    stamp: row[index].stamp, dueAt: due, readAt: now))
            count += 1
        }
        return read
    }

    subscript(index: Int) -> Item {
        precondition(index < count, "the inbox holds \(count)")
        return items[index]
    }

    mutating func removeAll() { count = 0 }
}

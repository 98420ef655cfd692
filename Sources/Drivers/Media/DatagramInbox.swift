import CSockets
import Timeline

/// Datagrams of several lines, read in a row before any of them is looked at.
///
/// The kernel's code and a call's are each too large to stay near the processor beside the other:
/// going back and forth between them for every packet took longer than all that is done with it.
struct DatagramInbox {
    struct Item {
        let place: Int
        /// When it was to be read, and when it was.
        let dueAt: RunInstant
        let readAt: RunInstant
    }

    /// More would not stay near the processor either.
    static let capacity = 32
    /// Read from one socket at once; a call's packets of 60 ms, and what came between them.
    static let row = 6
    /// Larger datagrams are no media packet.
    static let largestDatagram = 2_048
    /// Between two rooms: not a power of two, or the first bytes of all would share a few places
    /// of the cache.
    private static let stride = largestDatagram + 192

    private let room: UnsafeMutableRawBufferPointer
    private let datagrams: UnsafeMutableBufferPointer<talkover_datagram>
    private let items: UnsafeMutableBufferPointer<Item>
    private(set) var count = 0

    init() {
        room = .allocate(byteCount: Self.capacity * Self.stride, alignment: 64)
        datagrams = .allocate(capacity: Self.capacity)
        items = .allocate(capacity: Self.capacity)
        for index in datagrams.indices {
            var datagram = talkover_datagram()
            datagram.bytes = room.baseAddress?.advanced(by: index * Self.stride)
            datagram.count = Self.largestDatagram
            datagrams.initializeElement(at: index, to: datagram)
        }
    }

    /// To be called once, when nothing is read any more.
    func deallocate() {
        room.deallocate()
        datagrams.deallocate()
        items.deallocate()
    }

    var isFull: Bool { count == Self.capacity }
    /// How many ``read(_:place:due:clock:)`` reads at most.
    var vacancies: Int { min(Self.row, Self.capacity - count) }

    /// Reads what waits at a connected socket, or some of it; not while the inbox is full.
    ///
    /// - Parameter due: when it was to be read.
    /// - Returns: how many were read, or the system's negative error number.
    mutating func read(
        _ descriptor: Int32, place: Int, due: RunInstant, clock: MonotonicClock
    ) -> Int {
        let read = Int(
            talkover_udp_receive_many(
                descriptor, datagrams.baseAddress.unsafelyUnwrapped + count, Int32(vacancies), false
            ))
        guard read > 0 else { return read }
        let item = Item(place: place, dueAt: due, readAt: clock.now)
        for _ in 0..<read {
            items.initializeElement(at: count, to: item)
            count += 1
        }
        return read
    }

    subscript(index: Int) -> Item {
        precondition(index < count, "the inbox holds \(count)")
        return items[index]
    }

    /// A datagram's bytes, which may be changed; `nil` where it is too large for a packet.
    func bytes(_ index: Int) -> UnsafeMutableRawBufferPointer? {
        precondition(index < count, "the inbox holds \(count)")
        guard !datagrams[index].truncated else { return nil }
        return UnsafeMutableRawBufferPointer(
            start: datagrams[index].bytes, count: datagrams[index].count)
    }

    /// The kernel's receive time of a datagram, ns of the time of day; 0 where it has none.
    func stamp(_ index: Int) -> Int64 { datagrams[index].stamp }

    mutating func removeAll() {
        for index in 0..<count { datagrams[index].count = Self.largestDatagram }
        count = 0
    }
}

import Timeline

/// Datagrams of several lines, read in a row before any of them is looked at.
///
/// The kernel's code and a call's are each too large to stay near the processor beside the other:
/// going back and forth between them for every packet took longer than all that is done with it.
struct DatagramInbox {
    struct Item {
        let place: Int
        let bytes: UnsafeMutableRawBufferPointer
        /// The kernel's receive time, ns of the time of day; 0 where it has none.
        let stamp: Int64
        /// When it was read.
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
    private(set) var count = 0

    init() {
        room = .allocate(byteCount: Self.capacity * Self.stride, alignment: 64)
        items = .allocate(capacity: Self.capacity)
    }

    /// To be called once, when nothing is read any more.
    func deallocate() {
        room.deallocate()
        items.deallocate()
    }

    var isFull: Bool { count == Self.capacity }

    /// Where the next datagram is read into; not while the inbox is full.
    var vacancy: UnsafeMutableRawBufferPointer {
        precondition(!isFull, "a full inbox has no room")
        let start = count * Self.stride
        return UnsafeMutableRawBufferPointer(rebasing: room[start..<start + Self.largestDatagram])
    }

    /// Keeps what was read into ``vacancy``.
    mutating func keep(_ length: Int, place: Int, stamp: Int64, readAt: RunInstant) {
        let bytes = UnsafeMutableRawBufferPointer(rebasing: vacancy[..<length])
        (items.baseAddress.unsafelyUnwrapped + count).initialize(
            to: Item(place: place, bytes: bytes, stamp: stamp, readAt: readAt))
        count += 1
    }

    subscript(index: Int) -> Item {
        precondition(index < count, "the inbox holds \(count)")
        return items[index]
    }

    mutating func removeAll() { count = 0 }
}

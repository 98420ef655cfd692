/// Payload bytes of packets that wait, or that somebody looks back at, in order of arrival.
///
/// Shared by a jitter buffer and by who keeps what was played: a payload is copied once. Empty
/// until the first packet; grows to what is needed and allocates nothing after that. A payload's
/// position counts the bytes written before it, modulo 2³²; what is kept spans far less.
package final class PayloadRing {
    /// Bytes allocated.
    package private(set) var capacity = 0
    private var room: UnsafeMutableRawPointer?
    /// Where the next payload goes: in the room, and as a position.
    private var headIndex = 0
    private var head: UInt32 = 0
    /// How much of what was written last is kept.
    private var kept = 0
    /// How much of it somebody else needs still; asked only when room is short.
    package var neededElsewhere: (() -> Int)?

    package init() {}

    deinit { room?.deallocate() }

    /// Copies `bytes` and returns their position.
    ///
    /// - Parameter needed: how much of what was written last the caller needs still; asked for only
    ///   when room is short.
    package func append(_ bytes: UnsafeRawBufferPointer, needed: () -> Int) -> UInt32 {
        if kept + skip(for: bytes.count) + bytes.count > capacity {
            makeRoom(for: bytes.count, needed: needed())
        }
        let skipped = skip(for: bytes.count)
        head &+= UInt32(skipped)
        kept += skipped
        if skipped > 0 { headIndex = 0 }
        let position = head
        guard let source = bytes.baseAddress, let room, !bytes.isEmpty else { return position }
        let end = headIndex + bytes.count
        precondition(end <= capacity, "\(bytes.count) bytes at \(headIndex) of \(capacity)")
        (room + headIndex).copyMemory(from: source, byteCount: bytes.count)
        head &+= UInt32(bytes.count)
        kept += bytes.count
        headIndex = end == capacity ? 0 : end
        return position
    }

    /// How much was written since a payload was, that one included.
    package func span(from position: UInt32) -> Int { Int(head &- position) }

    /// The bytes at `position`, to be read before the ring changes; `nil` where they were given up.
    package func bytes(at position: UInt32, count: Int) -> UnsafeRawBufferPointer? {
        let behind = span(from: position)
        guard behind <= kept else { return nil }
        guard count > 0, let room else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        let start = headIndex - behind
        return UnsafeRawBufferPointer(
            start: room + (start < 0 ? start + capacity : start), count: count)
    }

    /// Where the next payload goes; `nil` while there is no room.
    package var vacancy: UnsafeRawPointer? { room.map { UnsafeRawPointer($0 + headIndex) } }

    /// Bytes left unused at the ring's end so that a payload lies in one piece.
    private func skip(for count: Int) -> Int {
        let left = capacity - headIndex
        return left < count ? left : 0
    }

    /// Gives up what nobody needs, and grows where that is not enough.
    @inline(never)
    private func makeRoom(for count: Int, needed: Int) {
        kept = min(kept, max(needed, neededElsewhere?() ?? 0))
        if kept + skip(for: count) + count > capacity { grow(for: count) }
    }

    /// Moves what is kept to the begin of a larger room, gaps and all: positions stay.
    private func grow(for count: Int) {
        let larger = max(capacity + max(1_024, capacity / 8), kept + count)
        let bytes = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 64)
        if let room {
            let start = headIndex - kept
            let wrapped = max(0, -start)
            if wrapped > 0 {
                bytes.copyMemory(from: room + (capacity - wrapped), byteCount: wrapped)
            }
            (bytes + wrapped).copyMemory(from: room + max(0, start), byteCount: kept - wrapped)
            room.deallocate()
        }
        (room, capacity, headIndex) = (bytes, larger, kept)
    }
}

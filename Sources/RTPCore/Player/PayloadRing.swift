import Timeline

/// Payload bytes of the packets a jitter buffer holds, in order of arrival.
///
/// Empty until the first packet; grows by a kilobyte at a time to what the stream needs.
/// Positions count the bytes ever written; after 64 MiB of them the ring is worn, and its owner
/// moves what it needs to a new one: six hours of speech, and early enough for a test.
struct PayloadRing: ~Copyable {
    let capacity: Int
    /// Memory of its own rather than an array, so that payloads can be read where they lie.
    private let room: UnsafeMutableRawPointer?
    /// Where the next payload goes, counted from the first ever and in the room.
    private var head: UInt32 = 0
    private var headIndex = 0
    /// Nothing before this position is needed any more.
    private var floor: UInt32 = 0

    init(capacity: Int = 0) {
        self.capacity = capacity
        room = capacity > 0 ? .allocate(byteCount: capacity, alignment: 16) : nil
    }

    deinit { room?.deallocate() }

    /// Positions are about to run out.
    var isWorn: Bool { head >= 1 << 26 }

    /// Whether `count` more bytes fit without touching what is needed from `floor` on.
    func fits(_ count: Int) -> Bool {
        Int(head &- floor) + skip(for: count) + count <= capacity && !isWorn
    }

    /// Whether the bytes at `position` have not been given up.
    func holds(_ position: UInt32) -> Bool { position >= floor }

    /// Gives up what lies before `position`.
    mutating func release(before position: UInt32) { floor = max(floor, position) }

    /// Gives up everything.
    mutating func releaseAll() { floor = head }

    /// Copies `bytes`, which must fit, and returns their position.
    mutating func append(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        let skipped = skip(for: bytes.count)
        head += UInt32(skipped)
        if skipped > 0 { headIndex = 0 }
        let position = head
        guard let source = bytes.baseAddress, !bytes.isEmpty else { return position }
        guard let room else { return position }
        let end = headIndex + bytes.count
        precondition(end <= capacity, "\(bytes.count) bytes at \(headIndex) of \(capacity)")
        (room + headIndex).copyMemory(from: source, byteCount: bytes.count)
        head += UInt32(bytes.count)
        headIndex = end == capacity ? 0 : end
        return position
    }

    /// The bytes at `position`, to be read before the ring changes.
    func bytes(at position: UInt32, count: Int) -> UnsafeRawBufferPointer {
        guard count > 0, let room else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        let behind = headIndex - Int(head &- position)
        let start = behind < 0 ? behind + capacity : behind
        return UnsafeRawBufferPointer(start: room + start, count: count)
    }

    /// Where a payload lies, or would; `nil` while there is no room.
    func place(of position: UInt32) -> UnsafeRawPointer? {
        guard let room else { return nil }
        let behind = headIndex - Int(head &- position)
        return UnsafeRawPointer(room + (behind < 0 ? behind + capacity : behind))
    }

    /// Where the next payload goes; `nil` while there is no room.
    var vacancy: UnsafeRawPointer? { room.map { UnsafeRawPointer($0 + headIndex) } }

    /// Bytes left unused at the ring's end so that a payload lies in one piece.
    private func skip(for count: Int) -> Int {
        let left = capacity - headIndex
        return left < count ? left : 0
    }
}

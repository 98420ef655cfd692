/// Payload bytes of the packets a jitter buffer holds, in order of arrival.
///
/// Empty until the first packet; grows by a kilobyte at a time to what the stream needs.
/// Positions count the bytes ever written; after 64 MiB of them the ring is worn, and its owner
/// moves what it needs to a new one: six hours of speech, and early enough for a test.
struct PayloadRing: Sendable {
    private var storage: [UInt8] = []
    /// Where the next payload goes.
    private var head: UInt32 = 0
    /// Nothing before this position is needed any more.
    private var floor: UInt32 = 0

    init(capacity: Int = 0) { storage = [UInt8](repeating: 0, count: capacity) }

    var capacity: Int { storage.count }

    /// Positions are about to run out.
    var isWorn: Bool { head >= 1 << 26 }

    /// Whether `count` more bytes fit without touching what is needed from `floor` on.
    func fits(_ count: Int) -> Bool {
        Int(head - floor) + skip(for: count) + count <= storage.count && !isWorn
    }

    /// Whether the bytes at `position` have not been given up.
    func holds(_ position: UInt32) -> Bool { position >= floor }

    /// Gives up what lies before `position`.
    mutating func release(before position: UInt32) { floor = max(floor, position) }

    /// Gives up everything.
    mutating func releaseAll() { floor = head }

    /// Copies `bytes`, which must fit, and returns their position.
    mutating func append(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        head += UInt32(skip(for: bytes.count))
        let position = head
        if !bytes.isEmpty {
            let start = index(of: position)
            storage.withUnsafeMutableBytes { target in
                UnsafeMutableRawBufferPointer(rebasing: target[start..<(start + bytes.count)])
                    .copyMemory(from: bytes)
            }
        }
        head += UInt32(bytes.count)
        return position
    }

    func withBytes<Result>(
        at position: UInt32, count: Int, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        guard count > 0 else { return body(UnsafeRawBufferPointer(start: nil, count: 0)) }
        let start = index(of: position)
        return storage.withUnsafeBytes { bytes in
            body(UnsafeRawBufferPointer(rebasing: bytes[start..<(start + count)]))
        }
    }

    private func index(of position: UInt32) -> Int { Int(position) % storage.count }

    /// Bytes left unused at the ring's end so that a payload lies in one piece.
    private func skip(for count: Int) -> Int {
        guard !storage.isEmpty else { return 0 }
        let left = storage.count - index(of: head)
        return left < count ? left : 0
    }
}

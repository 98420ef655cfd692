import CSockets

/// Frames that a call has written before their slots.
///
/// A call that rests knows what it says meanwhile, whatever arrives. Written in a row, its frames
/// need the call's memory once; in their own slots only their bytes are touched.
struct FramesAhead {
    /// Between slots that have a frame and such as leave silence out: each is a length, then bytes.
    private typealias Length = UInt16

    /// Room for what is usual, so that it is found once.
    private static let usualCapacity: UInt32 = 512

    private var room: UnsafeMutableRawPointer?
    private var capacity: UInt32 = 0
    private var start: UInt32 = 0
    private var end: UInt32 = 0
    /// Frames among them, silence that is left out not counted.
    private(set) var frames = 0

    var isEmpty: Bool { start == end }

    /// To be called once, when the line is closed.
    mutating func deallocate() {
        room?.deallocate()
        self = FramesAhead()
    }

    /// - Parameter frame: of at most 64 KiB, as a datagram is; empty where silence is left out.
    mutating func append(_ frame: UnsafeRawBufferPointer) {
        let header = UInt32(MemoryLayout<Length>.size)
        let length = UInt32(frame.count)
        if capacity - end < header + length { grow(by: header + length) }
        guard let room else { return }
        room.storeBytes(of: Length(length), toByteOffset: Int(end), as: Length.self)
        if let bytes = frame.baseAddress {
            (room + Int(end + header)).copyMemory(from: bytes, byteCount: Int(length))
        }
        end += header + length
        if length > 0 { frames += 1 }
    }

    /// Takes the frame of the next slot; `nil` where none is written.
    ///
    /// - Returns: its bytes, there until another is appended.
    mutating func next() -> UnsafeRawBufferPointer? {
        guard let room, !isEmpty else { return nil }
        let length = Int(room.loadUnaligned(fromByteOffset: Int(start), as: Length.self))
        let bytes = UnsafeRawBufferPointer(
            start: room + Int(start) + MemoryLayout<Length>.size, count: length)
        start += UInt32(MemoryLayout<Length>.size + length)
        if length > 0 { frames -= 1 }
        if isEmpty {
            start = 0
            end = 0
        }
        return bytes
    }

    /// Asks for the next frame's memory.
    func prefetch() {
        guard let room else { return }
        talkover_prefetch(room + Int(start), Self.nearBytes)
    }

    /// A frame of speech.
    private static let nearBytes = 192

    private mutating func grow(by needed: UInt32) {
        let larger = max(Self.usualCapacity, 2 * capacity, end + needed)
        let new = UnsafeMutableRawPointer.allocate(byteCount: Int(larger), alignment: 64)
        if let room {
            new.copyMemory(from: room, byteCount: Int(end))
            room.deallocate()
        }
        room = new
        capacity = larger
    }
}

import Timeline

/// One packet's bookkeeping: 32 bytes.
struct JitterSlot: Sendable {
    var playsAt = RunInstant.zero
    var arrived = RunInstant.zero
    /// Low bits of the packet's serial.
    var serial: UInt32 = 0
    var position: UInt32 = 0
    var timestamp: UInt32 = 0
    var length: UInt16 = 0
    var levelByte: UInt8 = 0
    var flags: UInt8 = 0

    static let used: UInt8 = 1
    static let late: UInt8 = 2
    static let marked: UInt8 = 4
    static let levelled: UInt8 = 8

    /// Arrived after its turn: only its place is known.
    var isLate: Bool { flags & Self.late != 0 }
    var isMarked: Bool { flags & Self.marked != 0 }
    var level: AudioLevel? {
        flags & Self.levelled != 0 ? AudioLevel(wireByte: levelByte) : nil
    }

    func holds(_ serial: Int64) -> Bool {
        flags & Self.used != 0 && self.serial == UInt32(truncatingIfNeeded: serial)
    }
}

/// The slots of a jitter buffer, by serial modulo their number; none before the first packet.
///
/// Plain memory that cannot be copied: an array would be asked for every packet whether it is
/// shared, which is one more place of memory to wait for.
struct JitterSlots: ~Copyable {
    let count: Int
    private let base: UnsafeMutablePointer<JitterSlot>?

    /// - Parameter count: a power of two, or 0.
    init(count: Int) {
        self.count = count
        base = count == 0 ? nil : .allocate(capacity: count)
        base?.initialize(repeating: JitterSlot(), count: count)
    }

    deinit { base?.deallocate() }

    var isEmpty: Bool { count == 0 }

    /// Not while there are none.
    subscript(serial: Int64) -> JitterSlot {
        unsafeAddress { UnsafePointer(address(serial)) }
        nonmutating unsafeMutableAddress { address(serial) }
    }

    var indices: Range<Int64> { 0..<Int64(count) }

    /// Where the slot of a packet lies; `nil` while there are none.
    func place(of serial: Int64) -> UnsafeRawPointer? {
        isEmpty ? nil : UnsafeRawPointer(address(serial))
    }

    private func address(_ serial: Int64) -> UnsafeMutablePointer<JitterSlot> {
        guard let base else { preconditionFailure("there are no slots before the first packet") }
        return base + Int(serial & Int64(count - 1))
    }
}

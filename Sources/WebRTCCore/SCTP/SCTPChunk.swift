import Timeline

/// The chunks of a packet that this side knows (RFC 9260 §3.2, RFC 3758 §3.2, RFC 6525 §3.1).
enum SCTPChunkType: UInt8 {
    case data = 0
    case initiation = 1
    case initiationAck = 2
    case sack = 3
    case heartbeat = 4
    case heartbeatAck = 5
    case abortion = 6
    case shutdown = 7
    case shutdownAck = 8
    case error = 9
    case cookieEcho = 10
    case cookieAck = 11
    case shutdownComplete = 14
    case reconfiguration = 130
    case forwardTSN = 192
}

/// Where one chunk lies in its packet.
struct SCTPChunk: Equatable {
    static let headerLength = 4
    /// In ABORT and SHUTDOWN COMPLETE: the tag is the receiver's own, reflected (§8.4).
    static let reflectedTag: UInt8 = 0x01

    let type: UInt8
    let flags: UInt8
    /// The value, without header and padding.
    let body: Range<Int>

    var kind: SCTPChunkType? { SCTPChunkType(rawValue: type) }

    /// With its header, for a report of what was not recognised.
    var whole: Range<Int> { body.lowerBound - Self.headerLength..<body.upperBound }

    /// Appends a chunk whose value `write` appends, with its length and padding.
    static func append(
        _ kind: SCTPChunkType, flags: UInt8 = 0, to buffer: inout WireBuffer,
        _ write: (inout WireBuffer) -> Void = { _ in }
    ) {
        let start = buffer.count
        buffer.append(kind.rawValue)
        buffer.append(flags)
        buffer.append(bigEndian: UInt16(0))
        write(&buffer)
        finish(from: start, in: &buffer)
    }

    /// Appends a parameter, or an error's cause, whose value `write` appends (§3.2.1).
    static func append(
        parameter: UInt16, to buffer: inout WireBuffer, _ write: (inout WireBuffer) -> Void
    ) {
        let start = buffer.count
        buffer.append(bigEndian: parameter)
        buffer.append(bigEndian: UInt16(0))
        write(&buffer)
        finish(from: start, in: &buffer)
    }

    private static func finish(from start: Int, in buffer: inout WireBuffer) {
        let length = buffer.count - start
        buffer.overwrite(at: start + 2, bigEndian: UInt16(truncatingIfNeeded: length))
        for _ in length..<padded(length) { buffer.append(0) }
    }

    /// The next multiple of four.
    static func padded(_ length: Int) -> Int { (length + 3) & ~3 }
}

/// Walks what is written as type, length, value and padding: chunks and their parameters.
struct SCTPItems: Sequence, IteratorProtocol {
    struct Item {
        /// The first two bytes: a chunk's type and flags, or a parameter's type.
        let head: UInt16
        let body: Range<Int>
    }

    private let bytes: UnsafeRawBufferPointer
    private let end: Int
    private var place: Int
    /// Whether the walk ended at something whose length cannot be.
    private(set) var isMalformed = false

    init(_ bytes: UnsafeRawBufferPointer, in range: Range<Int>) {
        self.bytes = bytes
        place = range.lowerBound
        end = range.upperBound
    }

    mutating func next() -> Item? {
        guard place < end else { return nil }
        guard end - place >= 4 else {
            isMalformed = true
            return nil
        }
        let length = Int(bytes.sctpU16(at: place + 2))
        guard length >= 4, length <= end - place else {
            isMalformed = true
            return nil
        }
        let item = Item(head: bytes.sctpU16(at: place), body: place + 4..<place + length)
        // The last one's padding may be left out.
        place = Swift.min(end, place + SCTPChunk.padded(length))
        return item
    }
}

import Timeline

/// An SCTP packet's common header (RFC 9260 §3.1).
struct SCTPPacket: Equatable {
    static let headerLength = 12
    static let checksumOffset = 8

    var sourcePort: UInt16
    var destinationPort: UInt16
    /// The tag the receiver chose; zero where the packet carries an INIT.
    var tag: UInt32

    init(sourcePort: UInt16, destinationPort: UInt16, tag: UInt32) {
        self.sourcePort = sourcePort
        self.destinationPort = destinationPort
        self.tag = tag
    }

    /// Nothing where the bytes are shorter than a header and a chunk, or their checksum is wrong.
    init?(reading bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= Self.headerLength + SCTPChunk.headerLength else { return nil }
        // The one field of the protocol whose bytes go out lowest first.
        let checksum = bytes.loadUnaligned(fromByteOffset: Self.checksumOffset, as: UInt32.self)
        guard UInt32(littleEndian: checksum) == CRC32c.checksum(ofPacket: bytes) else {
            return nil
        }
        sourcePort = bytes.sctpU16(at: 0)
        destinationPort = bytes.sctpU16(at: 2)
        tag = bytes.sctpU32(at: 4)
    }

    /// Empties `buffer` and begins a packet in it; ``seal(_:)`` ends it.
    func begin(in buffer: inout WireBuffer) {
        buffer.removeAll()
        buffer.append(bigEndian: sourcePort)
        buffer.append(bigEndian: destinationPort)
        buffer.append(bigEndian: tag)
        buffer.append(bigEndian: UInt32(0))
    }

    /// Writes the checksum over everything appended since ``begin(in:)``.
    static func seal(_ buffer: inout WireBuffer) {
        let checksum = CRC32c.checksum(ofPacket: buffer.bytes)
        buffer.overwrite(at: checksumOffset, bigEndian: checksum.byteSwapped)
    }
}

extension UnsafeRawBufferPointer {
    /// Two bytes in network order; the caller has checked that they are there.
    func sctpU16(at offset: Int) -> UInt16 {
        UInt16(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    /// Four bytes in network order; the caller has checked that they are there.
    func sctpU32(at offset: Int) -> UInt32 {
        UInt32(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    func sctpSlice(_ range: Range<Int>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: self[range])
    }
}

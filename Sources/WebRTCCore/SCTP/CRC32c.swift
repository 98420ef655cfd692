/// The checksum of an SCTP packet (RFC 9260 Appendix A): CRC-32 with Castagnoli's polynomial.
package enum CRC32c {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in
            value & 1 == 0 ? value >> 1 : (value >> 1) ^ 0x82F6_3B78
        }
    }

    static func checksum(of bytes: UnsafeRawBufferPointer) -> UInt32 {
        ~update(0xFFFF_FFFF, with: bytes)
    }

    /// The checksum of a packet as if the four bytes that hold it were zero.
    ///
    /// `packet` has at least the common header's 12 bytes.
    package static func checksum(ofPacket packet: UnsafeRawBufferPointer) -> UInt32 {
        let field = SCTPPacket.checksumOffset
        var value = update(0xFFFF_FFFF, with: UnsafeRawBufferPointer(rebasing: packet[..<field]))
        let zeros: UInt32 = 0
        value = withUnsafeBytes(of: zeros) { update(value, with: $0) }
        return ~update(value, with: UnsafeRawBufferPointer(rebasing: packet[(field + 4)...]))
    }

    private static func update(_ start: UInt32, with bytes: UnsafeRawBufferPointer) -> UInt32 {
        table.withUnsafeBufferPointer { table in
            var value = start
            for byte in bytes {
                value = table[Int(UInt8(truncatingIfNeeded: value) ^ byte)] ^ (value >> 8)
            }
            return value
        }
    }
}

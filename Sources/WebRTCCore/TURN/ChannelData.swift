import Timeline

/// A packet to or from a peer without the cost of a STUN message (RFC 8656 §12.4).
enum ChannelData {
    static let headerLength = 4

    /// Appends a packet; over TCP it is padded to a multiple of four bytes (§12.5).
    static func write(
        _ payload: UnsafeRawBufferPointer, channel: UInt16, isPadded: Bool,
        into buffer: inout WireBuffer
    ) {
        buffer.append(bigEndian: channel)
        buffer.append(bigEndian: UInt16(truncatingIfNeeded: payload.count))
        buffer.append(payload)
        guard isPadded else { return }
        for _ in 0..<(4 - payload.count % 4) % 4 { buffer.append(UInt8(0)) }
    }

    /// The channel and the bytes of a packet; what follows them is padding.
    static func read(
        _ bytes: UnsafeRawBufferPointer
    ) -> (channel: UInt16, payload: UnsafeRawBufferPointer)? {
        guard bytes.count >= headerLength, isChannelData(first: bytes[0]) else { return nil }
        let end = headerLength + Int(bytes.unsigned16(at: 2))
        guard end <= bytes.count else { return nil }
        return (
            bytes.unsigned16(at: 0), UnsafeRawBufferPointer(rebasing: bytes[headerLength..<end])
        )
    }

    /// 0x4000...0x4FFF (RFC 8656 §12).
    static func isChannelData(first: UInt8) -> Bool { 64...79 ~= first }
}

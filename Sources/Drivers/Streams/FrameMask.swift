/// The mask over a client's payload (RFC 6455 §5.3), eight bytes at a time.
enum FrameMask {
    /// - Parameter key: its first octet on the wire is the lowest.
    static func apply(_ key: UInt32, to payload: UnsafeMutableRawBufferPointer) {
        copy(UnsafeRawBufferPointer(payload), masking: key, to: payload)
    }

    /// Copies a payload, masking it on the way; both may be the same memory.
    static func copy(
        _ payload: UnsafeRawBufferPointer, masking key: UInt32,
        to room: UnsafeMutableRawBufferPointer
    ) {
        let wide = (UInt64(key) << 32 | UInt64(key)).littleEndian
        var place = 0
        while place + 8 <= payload.count {
            let word = payload.loadUnaligned(fromByteOffset: place, as: UInt64.self)
            room.storeBytes(of: word ^ wide, toByteOffset: place, as: UInt64.self)
            place += 8
        }
        while place < payload.count {
            room[place] = payload[place] ^ UInt8(truncatingIfNeeded: key >> (UInt32(place % 4) * 8))
            place += 1
        }
    }
}

import Timeline

/// What a decoder was given since its reset, packet by packet, in 128 bits.
///
/// Two decoders with the same history are in the same state. Not proof against somebody who looks
/// for collisions: only the reference agent's packets come here, and of those a billion different
/// histories would hold two alike with a chance of 1 in 10²⁰.
struct PacketHistory: Equatable {
    private var first: UInt64
    private var second: UInt64

    /// - Parameter interval: what a packet that is lost or cannot be decoded is filled in with.
    init(interval: Nanoseconds) {
        first = 0x9E37_79B9_7F4A_7C15 ^ UInt64(bitPattern: interval.count)
        second = 0xD1B5_4A32_D192_ED03
    }

    /// Where in a table the history belongs.
    var hash: UInt64 { first }

    /// One more packet; an empty payload stands for a lost one.
    mutating func add(_ payload: UnsafeRawBufferPointer) {
        let count = payload.count
        if count >= 8 {
            var offset = 0
            while offset + 8 <= count {
                mix(payload.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
                offset += 8
            }
            // The last 8 bytes, some of them for the second time: the length tells them apart.
            if offset < count {
                mix(payload.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self))
            }
        } else {
            var word: UInt64 = 0
            for byte in payload { word = word << 8 | UInt64(byte) }
            mix(word)
        }
        mix(UInt64(count) | 1 << 63)
    }

    private mutating func mix(_ word: UInt64) {
        first = Self.folded(first ^ word, 0xA076_1D64_78BD_642F)
        second = Self.folded(second &+ word, 0xE703_7ED1_A0B4_28DB) ^ second
    }

    /// Both halves of the product in one.
    private static func folded(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }
}

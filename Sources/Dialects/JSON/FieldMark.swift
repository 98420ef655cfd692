/// Tells a field's bytes from those of the message before without keeping them: 64 bits that differ
/// where the bytes do.
///
/// Made of eight bytes at a time, since it is made of every message. Two different texts of the
/// same length have the same mark once in 2⁶⁴ times.
enum FieldMark {
    static func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var mark = UInt64(bytes.count)
        var place = 0
        while place + 8 <= bytes.count {
            mark = mixed(mark, bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
            place += 8
        }
        var rest: UInt64 = 0
        while place < bytes.count {
            rest = rest << 8 | UInt64(bytes[place])
            place += 1
        }
        return mixed(mark, rest)
    }

    /// The finalizer of SplitMix64 (Steele, Lea and Flood, 2014), which no two numbers share.
    @inline(__always)
    private static func mixed(_ mark: UInt64, _ word: UInt64) -> UInt64 {
        var value = mark ^ word
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}

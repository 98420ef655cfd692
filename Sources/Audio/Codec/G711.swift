/// Logarithmic 8-bit speech of ITU-T G.711, 16-bit linear on the other side.
///
/// Linear values use the full 16-bit range: µ-law spans ±32,124 and A-law ±32,256.
package enum G711 {
    /// µ-law (PCMU) or A-law (PCMA).
    package enum Law: Sendable { case mu, a }

    /// The linear value of every µ-law byte.
    package static let muTable: [Int16] = (0...255).map { muLinear(UInt8($0)) }
    /// The linear value of every A-law byte.
    package static let aTable: [Int16] = (0...255).map { aLinear(UInt8($0)) }

    /// The linear values of all bytes of a law, indexed by byte.
    package static func table(_ law: Law) -> [Int16] { law == .mu ? muTable : aTable }

    /// The linear samples of companded bytes.
    package static func decode(_ bytes: some Sequence<UInt8>, _ law: Law) -> [Int16] {
        let table = table(law)
        return bytes.map { table[Int($0)] }
    }

    /// The companded bytes of linear samples.
    package static func encode(_ samples: some Sequence<Int16>, _ law: Law) -> [UInt8] {
        switch law {
        case .mu: samples.map(muByte)
        case .a: samples.map(aByte)
        }
    }

    /// One sample in µ-law: sign, three bits of segment, four bits of step, all inverted.
    package static func muByte(_ sample: Int16) -> UInt8 {
        let bias = 132
        let magnitude = min(abs(Int(sample)), 32_635) + bias
        let segment = (Int.bitWidth - 1 - magnitude.leadingZeroBitCount) - 7
        let step = (magnitude >> (segment + 3)) & 0x0F
        let sign = sample < 0 ? 0x80 : 0
        return ~UInt8(sign | segment << 4 | step)
    }

    /// One sample in A-law: 13-bit magnitude, segment and step, even bits inverted.
    package static func aByte(_ sample: Int16) -> UInt8 {
        // Negative values are counted from −1, so that both halves have 4,096 steps.
        let magnitude = (sample < 0 ? -Int(sample) - 1 : Int(sample)) >> 3
        let sign = sample < 0 ? 0 : 0x80
        let code: Int
        if magnitude < 32 {
            code = magnitude >> 1
        } else {
            let segment = (Int.bitWidth - 1 - magnitude.leadingZeroBitCount) - 4
            code = segment << 4 | (magnitude >> segment) & 0x0F
        }
        return UInt8(sign | code) ^ 0x55
    }

    private static func muLinear(_ byte: UInt8) -> Int16 {
        let bits = Int(~byte)
        let segment = (bits >> 4) & 7
        let magnitude = (((bits & 0x0F) << 3) + 132) << segment - 132
        return Int16(bits & 0x80 != 0 ? -magnitude : magnitude)
    }

    private static func aLinear(_ byte: UInt8) -> Int16 {
        let bits = Int(byte ^ 0x55)
        let segment = (bits >> 4) & 7
        let step = (bits & 0x0F) << 4
        let magnitude = segment == 0 ? step + 8 : (step + 264) << (segment - 1)
        return Int16(bits & 0x80 != 0 ? magnitude : -magnitude)
    }
}

/// Repeatable randomness: xoshiro256** (Blackman and Vigna, 2018), seeded by SplitMix64.
///
/// Every stream of draws has a name, so that drawing more in one place never shifts
/// the draws of another, and the same call number draws the same on every path.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: (UInt64, UInt64, UInt64, UInt64)

    /// - Parameters:
    ///   - seed: the run's seed.
    ///   - stream: what is drawn, as in `arrivals` or `dialogue`.
    ///   - number: which one of its kind, as a call's number.
    package init(seed: UInt64, stream: StaticString, number: UInt64 = 0) {
        var mixer = SplitMix64(state: seed)
        let name = stream.withUTF8Buffer { FNV1a.hash($0) }
        mixer.state = mixer.next() ^ name
        mixer.state = mixer.next() ^ number
        state = (mixer.next(), mixer.next(), mixer.next(), mixer.next())
    }

    package mutating func next() -> UInt64 {
        let result = Self.rotate(state.1 &* 5, by: 7) &* 9
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = Self.rotate(state.3, by: 45)
        return result
    }

    /// A number in [0, 1) with 53 random bits.
    package mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    private static func rotate(_ value: UInt64, by count: UInt64) -> UInt64 {
        (value << count) | (value >> (64 - count))
    }
}

/// The generator that spreads a seed over xoshiro's state (Steele, Lea and Flood, 2014).
struct SplitMix64 {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// The 64-bit FNV-1a hash: the same in every process, unlike Swift's own hashing.
package enum FNV1a {
    package static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return hash
    }
}

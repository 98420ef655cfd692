import Dialects
import Timeline

/// The proof that both ends of a handshake mean WebSocket (RFC 6455 §4.2.2).
enum HandshakeKey {
    /// A client's key: sixteen unpredictable bytes in base64.
    static func drawn() -> String {
        var generator = SystemRandomNumberGenerator()
        let words = (0..<2).map { _ in UInt64.random(in: 0...UInt64.max, using: &generator) }
        return words.withUnsafeBytes { base64($0) }
    }

    /// Whether it is what a client must send.
    static func isKey(_ text: String) -> Bool {
        text.utf8.count == 24 && text.hasSuffix("==")
    }

    /// What a server answers a key with.
    static func accepting(_ key: String) -> String {
        let text = Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)
        let words = SHA1.digest(text).map(\.bigEndian)
        return words.withUnsafeBytes { base64($0) }
    }

    private static func base64(_ bytes: UnsafeRawBufferPointer) -> String {
        var buffer = WireBuffer(capacity: 32)
        Base64.encode(bytes, into: &buffer)
        return String(decoding: buffer.bytes, as: UTF8.self)
    }
}

/// SHA-1 (FIPS 180-4): a handshake asks for it and hides nothing behind it.
enum SHA1 {
    /// Five words, the most significant first.
    static func digest(_ message: [UInt8]) -> [UInt32] {
        var padded = message
        padded.append(0x80)
        while padded.count % 64 != 56 { padded.append(0) }
        let bits = UInt64(message.count) * 8
        for shift in stride(from: 56, through: 0, by: -8) {
            padded.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
        }
        var state: [UInt32] = [
            0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0,
        ]
        for start in stride(from: 0, to: padded.count, by: 64) {
            mix(padded[start..<start + 64], into: &state)
        }
        return state
    }

    private static func mix(_ block: ArraySlice<UInt8>, into state: inout [UInt32]) {
        var words: [UInt32] = []
        words.reserveCapacity(80)
        for index in 0..<16 {
            let place = block.startIndex + index * 4
            words.append(block[place..<place + 4].reduce(0) { $0 << 8 | UInt32($1) })
        }
        for index in 16..<80 {
            let word = words[index - 3] ^ words[index - 8] ^ words[index - 14] ^ words[index - 16]
            words.append(rotated(word, 1))
        }
        var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
        for (index, word) in words.enumerated() {
            let (chosen, constant): (UInt32, UInt32) =
                switch index / 20 {
                case 0: ((b & c) | (~b & d), 0x5A82_7999)
                case 1: (b ^ c ^ d, 0x6ED9_EBA1)
                case 2: ((b & c) | (b & d) | (c & d), 0x8F1B_BCDC)
                default: (b ^ c ^ d, 0xCA62_C1D6)
                }
            let next = rotated(a, 5) &+ chosen &+ e &+ constant &+ word
            (e, d, c, b, a) = (d, c, rotated(b, 30), a, next)
        }
        for (index, word) in [a, b, c, d, e].enumerated() { state[index] &+= word }
    }

    private static func rotated(_ word: UInt32, _ bits: UInt32) -> UInt32 {
        word << bits | word >> (32 - bits)
    }
}

/// AES-128 in Galois/counter mode (RFC 7714 §8, §9).
struct GaloisCipher {
    private let key: CipherKey
    /// The session salt's 96 bits: the upper 64 and the lower 32.
    private let salt: (high: UInt64, low: UInt32)

    init(_ keys: SRTPKeys) throws(SRTPProblem) {
        guard keys.salt.count == 12 else { throw .badMaster }
        key = try CipherKey(.galois, keys.cipherKey)
        salt = keys.salt.withUnsafeBytes {
            ($0.bigEndian(UInt64.self, at: 0), $0.bigEndian(UInt32.self, at: 8))
        }
    }

    /// Enciphers `body` in place and writes the tag.
    ///
    /// - Parameters:
    ///   - clear: authenticated in front of the body.
    ///   - word: authenticated behind `clear`, in RTCP.
    @inline(__always)
    func seal(
        _ body: UnsafeMutableRawBufferPointer, clear: UnsafeRawBufferPointer, word: UInt32?,
        ssrc: UInt32, index: UInt64, tag: UnsafeMutableRawPointer
    ) -> Bool {
        guard let message = begin(.sealing, ssrc, index, clear: clear, word: word) else {
            return false
        }
        return message.crypt(body) && message.writeTag(to: tag)
    }

    /// Deciphers `body` in place; where it returns false, what is there is worthless.
    @inline(__always)
    func open(
        _ body: UnsafeMutableRawBufferPointer, clear: UnsafeRawBufferPointer, word: UInt32?,
        ssrc: UInt32, index: UInt64, tag: UnsafeMutableRawPointer
    ) -> Bool {
        guard let message = begin(.opening, ssrc, index, clear: clear, word: word) else {
            return false
        }
        return message.crypt(body) && message.hasTag(at: tag)
    }

    @inline(__always)
    private func begin(
        _ use: SRTPCipher.Use, _ ssrc: UInt32, _ index: UInt64, clear: UnsafeRawBufferPointer,
        word: UInt32?
    ) -> CipherMessage? {
        // 16 bits of zero, the source, and 48 bits of index (§8.1, §9.1).
        let high = salt.high ^ (UInt64(ssrc) << 16 | index >> 32)
        let nonce = (high.bigEndian, (salt.low ^ UInt32(truncatingIfNeeded: index)).bigEndian)
        let message = withUnsafeBytes(of: nonce) {
            key.begin(UnsafeRawBufferPointer(rebasing: $0[..<12]), use)
        }
        guard let message, message.authenticate(clear) else { return nil }
        guard let word else { return message }
        let isTaken = withUnsafeBytes(of: word.bigEndian) { message.authenticate($0) }
        return isTaken ? message : nil
    }
}

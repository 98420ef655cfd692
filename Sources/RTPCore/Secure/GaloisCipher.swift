import COpenSSL

/// AES-128 in Galois/counter mode (RFC 7714 §8, §9).
struct GaloisCipher: ~Copyable {
    private let context: CipherContext
    /// The session salt's 96 bits: the upper 64 and the lower 32.
    private let salt: (high: UInt64, low: UInt32)

    init(_ keys: SRTPKeys, use: SRTPCipher.Use) throws(SRTPProblem) {
        guard keys.salt.count == 12 else { throw .badMaster }
        let context = try CipherContext(EVP_aes_128_gcm(), key: keys.cipherKey, use: use)
        salt = keys.salt.withUnsafeBytes {
            ($0.bigEndian(UInt64.self, at: 0), $0.bigEndian(UInt32.self, at: 8))
        }
        self.context = context
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
        begin(ssrc: ssrc, index: index, clear: clear, word: word) && context.crypt(body)
            && context.writeTag(to: tag)
    }

    /// Deciphers `body` in place; where it returns false, what is there is worthless.
    @inline(__always)
    func open(
        _ body: UnsafeMutableRawBufferPointer, clear: UnsafeRawBufferPointer, word: UInt32?,
        ssrc: UInt32, index: UInt64, tag: UnsafeMutableRawPointer
    ) -> Bool {
        context.expectTag(at: tag)
            && begin(ssrc: ssrc, index: index, clear: clear, word: word) && context.crypt(body)
            && context.isAuthentic()
    }

    @inline(__always)
    private func begin(
        ssrc: UInt32, index: UInt64, clear: UnsafeRawBufferPointer, word: UInt32?
    ) -> Bool {
        // 16 bits of zero, the source, and 48 bits of index (§8.1, §9.1).
        let high = salt.high ^ (UInt64(ssrc) << 16 | index >> 32)
        let nonce = (high.bigEndian, (salt.low ^ UInt32(truncatingIfNeeded: index)).bigEndian)
        let isReady = withUnsafeBytes(of: nonce) {
            context.begin(UnsafeRawBufferPointer(rebasing: $0[..<12]))
        }
        guard isReady, context.authenticate(clear) else { return false }
        guard let word else { return true }
        return withUnsafeBytes(of: word.bigEndian) { context.authenticate($0) }
    }
}

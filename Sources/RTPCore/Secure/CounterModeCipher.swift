import COpenSSL

/// AES-128 in counter mode with HMAC-SHA1 (RFC 3711 §4.1.1, §4.2.1).
struct CounterModeCipher {
    private static let tagLength = SRTPProfile.aesCM128HMACSHA1_80.tagLength
    private let key: CipherKey
    private let hmac: talkover_hmac_sha1
    /// The session salt times 2¹⁶, as two halves.
    private let salt: (high: UInt64, low: UInt64)

    init(_ keys: SRTPKeys) throws(SRTPProblem) {
        guard keys.salt.count == 14 else { throw .badMaster }
        var hmac = talkover_hmac_sha1()
        let secret = keys.authenticationKey
        guard talkover_hmac_sha1_set_key(&hmac, secret, secret.count) == 1 else {
            throw .cipherFailed
        }
        self.key = try CipherKey(.counter, keys.cipherKey)
        self.hmac = hmac
        salt = keys.salt.withUnsafeBytes {
            ($0.bigEndian(UInt64.self, at: 0), $0.bigEndian(UInt64.self, at: 6) << 16)
        }
    }

    /// Adds the keystream of a packet, which enciphers and deciphers.
    @inline(__always)
    func crypt(_ bytes: UnsafeMutableRawBufferPointer, ssrc: UInt32, index: UInt64) -> Bool {
        let counter = (
            (salt.high ^ UInt64(ssrc)).bigEndian, (salt.low ^ (index << 16)).bigEndian
        )
        // The keystream is the same both ways.
        return withUnsafeBytes(of: counter) { key.begin($0, .sealing) }?.crypt(bytes) ?? false
    }

    /// Writes the tag over `bytes` and a word that follows them, sent or not.
    @inline(__always)
    func writeTag(
        over bytes: UnsafeRawBufferPointer, word: UInt32, to place: UnsafeMutableRawBufferPointer
    ) -> Bool {
        withTag(over: bytes, word: word) {
            place.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[..<Self.tagLength]))
            return true
        }
    }

    /// Whether `tag` is that of `bytes` and the word, compared in constant time.
    @inline(__always)
    func isAuthentic(
        _ bytes: UnsafeRawBufferPointer, word: UInt32, tag: UnsafeRawBufferPointer
    ) -> Bool {
        withTag(over: bytes, word: word) {
            CRYPTO_memcmp($0.baseAddress, tag.baseAddress, Self.tagLength) == 0
        }
    }

    @inline(__always)
    private func withTag(
        over bytes: UnsafeRawBufferPointer, word: UInt32, _ body: (UnsafeRawBufferPointer) -> Bool
    ) -> Bool {
        var tag: (UInt64, UInt64, UInt32) = (0, 0, 0)
        return withUnsafeMutableBytes(of: &tag) { tag in
            let made = withUnsafeBytes(of: word.bigEndian) { word in
                withUnsafePointer(to: hmac) {
                    talkover_hmac_sha1_tag(
                        $0, bytes.baseAddress, bytes.count, word.baseAddress, word.count,
                        tag.baseAddress?.assumingMemoryBound(to: UInt8.self)
                    )
                }
            }
            return made == 1 && body(UnsafeRawBufferPointer(tag))
        }
    }
}

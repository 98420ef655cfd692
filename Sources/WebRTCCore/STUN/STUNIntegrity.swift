import COpenSSL

/// Keys of MESSAGE-INTEGRITY.
package enum STUNKey {
    /// RFC 8489 §9.1.1: the password itself.
    package static func shortTerm(_ password: String) -> [UInt8] { Array(password.utf8) }

    /// RFC 8489 §9.2.2: MD5 of the three, joined by colons.
    ///
    /// Empty where the linked OpenSSL refuses MD5; no server accepts a message signed with that.
    package static func longTerm(username: String, realm: String, password: String) -> [UInt8] {
        let text = Array("\(username):\(realm):\(password)".utf8)
        var digest = [UInt8](repeating: 0, count: 16)
        guard EVP_Digest(text, text.count, &digest, nil, EVP_md5(), nil) == 1 else { return [] }
        return digest
    }
}

/// HMAC-SHA1 over a message up to its MESSAGE-INTEGRITY (RFC 8489 §14.5).
enum STUNIntegrity {
    static let length = 20

    /// The code over `bytes`, whose length field already counts the attribute to come.
    static func code(over bytes: UnsafeRawBufferPointer, key: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: length)
        let made = HMAC(
            EVP_sha1(), key, CInt(key.count),
            bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count, &digest, nil)
        return made == nil ? [] : digest
    }

    /// Whether the attribute at `offset` holds the code of what is in front of it.
    static func verify(_ bytes: UnsafeRawBufferPointer, at offset: Int, key: [UInt8]) -> Bool {
        guard offset >= STUNMessage.headerLength, offset + 4 + length <= bytes.count else {
            return false
        }
        // The length is counted as if nothing followed the attribute.
        let counted = UInt16(truncatingIfNeeded: offset + 4 + length - STUNMessage.headerLength)
        let expected = withUnsafeTemporaryAllocation(byteCount: offset, alignment: 8) { copy in
            copy.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<offset]))
            copy.storeBytes(of: counted.bigEndian, toByteOffset: 2, as: UInt16.self)
            return code(over: UnsafeRawBufferPointer(copy), key: key)
        }
        guard expected.count == length else { return false }
        let place = bytes[offset + 4..<offset + 4 + length]
        return CRYPTO_memcmp(expected, UnsafeRawBufferPointer(rebasing: place).baseAddress, length)
            == 0
    }
}

/// CRC-32 as FINGERPRINT uses it (RFC 8489 §14.7).
enum STUNChecksum {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { rest, _ in
            rest & 1 == 1 ? rest >> 1 ^ 0xEDB8_8320 : rest >> 1
        }
    }

    static func fingerprint(_ bytes: some Sequence<UInt8>) -> UInt32 {
        var rest = UInt32.max
        for byte in bytes { rest = rest >> 8 ^ table[Int((rest ^ UInt32(byte)) & 0xFF)] }
        return ~rest ^ 0x5354_554E
    }
}

/// The session keys of one direction's RTP, or of its RTCP.
package struct SRTPKeys: Equatable, Sendable {
    /// What for (RFC 3711 §4.3.1, §4.3.2); the number is the first of its three labels.
    package enum Stream: UInt8, Sendable { case rtp = 0, rtcp = 3 }

    /// 16 bytes.
    package var cipherKey: [UInt8]
    /// 20 bytes; empty where the cipher authenticates by itself.
    package var authenticationKey: [UInt8]
    /// As long as the profile's `saltLength`.
    package var salt: [UInt8]

    package init(cipherKey: [UInt8], authenticationKey: [UInt8], salt: [UInt8]) {
        self.cipherKey = cipherKey
        self.authenticationKey = authenticationKey
        self.salt = salt
    }

    /// Derives the keys with a derivation rate of zero, once for the whole session.
    ///
    /// - Throws: `badMaster` for lengths that are not the profile's.
    package static func derived(
        from master: SRTPMaster, for stream: Stream, profile: SRTPProfile
    ) throws(SRTPProblem) -> SRTPKeys {
        guard master.key.count == profile.keyLength, master.salt.count == profile.saltLength else {
            throw .badMaster
        }
        let cipher = try CipherKey(.counter, master.key)
        func bytes(_ label: UInt8, _ count: Int) throws(SRTPProblem) -> [UInt8] {
            try generated(by: cipher, salt: master.salt, label: stream.rawValue + label, count)
        }
        return SRTPKeys(
            cipherKey: try bytes(0, profile.keyLength),
            authenticationKey: try bytes(1, profile == .aesCM128HMACSHA1_80 ? 20 : 0),
            salt: try bytes(2, profile.saltLength)
        )
    }

    /// The AES-CM generator of RFC 3711 §4.3.3, which RFC 7714 §11 keeps.
    private static func generated(
        by cipher: CipherKey, salt: [UInt8], label: UInt8, _ count: Int
    ) throws(SRTPProblem) -> [UInt8] {
        // The salt's 14 bytes and a block counter of 2; a salt of 12 ends in zeros.
        var counter = [UInt8](repeating: 0, count: 16)
        counter.replaceSubrange(..<salt.count, with: salt)
        counter[7] ^= label
        var output = [UInt8](repeating: 0, count: count)
        let done = output.withUnsafeMutableBytes { output in
            counter.withUnsafeBytes { cipher.begin($0, .sealing) }?.crypt(output) ?? false
        }
        guard done else { throw .cipherFailed }
        return output
    }
}

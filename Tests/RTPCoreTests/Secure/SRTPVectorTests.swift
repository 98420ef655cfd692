import RTPCore
import Testing

/// What the RFCs and the reference implementation say comes out.
@Suite struct SRTPVectorTests {
    @Test func `counter mode gives the keystream of RFC 3711 B.2`() throws {
        let keys = SRTPKeys(
            cipherKey: hex("2B7E151628AED2A6ABF7158809CF4F3C"),
            authenticationKey: [UInt8](repeating: 0, count: 20),
            salt: hex("F0F1F2F3F4F5F6F7F8F9FAFBFCFD"))
        let cipher = try SRTPCipher(profile: .aesCM128HMACSHA1_80, keys: keys)
        let blocks = 0xFF02
        // Source 0, index 0, and zeros: what comes out is the keystream.
        let plain = hex("80000000 00000000 00000000") + [UInt8](repeating: 0, count: 16 * blocks)

        let sealed = cipher.sealed(rtp: plain, index: 0, overhead: 10)

        let stream = Array(sealed.dropFirst(12).dropLast(10))
        #expect(
            Array(stream.prefix(48))
                == hex(
                    """
                    E03EAD0935C95E80E166B16DD92B4EB4 D23513162B02D0F72A43A2FE4A5F97AB
                    41E95B3BB0A2E8DD477901E4FCA894C0
                    """))
        #expect(
            Array(stream.suffix(48))
                == hex(
                    """
                    EC8CDF7398607CB0F2D21675EA9EA1E4 362B7C3C6773516318A077D7FC5073AE
                    6A2CC3787889374FBEB4C81B17BA6C44
                    """))
    }

    @Test func `keys are derived as in RFC 3711 B.3`() throws {
        let keys = try SRTPKeys.derived(
            from: SRTPMaster(
                key: hex("E1F97A0D3E018BE0D64FA32C06DE4139"),
                salt: hex("0EC675AD498AFEEBB6960B3AABE6")),
            for: .rtp, profile: .aesCM128HMACSHA1_80)

        #expect(keys.cipherKey == hex("C61E7A93744F39EE10734AFE3FF7A087"))
        #expect(keys.salt == hex("30CBBC08863D8C85D49DB34A9AE1"))
        #expect(keys.authenticationKey == hex("CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4"))
    }

    private static func galois() throws -> SRTPCipher {
        let keys = SRTPKeys(
            cipherKey: hex("000102030405060708090a0b0c0d0e0f"), authenticationKey: [],
            salt: hex("517569642070726f2071756f"))
        return try SRTPCipher(profile: .aeadAES128GCM, keys: keys)
    }

    @Test func `Galois mode seals and opens the RTP packet of RFC 7714 16.1`() throws {
        let plain =
            hex("8040f17b 8041f8d3 5501a0b2") + Array("Gallia est omnis divisa in partes tres".utf8)
        let sealed = hex(
            """
            8040f17b 8041f8d3 5501a0b2 f24de3a3 fb34de6c acba861c 9d7e4bca be633bd5 0d294e6f
            42a5f47a 51c7d19b 36de3adf 8833899d 7f27beb1 6a9152cf 765ee439 0cce
            """)

        #expect(try Self.galois().sealed(rtp: plain, index: 0xF17B, overhead: 16) == sealed)
        #expect(try Self.galois().opened(rtp: sealed, index: 0xF17B, overhead: 16) == plain)
        #expect(try Self.galois().opened(rtp: sealed, index: 0x1F17B, overhead: 16) == [])
    }

    private static let report = hex(
        """
        81c8000d 4d617273 4e545031 4e545032 52545020 0000042a 0000e930 4c756e61
        deadbeef deadbeef deadbeef deadbeef deadbeef
        """)

    @Test func `Galois mode seals and opens the RTCP packet of RFC 7714 17.1`() throws {
        let sealed = hex(
            """
            81c8000d 4d617273 63e94885 dcdab67c a727d766 2f6b7e99 7ff5c0f7 6c06f32d c676a5f1
            730d6fda 4ce09b46 86303ded 0bb9275b c84aa458 96cf4d2f c5abf872 45d9eade 800005d4
            """)

        #expect(
            try Self.galois().sealed(rtcp: Self.report, index: 0x5D4, overhead: 20)
                == sealed)
        #expect(try Self.galois().opened(rtcp: sealed, overhead: 20) == Self.report)
    }

    @Test func `Galois mode believes the RTCP packet in clear of RFC 7714 17.3`() throws {
        let sealed = Self.report + hex("841dd968 3dd78ec9 2ae58790 125f62b3 000005d4")

        #expect(try Self.galois().opened(rtcp: sealed, overhead: 20) == Self.report)
    }

    private static let plain = hex("800f1234 decafbad cafebabe" + repeated("ab", 16))
    private static let plainReport = hex("81c8000b cafebabe" + repeated("ab", 16))

    private static func repeated(_ text: String, _ count: Int) -> String {
        String(repeating: text, count: count)
    }

    /// The packets that libsrtp's own test driver expects.
    static let packets = [
        SRTPProfile.aesCM128HMACSHA1_80: (
            master: SRTPMaster(
                key: hex("e1f97a0d3e018be0d64fa32c06de4139"),
                salt: hex("0ec675ad498afeebb6960b3aabe6")),
            rtp: "800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb",
            rtcp: "81c8000bcafebabe7128035be487b9bdbef89041f977a5a880000001993e08cd54d6c1230798"
        ),
        SRTPProfile.aeadAES128GCM: (
            master: SRTPMaster(
                key: hex("000102030405060708090a0b0c0d0e0f"),
                salt: hex("a0a1a2a3a4a5a6a7a8a9aaab")),
            rtp: "800f1234decafbadcafebabec5002ede04cfdd2eb91159e0880aa06e"
                + "d2976826f796b201df3131a127e8a392",
            rtcp: "81c8000bcafebabec98b8b5df0392a55852b6c21ac8e7025"
                + "c52c6fbea2b3b446ea31123ba88ce61e80000001"
        ),
    ]

    @Test(arguments: SRTPProfile.allCases)
    func `whole packets are those of the reference implementation`(profile: SRTPProfile) throws {
        let vector = try #require(Self.packets[profile])
        let sender = try SRTPSender(profile: profile, master: vector.master, firstRTCP: 1)
        let receiver = try SRTPReceiver(profile: profile, master: vector.master)

        #expect(try sender.protected(rtp: Self.plain) == hex(vector.rtp))
        #expect(try sender.protected(rtcp: Self.plainReport) == hex(vector.rtcp))
        #expect(try receiver.plain(rtp: hex(vector.rtp)) == Self.plain)
        #expect(try receiver.plain(rtcp: hex(vector.rtcp)) == Self.plainReport)
    }
}

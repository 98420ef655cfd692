import Testing
import Timeline
import WebRTCCore

/// RFC 5769 §2.1 to §2.4.
@Suite struct STUNVectorTests {
    static let request = stunHex(
        """
        00010058 2112A442 B7E7A701BC34D686FA87DFAE
        80220010 5354554E207465737420636C69656E74
        00240004 6E0001FF 80290008 932FF9B151263B36
        00060009 6576746A3A68367659202020
        00080014 9AEAA70CBFD8CB56781EF2B5B2D3F249C1B571A2
        80280004 E57A3BCF
        """)
    static let responseV4 = stunHex(
        """
        0101003C 2112A442 B7E7A701BC34D686FA87DFAE
        8022000B 7465737420766563746F7220 00200008 0001A147E112A643
        00080014 2B91F599FD9E90C38C7489F92AF9BA53F06BE7D7
        80280004 C07D4C96
        """)
    static let responseV6 = stunHex(
        """
        01010048 2112A442 B7E7A701BC34D686FA87DFAE
        8022000B 7465737420766563746F7220
        00200014 0002A1470113A9FAA5D3F179BC25F4B5BED2B9D9
        00080014 A382954E4BE67BF11784C97C8292C275BFE3ED41
        80280004 C8FB0B4C
        """)
    static let longTerm = stunHex(
        """
        00010060 2112A442 78AD3433C6AD72C029DA412E
        00060012 E3839EE38388E383AAE38383E382AFE382B90000
        0015001C 662F2F3439396B39353464364F4C33346F4C39465354767936347341
        0014000B 6578616D706C652E6F726700
        00080014 F67024656DD64A3E02B8E0712E85C9A28CA89666
        """)
    static let password = "VOkJxbRl1RmTxUk/WvJxBt"
    private static let transaction = STUNTransactionID(
        high: 0xB7E7_A701, low: 0xBC34_D686_FA87_DFAE)

    @Test func `the sample request is read and its integrity holds`() throws {
        try withSTUN(Self.request) { message in
            #expect(message.kind == .request)
            #expect(message.method == .binding)
            #expect(message.transaction == Self.transaction)
            #expect(message.text(.software) == "STUN test client")
            #expect(message.number(.priority) == 0x6E00_01FF)
            #expect(message.wideNumber(.iceControlled) == 0x932F_F9B1_5126_3B36)
            #expect(message.text(.username) == "evtj:h6vY")
            #expect(message.hasFingerprint)
            #expect(message.unknownRequired == [])
            #expect(message.isIntact(key: STUNKey.shortTerm(Self.password)))
            #expect(!message.isIntact(key: STUNKey.shortTerm("VOkJxbRl1RmTxUk/WvJxBT")))
        }
    }

    @Test(arguments: [
        (responseV4, "192.0.2.1"), (responseV6, "2001:db8:1234:5678:11:2233:4455:6677"),
    ])
    func `the sample responses give the mapped address`(bytes: [UInt8], host: String) throws {
        try withSTUN(bytes) { message in
            #expect(message.kind == .success)
            #expect(message.text(.software) == "test vector")
            #expect(message.address(.xorMappedAddress) == iceAddress(host, 32_853))
            #expect(message.hasFingerprint)
            #expect(message.isIntact(key: STUNKey.shortTerm(Self.password)))
        }
    }

    @Test func `the sample with long-term credentials is read and written byte by byte`() throws {
        // What SASLprep makes of the sample's password.
        let key = STUNKey.longTerm(
            username: "マトリックス", realm: "example.org", password: "TheMatrIX")

        try withSTUN(Self.longTerm) { message in
            #expect(message.text(.username) == "マトリックス")
            #expect(message.text(.nonce) == "f//499k954d6OL34oL9FSTvy64sA")
            #expect(message.text(.realm) == "example.org")
            #expect(!message.hasFingerprint)
            #expect(message.isIntact(key: key))
        }
        let written = stunBytes { buffer in
            let id = STUNTransactionID(high: 0x78AD_3433, low: 0xC6AD_72C0_29DA_412E)
            let writer = STUNWriter(.request, .binding, id, into: &buffer)
            writer.add(.username, text: "マトリックス", to: &buffer)
            writer.add(.nonce, text: "f//499k954d6OL34oL9FSTvy64sA", to: &buffer)
            writer.add(.realm, text: "example.org", to: &buffer)
            writer.finish(key: key, fingerprint: false, in: &buffer)
        }
        #expect(written == Self.longTerm)
    }

    @Test func `one changed byte breaks fingerprint or integrity`() throws {
        for place in Self.request.indices {
            var bytes = Self.request
            bytes[place] ^= 0x01
            let isAccepted = (try? withSTUN(bytes) { $0.hasFingerprint }) ?? false
            #expect(!isAccepted, "byte \(place)")
        }
        for place in Self.longTerm.indices {
            var bytes = Self.longTerm
            bytes[place] ^= 0x01
            let key = STUNKey.longTerm(
                username: "マトリックス", realm: "example.org", password: "TheMatrIX")
            let isIntact = (try? withSTUN(bytes) { $0.isIntact(key: key) }) ?? false
            #expect(!isIntact, "byte \(place)")
        }
    }
}

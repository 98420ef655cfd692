import RTPCore
import Testing
import Timeline

@Suite struct RTPPacketTests {
    @Test func `the fixed header reads field by field`() throws {
        let bytes = hex("80 EF 1234 89ABCDEF 01020304 AA BB")

        let packet = try parsed(bytes)

        #expect(
            packet.header
                == RTPHeader(
                    marker: true, payloadType: 111, sequence: 0x1234, timestamp: 0x89AB_CDEF,
                    ssrc: 0x0102_0304))
        #expect(packet.payload == 12..<14)
        #expect(packet.extensionProfile == nil)
    }

    @Test func `sources, extension and padding are left out of the payload`() throws {
        // Padding, extension and two contributing sources; 3 bytes payload, 5 of padding.
        let bytes = hex(
            """
            B2 00 0001 00000002 00000003  0000000A 0000000B
            BEDE 0001 10 9E 00 00  112233 0000000005
            """)

        let packet = try parsed(bytes)

        #expect(packet.contributorCount == 2)
        #expect(packet.extensionData == 24..<28)
        #expect(packet.payload == 28..<31)
        #expect(Array(bytes[packet.payload]) == [0x11, 0x22, 0x33])
        let level = bytes.withUnsafeBytes { packet.level(id: 1, in: $0) }
        #expect(level == AudioLevel(decibels: -30, isVoice: true))
    }

    @Test(arguments: [
        ("", RTPProblem.tooShort),
        ("80 00 0001 00000002 000000", .tooShort),
        ("81 00 0001 00000002 00000003 000000", .tooShort),
        ("40 00 0001 00000002 00000003 00", .badVersion),
        ("90 00 0001 00000002 00000003 BEDE", .badExtension),
        ("90 00 0001 00000002 00000003 BEDE 0002 10 9E 00 00", .badExtension),
        ("A0 00 0001 00000002 00000003 00", .badPadding),
        ("A0 00 0001 00000002 00000003 11 03", .badPadding),
        ("A0 00 0001 00000002 00000003", .badPadding),
    ])
    func `malformed packets are refused with their reason`(text: String, problem: RTPProblem) {
        #expect(throws: problem) { try parsed(hex(text)) }
    }

    @Test func `a packet of padding alone has an empty payload`() throws {
        let packet = try parsed(hex("A0 00 0001 00000002 00000003 000000 04"))

        #expect(packet.payload.isEmpty)
    }

    @Test(arguments: [
        // One-byte form: padding between elements, id 3 with two bytes, then id 1.
        ("BEDE 0002 31AABB 00 10 05 0000", UInt8(1), UInt8?(0x05)),
        ("BEDE 0002 31AABB 00 10 05 0000", 3, 0xAA),
        ("BEDE 0002 31AABB 00 10 05 0000", 2, nil),
        // Id 15 ends the search.
        ("BEDE 0001 F0 10 05 00", 1, nil),
        // An element that runs past the extension.
        ("BEDE 0001 1F 050000", 1, nil),
        // Two-byte form with application bits, an empty element in front.
        ("1007 0002 0200 00 01 01 85 0000", 1, 0x85),
        ("1000 0001 0200 0000", 2, nil),
        ("1000 0001 0109 0500", 1, nil),
        // Another profile.
        ("ABCD 0001 10 05 0000", 1, nil),
    ])
    func `the level is found in both forms of extension`(
        block: String, id: UInt8, level: UInt8?
    ) throws {
        let bytes = hex("90 00 0001 00000002 00000003" + block + "FF")

        let packet = try parsed(bytes)

        let found = bytes.withUnsafeBytes { packet.level(id: id, in: $0) }
        #expect(found == level.map { AudioLevel(wireByte: $0) })
    }

    @Test func `a header is written byte for byte, with and without level`() {
        let header = RTPHeader(
            marker: true, payloadType: 111, sequence: 0x1234, timestamp: 0x89AB_CDEF,
            ssrc: 0x0102_0304)

        let plain = written { header.write(into: &$0) }
        let levelled = written {
            header.write(
                into: &$0, level: AudioLevel(decibels: -42, isVoice: true), levelID: 5)
        }

        #expect(plain == hex("80 EF 1234 89ABCDEF 01020304"))
        #expect(levelled == hex("90 EF 1234 89ABCDEF 01020304 BEDE 0001 50 AA 0000"))
    }

    @Test(arguments: [
        ("80 C8 0000", RTPDemux.Kind.rtcp), ("80 BF 0000", .unknown), ("80 DF 0000", .rtcp),
        ("80 6F 0000 00000000 00000000", .rtp), ("80 E0 0000 00000000 00000000", .rtp),
        ("00 C8 0000", .unknown), ("80 C8", .unknown),
    ])
    func `media and reports on one port are told apart`(text: String, kind: RTPDemux.Kind) {
        #expect(hex(text).withUnsafeBytes { RTPDemux.kind($0) } == kind)
    }
}

@Suite struct RTPSenderTests {
    @Test func `packets are numbered and silence moves the timestamp only`() throws {
        var sender = RTPSender(
            ssrc: 9, payloadType: 111, clockRate: 48_000, frame: .milliseconds(20),
            sequence: 65_535, timestamp: 4_294_967_295)
        let payload: [UInt8] = [1, 2, 3]
        var packets: [RTPPacket] = []

        for (index, skipped) in [0, 3, 0].enumerated() {
            sender.skipFrames(skipped)
            let bytes = written { buffer in
                payload.withUnsafeBytes {
                    sender.writePacket(
                        payload: $0, level: nil, marker: skipped > 0,
                        at: milliseconds(Double(20 * index)), into: &buffer)
                }
            }
            packets.append(try parsed(bytes))
        }

        #expect(packets.map(\.header.sequence) == [65_535, 0, 1])
        #expect(packets.map(\.header.timestamp) == [4_294_967_295, 3_839, 4_799])
        #expect(packets.map(\.header.marker) == [false, true, false])
        #expect(sender.packetsSent == 3)
        #expect(sender.octetsSent == 9)
    }

    @Test func `a report's timestamp is that of its instant, sent or not`() {
        var sender = RTPSender(
            ssrc: 9, payloadType: 0, clockRate: 8_000, frame: .milliseconds(20),
            sequence: 0, timestamp: 1_000)
        _ = written { buffer in
            [UInt8](repeating: 0xFF, count: 160).withUnsafeBytes {
                sender.writePacket(
                    payload: $0, level: nil, marker: true, at: milliseconds(100), into: &buffer)
            }
        }

        #expect(sender.timestamp(at: milliseconds(110)) == 1_080)
        #expect(sender.timestamp(at: milliseconds(90)) == 920)
    }
}

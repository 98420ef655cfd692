import Testing
import Timeline

@testable import WebRTCCore

@Suite struct SCTPPacketTests {
    @Test func `the checksum is that of Castagnoli's polynomial`() {
        let vectors: [([UInt8], UInt32)] = [
            (Array("123456789".utf8), 0xE306_9283),
            ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
            ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
            (Array(0...31), 0x46DD_794E),
            ([], 0),
        ]
        for (bytes, checksum) in vectors {
            #expect(bytes.withUnsafeBytes { CRC32c.checksum(of: $0) } == checksum)
        }
    }

    @Test func `a packet is read as it was written, and with a wrong byte not at all`() {
        let bytes = sealed(tag: 0xDEAD_BEEF, from: 5_000, to: 5_001) {
            SCTPChunk.append(.cookieAck, to: &$0)
        }
        let packet = bytes.withUnsafeBytes { SCTPPacket(reading: $0) }
        #expect(
            packet
                == SCTPPacket(sourcePort: 5_000, destinationPort: 5_001, tag: 0xDEAD_BEEF))
        for place in bytes.indices {
            var wrong = bytes
            wrong[place] ^= 0x10
            #expect(wrong.withUnsafeBytes { SCTPPacket(reading: $0) } == nil, "byte \(place)")
        }
        for count in bytes.indices {
            let short = Array(bytes.prefix(count))
            #expect(short.withUnsafeBytes { SCTPPacket(reading: $0) } == nil)
        }
    }

    @Test func `an INIT says what it was given and skips what it does not know`() throws {
        var own = SCTPInitiation(tag: 7, window: 99, streams: 1_024, firstTSN: 0xFFFF_FFFF)
        own.cookie = [1, 2, 3, 4, 5]
        var buffer = WireBuffer()
        own.append(as: .initiationAck, to: &buffer)
        // Unknown: one to be skipped, one to be skipped and reported, one to be reported and to
        // end the list; what follows is not read.
        for (code, value) in [(0x8001, [UInt8(9)]), (0xC123, [1, 2, 3]), (0x4321, []), (7, [0])] {
            SCTPChunk.append(parameter: UInt16(code), to: &buffer) { $0.append(value) }
        }

        let read = try #require(
            SCTPInitiation(reading: buffer.bytes, in: 4..<buffer.bytes.count))

        #expect(read.tag == 7 && read.window == 99 && read.firstTSN == 0xFFFF_FFFF)
        #expect(read.inboundStreams == 1_024 && read.outboundStreams == 1_024)
        #expect(read.cookie == [1, 2, 3, 4, 5] && read.canReset)
        #expect(read.unrecognized == [[0xC1, 0x23, 0, 7, 1, 2, 3], [0x43, 0x21, 0, 4]])
    }

    @Test func `an INIT without a tag or streams is none`() {
        for (tag, streams) in [(UInt32(0), UInt16(1)), (1, 0)] {
            var buffer = WireBuffer()
            SCTPInitiation(tag: tag, window: 9, streams: streams, firstTSN: 1)
                .append(as: .initiation, to: &buffer)
            #expect(SCTPInitiation(reading: buffer.bytes, in: 4..<buffer.bytes.count) == nil)
        }
    }

    @Test func `lengths that cannot be end the walk`() {
        for (bytes, count, isMalformed) in [
            ([0, 0, 0, 4, 1, 0, 0, 4], 2, false), ([0, 0, 0, 3, 1, 0, 0, 4], 0, true),
            ([0, 0, 0, 4, 1, 0, 0, 5], 1, true), ([0, 0, 0, 5, 9], 1, false),
            ([0, 0, 0, 4, 1, 0], 1, true), ([], 0, false),
        ] as [([UInt8], Int, Bool)] {
            bytes.withUnsafeBytes { raw in
                var items = SCTPItems(raw, in: 0..<raw.count)
                var found = 0
                while items.next() != nil { found += 1 }
                #expect(found == count && items.isMalformed == isMalformed, "\(bytes)")
            }
        }
    }

    @Test func `a channel's opening is read as it was written`() throws {
        let open = DataChannelOpen(label: "événements", protocolName: "json")
        #expect(DataChannelOpen(reading: open.bytes) == open)
        // Reliable, by number and by time; ordered and not.
        for (type, isUnordered) in [(0, false), (1, false), (2, false), (0x80, true), (0x82, true)]
        {
            var bytes = open.bytes
            bytes[1] = UInt8(type)
            #expect(try #require(DataChannelOpen(reading: bytes)).isUnordered == isUnordered)
        }
        for (place, value) in [(0, 1), (1, 3), (1, 0x83), (9, 200), (11, 200), (12, 0xFF)] {
            var bytes = open.bytes
            bytes[place] = UInt8(value)
            #expect(DataChannelOpen(reading: bytes) == nil, "\(place)")
        }
        for count in 0..<open.bytes.count {
            #expect(DataChannelOpen(reading: Array(open.bytes.prefix(count))) == nil)
        }
    }

    /// Written by another implementation, as it sent them.
    private static let foreign = [
        """
        13881388000000006e3d6a870100001ea083c98300100000ffffffff7be5684fc000000480080006c0820000
        """,
        """
        13881388da4624addaa5cd010200003ca083c983001000000400ffff7be5684fc000000480080006c0820000\
        0007001c6b0358bed060acd98829c679158d9763c2ec91d71c9b51b9
        """,
        """
        13881388da4624adcf932f6f000300237be5684f00000000000000320300000000000000000600017468656972\
        737100
        """,
        "13881388da4624adfbceb25803000010ef3984a20010000000000000",
    ].map(octets)

    private static func octets(_ text: String) -> [UInt8] {
        let digits = text.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map {
            UInt8(digits[$0] << 4 | digits[$0 + 1])
        }
    }

    @Test func `packets of another implementation are understood`() throws {
        let headers = Self.foreign.map { bytes in
            bytes.withUnsafeBytes { SCTPPacket(reading: $0) }
        }
        #expect(headers.map { $0?.tag } == [0, 0xDA46_24AD, 0xDA46_24AD, 0xDA46_24AD])
        #expect(Self.foreign.map(chunkTypes) == [[1], [2], [0], [3]])

        let offers = Self.foreign.prefix(2).map { bytes in
            bytes.withUnsafeBytes { SCTPInitiation(reading: $0, in: 16..<bytes.count) }
        }
        #expect(offers.map { $0?.tag } == [0xA083_C983, 0xA083_C983])
        #expect(offers.map { $0?.inboundStreams } == [0xFFFF, 0xFFFF])
        #expect(offers.map { $0?.window } == [1_048_576, 1_048_576])
        #expect(offers.map { $0?.cookie.count } == [0, 24])
        #expect(offers.map { $0?.canReset } == [true, true])

        let open = try #require(DataChannelOpen(reading: Array(Self.foreign[2][28...])))
        #expect(open.label == "theirs" && open.protocolName == "q" && !open.isUnordered)
    }
}

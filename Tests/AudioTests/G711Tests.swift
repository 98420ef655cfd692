import Testing

@testable import Audio

@Suite struct G711Tests {
    @Test func `mu-law values are those of G.711`() {
        // G.711 table 2, decoder outputs 8031, 4191, 99, 33, 2 and 0, scaled from 14 to 16 bits.
        let bytes: [UInt8] = [0x80, 0x8F, 0xDF, 0xEF, 0xFE, 0xFF, 0x7F, 0x7E, 0x00]
        #expect(G711.decode(bytes, .mu) == [32_124, 16_764, 396, 132, 8, 0, 0, -8, -32_124])
        #expect(
            G711.encode([0, 8, 132, 396, 16_764, 32_124, 32_767, -32_768, -8], .mu)
                == [0xFF, 0xFE, 0xEF, 0xDF, 0x8F, 0x80, 0x80, 0x00, 0x7E])
    }

    @Test func `A-law values are those of G.711`() {
        // G.711 table 1, decoder outputs 4032, 2112, 66, 1 and −1, scaled from 13 to 16 bits.
        let bytes: [UInt8] = [0xAA, 0xA5, 0xF5, 0xD5, 0x55, 0x2A]
        #expect(G711.decode(bytes, .a) == [32_256, 16_896, 528, 8, -8, -32_256])
        #expect(
            G711.encode([0, 528, 16_896, 32_767, -1, -32_768], .a)
                == [0xD5, 0xF5, 0xA5, 0xAA, 0x55, 0x2A])
    }

    @Test(arguments: [G711.Law.mu, .a]) func `every byte survives decoding and encoding`(
        law: G711.Law
    ) {
        for byte in UInt8.min...UInt8.max {
            let again = G711.encode(G711.decode([byte], law), law)[0]
            // µ-law has two zeros; the negative one becomes the positive one.
            #expect(again == (law == .mu && byte == 0x7F ? 0xFF : byte))
        }
    }

    @Test(arguments: [G711.Law.mu, .a]) func `every sample comes back near to where it was`(
        law: G711.Law
    ) {
        for value in stride(from: Int(Int16.min), through: Int(Int16.max), by: 7) {
            let back = Int(G711.decode(G711.encode([Int16(value)], law), law)[0])
            #expect(abs(back - value) <= max(8, abs(value) / 24 + 8), "\(value) became \(back)")
        }
    }
}

import Testing
import Timeline

@Suite struct WireBufferTests {
    @Test func `what is appended comes out in network order`() {
        var buffer = WireBuffer(capacity: 2)
        buffer.append(0x80)
        buffer.append(bigEndian: UInt16(0x0102))
        buffer.append(bigEndian: UInt32(0xA0B0_C0D0))
        buffer.append([7, 8])
        buffer.overwrite(at: 1, bigEndian: UInt16(0xFFFE))

        #expect(Array(buffer.bytes) == [0x80, 0xFF, 0xFE, 0xA0, 0xB0, 0xC0, 0xD0, 7, 8])
    }

    @Test func `it grows past its capacity and forgets on request`() {
        var buffer = WireBuffer(capacity: 4)
        for byte in 0..<1_000 { buffer.append(UInt8(truncatingIfNeeded: byte)) }

        #expect(buffer.count == 1_000)
        #expect(buffer.bytes[999] == UInt8(truncatingIfNeeded: 999))

        buffer.removeAll()
        #expect(buffer.bytes.isEmpty)
    }
}

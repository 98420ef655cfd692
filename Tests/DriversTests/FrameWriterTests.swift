import Dialects
import NIOCore
import NIOWebSocket
import Testing

@testable import Drivers

@Suite struct FrameWriterTests {
    @Test(arguments: [0, 1, 3, 7, 8, 9, 125, 126, 127, 1_300, 65_535, 65_536, 70_001])
    func `a client's frame carries its payload behind a mask`(count: Int) throws {
        let payload = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ 7) }
        var writer = FrameWriter(isClient: true)
        var buffer = ByteBuffer()

        payload.withUnsafeBytes { writer.write(.binary, $0, into: &buffer) }

        let first = buffer.readInteger(as: UInt8.self)
        #expect(first == 0x82)
        let second = buffer.readInteger(as: UInt8.self)
        let short = try #require(second)
        #expect(short & 0x80 == 0x80)
        #expect(length(short & 0x7F, &buffer) == count)
        let key = buffer.readBytes(length: 4)
        let mask = try #require(key)
        let masked = Array(buffer.readableBytesView)
        #expect(masked.enumerated().map { $1 ^ mask[$0 % 4] } == payload)
    }

    @Test func `a server frame is as RFC 6455 section 5 shows it`() {
        var writer = FrameWriter(isClient: false)
        var buffer = ByteBuffer()

        Array("Hello".utf8).withUnsafeBytes { writer.write(.text, $0, into: &buffer) }

        #expect(Array(buffer.readableBytesView) == [0x81, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F])
    }

    @Test func `no two frames have the same mask`() {
        var writer = FrameWriter(isClient: true)
        var masks: Set<[UInt8]> = []
        for _ in 0..<1_000 {
            var buffer = ByteBuffer()
            writer.write(.text, UnsafeRawBufferPointer(start: nil, count: 0), into: &buffer)
            masks.insert(buffer.getBytes(at: 2, length: 4) ?? [])
        }
        #expect(masks.count == 1_000)
    }

    private func length(_ short: UInt8, _ buffer: inout ByteBuffer) -> Int? {
        switch short {
        case 126: buffer.readInteger(as: UInt16.self).map { Int($0) }
        case 127: buffer.readInteger(as: UInt64.self).map { Int($0) }
        default: Int(short)
        }
    }
}

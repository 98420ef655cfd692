import Dialects
import NIOCore

/// Writes WebSocket data frames (RFC 6455 §5.2): header, mask and payload in one piece.
///
/// Media is written this way, once per frame and caller; control frames go through the library.
struct FrameWriter {
    private var mask: UInt64
    private let isClient: Bool

    /// - Parameter isClient: whether payloads are masked, as a client's must be.
    init(isClient: Bool) {
        self.isClient = isClient
        // Masks keep proxies from being fooled, they keep no secret: one unpredictable beginning
        // per connection, spread by a generator, costs no system call per frame.
        var generator = SystemRandomNumberGenerator()
        mask = isClient ? UInt64.random(in: 1...UInt64.max, using: &generator) : 0
    }

    mutating func write(
        _ form: MessageForm, _ payload: UnsafeRawBufferPointer, into buffer: inout ByteBuffer
    ) {
        buffer.reserveCapacity(minimumWritableBytes: payload.count + 14)
        buffer.writeInteger(UInt8(form == .text ? 0x81 : 0x82))
        let maskBit: UInt8 = isClient ? 0x80 : 0
        switch payload.count {
        case 0...125:
            buffer.writeInteger(maskBit | UInt8(payload.count))
        case 126...0xFFFF:
            buffer.writeInteger(maskBit | 126)
            buffer.writeInteger(UInt16(payload.count))
        default:
            buffer.writeInteger(maskBit | 127)
            buffer.writeInteger(UInt64(payload.count))
        }
        guard isClient else {
            buffer.writeBytes(payload)
            return
        }
        let key = nextMask()
        buffer.writeInteger(key, endianness: .little)
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: payload.count) { room in
            Self.copy(payload, masking: key, to: room)
            return payload.count
        }
    }

    private static func copy(
        _ payload: UnsafeRawBufferPointer, masking key: UInt32,
        to room: UnsafeMutableRawBufferPointer
    ) {
        let wide = (UInt64(key) << 32 | UInt64(key)).littleEndian
        var place = 0
        while place + 8 <= payload.count {
            let word = payload.loadUnaligned(fromByteOffset: place, as: UInt64.self)
            room.storeBytes(of: word ^ wide, toByteOffset: place, as: UInt64.self)
            place += 8
        }
        while place < payload.count {
            room[place] = payload[place] ^ UInt8(truncatingIfNeeded: key >> (UInt32(place % 4) * 8))
            place += 1
        }
    }

    /// xorshift64 (Marsaglia, 2003).
    private mutating func nextMask() -> UInt32 {
        mask ^= mask << 13
        mask ^= mask >> 7
        mask ^= mask << 17
        return UInt32(truncatingIfNeeded: mask >> 16)
    }
}

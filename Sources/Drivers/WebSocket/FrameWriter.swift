import Dialects
import NIOCore

/// Writes WebSocket frames (RFC 6455 §5.2): header, mask and payload in one piece.
///
/// Media is written this way, once per frame and caller, and on raw descriptors everything else.
struct FrameWriter {
    enum Control: UInt8 { case close = 8, ping, pong }

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
        write(opcode: form == .text ? 1 : 2, payload, into: &buffer)
    }

    /// - Parameter payload: at most 125 bytes.
    mutating func write(
        control: Control, _ payload: UnsafeRawBufferPointer, into buffer: inout ByteBuffer
    ) {
        write(opcode: control.rawValue, payload, into: &buffer)
    }

    private mutating func write(
        opcode: UInt8, _ payload: UnsafeRawBufferPointer, into buffer: inout ByteBuffer
    ) {
        buffer.reserveCapacity(minimumWritableBytes: payload.count + 14)
        buffer.writeInteger(0x80 | opcode)
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
            FrameMask.copy(payload, masking: key, to: room)
            return payload.count
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

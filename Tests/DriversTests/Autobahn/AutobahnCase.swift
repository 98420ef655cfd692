import Dialects

/// One case of the Autobahn test suite for clients: what its server says, and what is a pass.
struct AutobahnCase: Sendable {
    enum Event: Equatable, Sendable {
        case text([UInt8])
        case binary([UInt8])
        case pong([UInt8])
    }

    enum End: Sendable {
        /// The server closes with 1000 once it has heard what it expects, and is answered so.
        case byServer
        /// What the server says is to be refused with this code.
        case refused(UInt16)
        /// The server has closed among what it says; the answer has one of these codes, or none.
        case answered([UInt16])
    }

    let number: String
    var said: [UInt8]
    /// Bytes written at once; 0 writes all.
    var chop = 0
    var expected: [Event] = []
    var end = End.byServer
    /// Times the whole is said, each time after the answer to the one before.
    var rounds = 1

    /// A message that comes back.
    static func echo(
        _ number: String, _ event: Event, fragment: Int? = nil, chop: Int = 0
    ) -> AutobahnCase {
        let (opcode, payload): (UInt8, [UInt8]) =
            switch event {
            case .text(let payload): (1, payload)
            case .binary(let payload), .pong(let payload): (2, payload)
            }
        let said =
            fragment.map { Frames.message(opcode, payload, fragment: $0) }
            ?? Frames.frame(opcode, payload)
        return AutobahnCase(number: number, said: said, chop: chop, expected: [event])
    }

    /// What is refused, after what came before it was answered.
    static func refusal(
        _ number: String, _ said: [UInt8], chop: Int = 0, code: UInt16 = 1002,
        after expected: [Event] = []
    ) -> AutobahnCase {
        AutobahnCase(
            number: number, said: said, chop: chop, expected: expected, end: .refused(code))
    }

    /// A close that is answered in kind.
    static func close(
        _ number: String, _ said: [UInt8], codes: [UInt16] = [1000], after expected: [Event] = []
    ) -> AutobahnCase {
        AutobahnCase(number: number, said: said, expected: expected, end: .answered(codes))
    }
}

/// Frames of a server made by hand, right and wrong ones.
enum Frames {
    static func frame(
        _ opcode: UInt8, _ payload: [UInt8] = [], isFinal: Bool = true, reserved: UInt8 = 0
    ) -> [UInt8] {
        let first = (isFinal ? 0x80 : 0) | reserved << 4 | opcode
        let count = payload.count
        switch count {
        case ...125: return [first, UInt8(count)] + payload
        case ...0xFFFF: return [first, 126, UInt8(count >> 8), UInt8(count & 0xFF)] + payload
        default:
            let length = (0..<8).map { UInt8(truncatingIfNeeded: count >> (56 - 8 * $0)) }
            return [first, 127] + length + payload
        }
    }

    static func message(_ opcode: UInt8, _ payload: [UInt8], fragment: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        var start = 0
        repeat {
            let end = min(start + fragment, payload.count)
            bytes += frame(
                start == 0 ? opcode : 0, Array(payload[start..<end]),
                isFinal: end == payload.count)
            start = end
        } while start < payload.count
        return bytes
    }

    static func close(_ code: UInt16, _ reason: [UInt8] = []) -> [UInt8] {
        frame(8, [UInt8(code >> 8), UInt8(code & 0xFF)] + reason)
    }
}

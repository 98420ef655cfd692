import Dialects
import Timeline

/// Takes the frames of a WebSocket apart (RFC 6455 §5.2) and puts messages together (§5.4), from
/// bytes that come in any portions.
///
/// Holds no socket. A frame that is whole in what was read is handed over where it lies; only what
/// is cut off is kept.
struct FrameReader: ~Copyable {
    enum Content: Equatable {
        case message(MessageForm)
        case ping, pong, close
    }

    /// A message or control frame; its bytes are lent until the reader is asked again.
    struct Piece {
        let content: Content
        let bytes: UnsafeRawBufferPointer
    }

    enum Problem: Error, Equatable {
        /// A frame or message of more than the bound, in bytes.
        case tooLarge(bound: Int)
        /// Against RFC 6455; says what.
        case broken(String)
        /// A text, or the reason of a close, that is not UTF-8.
        case notText
    }

    private struct Header {
        var isFinal: Bool
        var opcode: UInt8
        var key: UInt32
        var length: Int
        var payload: Int
    }

    /// Bytes of a frame and of a message, at most, where nobody says otherwise.
    static let frameBound = 1 << 20
    static let messageBound = 4 << 20
    /// A buffer that grew larger than this is given back once it is empty.
    private static let keptRoom = 64 << 10

    private let isMasked: Bool
    private let frameBound: Int
    private let messageBound: Int
    /// The beginning of a frame that is not whole yet.
    private var held = WireBuffer(capacity: 0)
    /// Fragments of a message that is not whole yet.
    private var message = WireBuffer(capacity: 0)
    private var form: MessageForm?
    private var text = UTF8Check()
    private var isHeldTaken = false
    private var isMessageTaken = false

    /// - Parameter readsClient: whether the frames come from a client, whose payloads are masked.
    init(
        readsClient: Bool, frameBound: Int = Self.frameBound,
        messageBound: Int = Self.messageBound
    ) {
        isMasked = readsClient
        self.frameBound = frameBound
        self.messageBound = messageBound
    }

    /// The next message or control frame; `nil` when all of `rest` has been taken.
    ///
    /// - Parameter rest: what was read and not taken yet; payloads in it are unmasked in place.
    /// - Throws: what no reading on can mend.
    mutating func next(
        _ rest: inout UnsafeMutableRawBufferPointer
    ) throws(Problem) -> Piece? {
        release()
        while !rest.isEmpty {
            guard let (header, payload) = try frame(&rest) else { return nil }
            if isMasked { FrameMask.apply(header.key, to: payload) }
            if let piece = try piece(header, UnsafeRawBufferPointer(payload)) { return piece }
            release()
        }
        return nil
    }

    /// Makes room of what was handed over last.
    private mutating func release() {
        if isHeldTaken { Self.empty(&held) }
        if isMessageTaken { Self.empty(&message) }
        isHeldTaken = false
        isMessageTaken = false
    }

    private static func empty(_ buffer: inout WireBuffer) {
        if buffer.count > keptRoom {
            buffer = WireBuffer(capacity: 0)
        } else {
            buffer.removeAll()
        }
    }

    // MARK: Frames

    /// The next whole frame; what there is of one that is not is held.
    private mutating func frame(
        _ rest: inout UnsafeMutableRawBufferPointer
    ) throws(Problem) -> (Header, UnsafeMutableRawBufferPointer)? {
        if held.count == 0 {
            if let header = try header(UnsafeRawBufferPointer(rest)),
                rest.count - header.length >= header.payload
            {
                let end = header.length + header.payload
                let payload = UnsafeMutableRawBufferPointer(rebasing: rest[header.length..<end])
                rest = UnsafeMutableRawBufferPointer(rebasing: rest[end...])
                return (header, payload)
            }
            held.append(UnsafeRawBufferPointer(rest))
            rest = UnsafeMutableRawBufferPointer(rebasing: rest[rest.count...])
            return nil
        }
        var found = try header(held.bytes)
        while found == nil, let byte = rest.first {
            held.append(byte)
            rest = UnsafeMutableRawBufferPointer(rebasing: rest[1...])
            found = try header(held.bytes)
        }
        guard let header = found else { return nil }
        let missing = header.length + header.payload - held.count
        let taken = min(missing, rest.count)
        held.append(UnsafeRawBufferPointer(rebasing: rest[..<taken]))
        rest = UnsafeMutableRawBufferPointer(rebasing: rest[taken...])
        guard taken == missing else { return nil }
        isHeldTaken = true
        // The bytes are the buffer's own and nobody else's.
        let whole = UnsafeMutableRawBufferPointer(mutating: held.bytes)
        return (header, UnsafeMutableRawBufferPointer(rebasing: whole[header.length...]))
    }

    /// The header that bytes begin with; `nil` while it is cut off.
    private func header(_ bytes: UnsafeRawBufferPointer) throws(Problem) -> Header? {
        guard bytes.count >= 2 else { return nil }
        let first = bytes[0]
        let short = Int(bytes[1] & 0x7F)
        let opcode = first & 0x0F
        let isFinal = first & 0x80 != 0
        guard first & 0x70 == 0 else { throw .broken("a reserved bit is set") }
        guard opcode <= 2 || (8...10).contains(opcode) else {
            throw .broken("opcode \(opcode) means nothing")
        }
        guard opcode < 8 || (isFinal && short <= 125) else {
            throw .broken("a control frame is fragmented or too long")
        }
        guard (bytes[1] & 0x80 != 0) == isMasked else {
            throw .broken(isMasked ? "a client's frame has no mask" : "a server's frame is masked")
        }
        let wide = short == 126 ? 2 : short == 127 ? 8 : 0
        let length = 2 + wide + (isMasked ? 4 : 0)
        guard bytes.count >= 2 + wide else { return nil }
        let payload: UInt64 =
            switch wide {
            case 2: UInt64(bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self).bigEndian)
            case 8: bytes.loadUnaligned(fromByteOffset: 2, as: UInt64.self).bigEndian
            default: UInt64(short)
            }
        guard payload <= UInt64(frameBound) else { throw .tooLarge(bound: frameBound) }
        guard bytes.count >= length else { return nil }
        let key =
            isMasked
            ? bytes.loadUnaligned(fromByteOffset: 2 + wide, as: UInt32.self).littleEndian : 0
        return Header(
            isFinal: isFinal, opcode: opcode, key: key, length: length, payload: Int(payload)
        )
    }

    // MARK: Messages

    private mutating func piece(
        _ header: Header, _ payload: UnsafeRawBufferPointer
    ) throws(Problem) -> Piece? {
        switch header.opcode {
        case 8:
            try Self.checkClose(payload)
            return Piece(content: .close, bytes: payload)
        case 9: return Piece(content: .ping, bytes: payload)
        case 10: return Piece(content: .pong, bytes: payload)
        case 0:
            guard let form else { throw .broken("a continuation of nothing") }
            guard message.count + payload.count <= messageBound else {
                throw .tooLarge(bound: messageBound)
            }
            try check(payload, of: form, isLast: header.isFinal)
            message.append(payload)
            guard header.isFinal else { return nil }
            self.form = nil
            isMessageTaken = true
            return Piece(content: .message(form), bytes: message.bytes)
        default:
            guard form == nil else { throw .broken("a message begins inside another") }
            guard payload.count <= messageBound else { throw .tooLarge(bound: messageBound) }
            let begun = header.opcode == 1 ? MessageForm.text : .binary
            text = UTF8Check()
            try check(payload, of: begun, isLast: header.isFinal)
            if header.isFinal { return Piece(content: .message(begun), bytes: payload) }
            form = begun
            message.append(payload)
            return nil
        }
    }

    private mutating func check(
        _ payload: UnsafeRawBufferPointer, of form: MessageForm, isLast: Bool
    ) throws(Problem) {
        guard form == .text else { return }
        guard text.take(payload), text.isWhole || !isLast else { throw .notText }
    }

    /// A close frame says nothing, or a code that may be sent (RFC 6455 §7.4) and a reason.
    private static func checkClose(_ payload: UnsafeRawBufferPointer) throws(Problem) {
        guard !payload.isEmpty else { return }
        guard payload.count >= 2 else { throw .broken("a close has half a code") }
        let code = payload.loadUnaligned(as: UInt16.self).bigEndian
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: break
        default: throw .broken("the close code \(code) may not be sent")
        }
        guard UTF8Check.holds(UnsafeRawBufferPointer(rebasing: payload[2...])) else {
            throw .notText
        }
    }
}

extension FrameReader.Problem {
    /// What the peer is told, by RFC 6455 §7.4.1.
    var closeCode: UInt16 {
        switch self {
        case .tooLarge: 1009
        case .broken: 1002
        case .notText: 1007
        }
    }
}

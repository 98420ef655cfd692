import Dialects
import NIOCore
import NIOWebSocket

/// Puts the fragments of a message together (RFC 6455 §5.4), up to a bound.
struct MessageAssembly {
    enum Problem: Error, Equatable {
        /// More than the bound, in bytes.
        case tooLarge(bound: Int)
        /// A continuation of nothing, or a new message inside another.
        case outOfOrder
    }

    static let frameBound = 1 << 20
    static let messageBound = 4 << 20

    private var bound: Int
    private var form = MessageForm.text
    private var pending: ByteBuffer?

    init(bound: Int = Self.messageBound) { self.bound = bound }

    /// Takes a data frame; the whole message once its last fragment is here.
    mutating func take(_ frame: WebSocketFrame) throws(Problem) -> (MessageForm, ByteBuffer)? {
        let bytes = frame.unmaskedData
        if frame.opcode == .continuation {
            guard var all = pending else { throw .outOfOrder }
            pending = nil
            guard all.readableBytes + bytes.readableBytes <= bound else {
                throw .tooLarge(bound: bound)
            }
            all.writeImmutableBuffer(bytes)
            if frame.fin { return (form, all) }
            pending = all
            return nil
        }
        guard pending == nil else { throw .outOfOrder }
        guard bytes.readableBytes <= bound else { throw .tooLarge(bound: bound) }
        form = frame.opcode == .text ? .text : .binary
        if frame.fin { return (form, bytes) }
        pending = bytes
        return nil
    }
}

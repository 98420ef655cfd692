import Dialects
import NIOCore
import NIOHTTP1
import NIOTLS

/// Gathers the answers on a connection and tells it what becomes of the channel.
final class SignallingHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    private let connection: SignallingConnection
    private let bound: ResponseBound
    private var head: HTTPResponseHead?
    private var body: [UInt8] = []

    init(connection: SignallingConnection, bound: ResponseBound) {
        self.connection = connection
        self.bound = bound
    }

    func channelActive(context: ChannelHandlerContext) { connection.connected() }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent { connection.secured() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch Self.unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = []
            // Another protocol follows: this answer has no end.
            if head.status == .switchingProtocols { finish(isLast: true) }
        case .body(let part):
            guard body.count + part.readableBytes <= SignallingBounds.body else {
                head = nil
                connection.tooLarge()
                return
            }
            body += part.readableBytesView
        case .end: finish(isLast: head?.isKeepAlive != true)
        }
    }

    private func finish(isLast: Bool) {
        guard let head else { return }
        self.head = nil
        bound.begin()
        connection.received(
            SignallingResponse(
                status: Int(head.status.code),
                fields: head.headers.map { HTTPField($0.name, $0.value) }, body: body
            ),
            isLast: isLast
        )
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is ResponseBound.Exceeded {
            connection.tooLarge()
        } else {
            connection.failed(error)
        }
    }

    func channelInactive(context: ChannelHandlerContext) { connection.closed() }
}

/// Counts the bytes of an answer, so that an endless head is not read to no end.
final class ResponseBound: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    struct Exceeded: Error {}

    /// Of head and body, chunked or not.
    private static let bound = 2 * SignallingBounds.body

    private var count = 0

    /// Another answer begins.
    func begin() { count = 0 }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        count += Self.unwrapInboundIn(data).readableBytes
        guard count <= Self.bound else {
            context.fireErrorCaught(Exceeded())
            return
        }
        context.fireChannelRead(data)
    }
}

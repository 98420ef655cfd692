import NIOCore
import NIOHTTP1
import NIOTLS

/// Asks for the upgrade once the connection is there, and sees what is no upgrade.
final class UpgradeRequest: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let dial: WebSocketDial
    private let isSecure: Bool

    init(dial: WebSocketDial, isSecure: Bool) {
        self.dial = dial
        self.isSecure = isSecure
    }

    func channelActive(context: ChannelHandlerContext) {
        dial.connected()
        if !isSecure { ask(context) }
        context.fireChannelActive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent {
            dial.secured()
            ask(context)
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head(let head) = Self.unwrapInboundIn(data) { dial.refused(head) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { dial.failed(error) }

    func channelInactive(context: ChannelHandlerContext) { dial.closed() }

    private func ask(_ context: ChannelHandlerContext) {
        context.write(Self.wrapOutboundOut(.head(dial.requestHead)), promise: nil)
        context.writeAndFlush(Self.wrapOutboundOut(.end(nil)), promise: nil)
    }
}

import Callers
import NIOCore
import NIOWebSocket

/// Hands what an open WebSocket receives to its link.
final class LinkHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame

    private let link: ChannelLink

    init(link: ChannelLink) { self.link = link }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        link.received(Self.unwrapInboundIn(data))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error as? NIOWebSocketError {
        case .invalidFrameLength?: link.failTooLarge(MessageAssembly.frameBound)
        case .some: link.fail(CallFailure(talking: error), telling: .protocolError)
        case nil: link.fail(CallFailure(talking: error))
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        link.fail(
            CallFailure(code: "closed_by_agent", detail: "the agent closed the connection")
        )
    }
}

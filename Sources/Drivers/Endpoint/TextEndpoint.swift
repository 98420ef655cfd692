package import Dialects
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Planning

/// A page of text that is asked for again and again, as a process's own metrics are.
///
/// Each time on a connection of its own, bounded in size and time: whatever answers there, it cannot
/// hold up who asks.
package struct TextEndpoint: Sendable {
    /// Bytes of a page; beyond it, the page is refused.
    private static let mostBytes = 4 << 20
    private static let patience = TimeAmount.seconds(3)

    /// Why there is no page, in a sentence.
    package struct Problem: Error, Equatable, Sendable, CustomStringConvertible {
        package let message: String
        package var description: String { message }

        package init(message: String) { self.message = message }
    }

    package let url: SignallingURL
    private let security: NIOSSLContext?

    /// - Parameter url: `http://…` or `https://…`.
    package init(_ url: String) throws(Problem) {
        do {
            self.url = try SignallingURL(url)
        } catch {
            // Not quoted: a query may hold a key.
            throw Problem(
                message: "no http:// or https:// address; write http://127.0.0.1:9090/metrics")
        }
        guard self.url.scheme == .https else {
            security = nil
            return
        }
        do {
            security = try TLSTrust().clientContext()
        } catch {
            throw Problem(message: error.message)
        }
    }

    /// Asks once.
    ///
    /// - Throws: nobody answers, not in time, not with 200, or with more than 4 MiB.
    package func fetch() async throws(Problem) -> String {
        let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        let page = eventLoop.makePromise(of: String.self)
        let timeout = eventLoop.scheduleTask(in: Self.patience) {
            page.fail(Problem(message: "\(self.url.authority) did not answer within 3 s"))
        }
        let (url, security) = (url, security)
        let connecting = ClientBootstrap(group: eventLoop)
            .connectTimeout(Self.patience)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let security {
                        let isNumeric = PeerAddress(host: url.host, port: 1) != nil
                        try pipeline.addHandler(
                            NIOSSLClientHandler(
                                context: security, serverHostname: isNumeric ? nil : url.host))
                    }
                    try pipeline.addHTTPClientHandlers(leftOverBytesStrategy: .dropBytes)
                    try pipeline.addHandler(PageReader(page, url: url, mostBytes: Self.mostBytes))
                }
            }
            .connect(host: url.host, port: Int(url.port))
        connecting.whenFailure {
            page.fail(Problem(message: "\(url.authority) cannot be reached: \(Self.words($0))"))
        }
        defer {
            timeout.cancel()
            connecting.whenSuccess { $0.close(promise: nil) }
        }
        do {
            return try await page.futureResult.get()
        } catch {
            throw error as? Problem ?? Problem(message: "\(url.authority): \(error)")
        }
    }

    /// The kernel's own words, where it was the kernel that said no.
    private static func words(_ error: any Error) -> String {
        let error = (error as? NIOConnectionError)?.connectionErrors.first?.error ?? error
        return (error as? IOError).map { "\(SystemError($0.errnoCode))" } ?? "\(error)"
    }
}

/// Asks for the page once connected, and puts its parts together.
private final class PageReader: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let page: EventLoopPromise<String>
    private let url: SignallingURL
    private let mostBytes: Int
    private var bytes: [UInt8] = []

    init(_ page: EventLoopPromise<String>, url: SignallingURL, mostBytes: Int) {
        self.page = page
        self.url = url
        self.mostBytes = mostBytes
    }

    func channelActive(context: ChannelHandlerContext) {
        let head = HTTPRequestHead(
            version: .http1_1, method: .GET, uri: url.target,
            headers: [
                "Host": url.authority, "User-Agent": "talkover", "Connection": "close",
                "Accept": "text/plain;version=0.0.4",
            ])
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            if head.status != .ok { fail("\(url.authority) answers \(head.status.code)", context) }
        case .body(let part):
            guard bytes.count + part.readableBytes <= mostBytes else {
                fail("\(url.authority) answers with more than \(mostBytes) bytes", context)
                return
            }
            bytes.append(contentsOf: part.readableBytesView)
        case .end:
            page.succeed(String(decoding: bytes, as: UTF8.self))
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        page.fail(TextEndpoint.Problem(message: "\(url.authority) broke off"))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail("\(url.authority): \(error)", context)
    }

    private func fail(_ message: String, _ context: ChannelHandlerContext) {
        page.fail(TextEndpoint.Problem(message: message))
        context.close(promise: nil)
    }
}

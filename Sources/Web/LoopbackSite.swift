import Glibc
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix

/// A small web server that this machine alone can reach.
///
/// Only what ``SitePolicy`` lets through is handed to the pages. They are made one at a time on a
/// thread that may block, so that a store that is busy holds up no other work of the process.
package struct LoopbackSite: Sendable {
    private let port: Int
    private let pages: @Sendable (PageRequest) -> PageAnswer

    /// - Parameters:
    ///   - port: 0 picks a free one.
    ///   - pages: the answer to a request; may block.
    package init(port: UInt16, pages: @escaping @Sendable (PageRequest) -> PageAnswer) {
        self.port = Int(port)
        self.pages = pages
    }

    /// Serves until its task is cancelled.
    ///
    /// - Parameter serving: called once with the port when it serves.
    /// - Throws: a ``SiteProblem`` when the port cannot be had.
    package func run(serving: @escaping @Sendable (Int) -> Void) async throws(SiteProblem) {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let threads = NIOThreadPool(numberOfThreads: 1)
        threads.start()
        let failure = await serve(on: group, threads: threads, serving: serving)
        try? await threads.shutdownGracefully()
        try? await group.shutdownGracefully()
        if let failure { throw failure }
    }

    private func serve(
        on group: MultiThreadedEventLoopGroup, threads: NIOThreadPool,
        serving: @escaping @Sendable (Int) -> Void
    ) async -> SiteProblem? {
        let pages = self.pages
        let responder = CallbackResponder { (request: Request, context: SiteContext) in
            let answer = try await Self.answer(request, port: context.port, on: threads, pages)
            return Self.response(answer, isHead: request.method == .head)
        }
        // Requests and their errors are nobody's news: what an operator must know is thrown.
        var logger = Logger(label: "site") { _ in SwiftLogNoOpLogHandler() }
        logger.logLevel = .critical
        let application = Application(
            responder: responder,
            server: .http1(configuration: .init(idleTimeout: .seconds(60))),
            configuration: ApplicationConfiguration(
                address: .hostname("127.0.0.1", port: port), backlog: 64),
            onServerRunning: { channel in serving(channel.localAddress?.port ?? 0) },
            eventLoopGroupProvider: .shared(group),
            logger: logger
        )
        do {
            try await application.run()
            return nil
        } catch {
            return Task.isCancelled ? nil : SiteProblem(error, port: port)
        }
    }

    private static func answer(
        _ request: Request, port: Int, on threads: NIOThreadPool,
        _ pages: @escaping @Sendable (PageRequest) -> PageAnswer
    ) async throws -> PageAnswer {
        let refusal = SitePolicy.refusal(
            method: request.method.rawValue, host: request.head.authority, port: port)
        if let refusal { return refusal }
        guard let asked = PageRequest(target: request.head.path ?? "") else {
            return .text(.badRequest, "the address does not read")
        }
        return try await threads.runIfActive { pages(asked) }
    }

    private static func response(_ answer: PageAnswer, isHead: Bool) -> Response {
        var headers = HTTPFields()
        for (name, value) in SitePolicy.headers(of: answer) {
            if let field = HTTPField.Name(name) { headers[field] = value }
        }
        let body = ByteBuffer(string: answer.body)
        headers[.contentLength] = String(body.readableBytes)
        return Response(
            status: HTTPResponse.Status(code: answer.status.rawValue), headers: headers,
            body: isHead ? ResponseBody() : ResponseBody(byteBuffer: body))
    }
}

/// A request with the port that it came in on.
private struct SiteContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let port: Int

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        port = source.channel.localAddress?.port ?? 0
    }
}

/// Why the server cannot serve.
package struct SiteProblem: Error, Equatable, Sendable {
    /// What was found and what would be right.
    package let message: String

    init(_ error: any Error, port: Int) {
        if let error = error as? IOError, error.errnoCode == EADDRINUSE {
            message = "TCP port \(port) is in use; choose another, or 0 for a free one"
        } else if let error = error as? IOError, error.errnoCode == EACCES {
            message = "TCP port \(port) may not be had by this user; choose one above 1023"
        } else {
            message = "the server on TCP port \(port) failed: \(error)"
        }
    }
}

import NIOCore
import NIOPosix
import Testing

@testable import Drivers

/// Answers every connection with the same bytes and hangs up, or never says a word.
private func serve(
    _ answer: String?, during body: (Int) async throws -> Void
) async throws {
    let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .childChannelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                guard let answer else { return }
                let bytes = channel.allocator.buffer(string: answer)
                channel.writeAndFlush(bytes, promise: nil)
            }
        }
        .bind(host: "127.0.0.1", port: 0).get()
    try await body(server.localAddress?.port ?? 0)
    try await server.close()
}

@Suite struct TextEndpointTests {
    private static func page(_ text: String, status: String = "200 OK") -> String {
        "HTTP/1.1 \(status)\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)"
    }

    @Test func `a page is fetched whole`() async throws {
        let text = String(repeating: "process_cpu_seconds_total 1\n", count: 10_000)

        try await serve(Self.page(text)) { port in
            let endpoint = try TextEndpoint("http://127.0.0.1:\(port)/metrics")

            #expect(try await endpoint.fetch() == text)
            #expect(try await endpoint.fetch() == text)
        }
    }

    @Test(arguments: [
        ("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "answers 404"),
        ("SSH-2.0-OpenSSH_9.2\r\n", "127.0.0.1"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", "did not answer within 3 s"),
    ])
    func `what is no page is a problem in words`(answer: String, words: String) async throws {
        try await serve(answer) { port in
            let endpoint = try TextEndpoint("http://127.0.0.1:\(port)/metrics")

            let problem = await #expect(throws: TextEndpoint.Problem.self) {
                try await endpoint.fetch()
            }
            #expect(problem?.message.contains(words) == true, "\(problem?.message ?? "")")
        }
    }

    @Test func `a page beyond its bound is refused`() async throws {
        try await serve(Self.page(String(repeating: "x", count: 5 << 20))) { port in
            let endpoint = try TextEndpoint("http://127.0.0.1:\(port)/metrics")

            let problem = await #expect(throws: TextEndpoint.Problem.self) {
                try await endpoint.fetch()
            }
            #expect(problem?.message.contains("more than") == true, "\(problem?.message ?? "")")
        }
    }

    @Test func `nobody there and no address are told apart, and no key is quoted`() async throws {
        let endpoint = try TextEndpoint("http://127.0.0.1:1/metrics")

        let problem = await #expect(throws: TextEndpoint.Problem.self) {
            try await endpoint.fetch()
        }
        #expect(problem?.message == "127.0.0.1:1 cannot be reached: Connection refused")
        let wrong = #expect(throws: TextEndpoint.Problem.self) {
            try TextEndpoint("ftp://h/metrics?key=s3cret")
        }
        #expect(wrong?.message.contains("s3cret") == false)
    }
}

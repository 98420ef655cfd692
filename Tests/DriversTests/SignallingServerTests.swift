import Dialects
import NIOCore
import NIOPosix
import Planning
import Testing
import Timeline

@testable import Drivers

private let answerSDP = ScriptedReception.answerSDP

/// A request as bytes, its connection closed behind it.
private func request(
    _ line: String, _ fields: [String] = [], body: String? = nil, closes: Bool = true
) -> String {
    var text = "\(line) HTTP/1.1\r\nHost: 127.0.0.1:1\r\n"
    for field in fields { text += field + "\r\n" }
    if closes { text += "Connection: close\r\n" }
    if let body { text += "Content-Length: \(body.utf8.count)\r\n" }
    return text + "\r\n" + (body ?? "")
}

private func offer(_ fields: [String] = [], closes: Bool = true) -> String {
    request(
        "POST /whip", ["Content-Type: application/sdp"] + fields, body: "v=0\r\n", closes: closes
    )
}

/// Sends bytes and returns what came back until the agent closed.
///
/// - Parameter leaves: once something like it has come, or at once where it is empty.
private func exchange(_ text: String, port: Int, leaves: String? = nil) async throws -> String {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let answer = loop.makePromise(of: String.self)
    let channel = try await ClientBootstrap(group: loop)
        .channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(
                    Gathering(answer, leaves: leaves)
                )
            }
        }
        .connect(host: "127.0.0.1", port: port).get()
    // The agent may have closed before everything was written.
    try? await channel.writeAndFlush(ByteBuffer(string: text)).get()
    if leaves == "" { channel.close(promise: nil) }
    return try await answer.futureResult.get()
}

private final class Gathering: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let answer: EventLoopPromise<String>
    private let leaves: String?
    private var text = ""

    init(_ answer: EventLoopPromise<String>, leaves: String?) {
        self.answer = answer
        self.leaves = leaves
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        text += String(buffer: Self.unwrapInboundIn(data))
        if let leaves, text.contains(leaves) { context.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { answer.succeed(text) }
}

@Suite(.serialized, .timeLimit(.minutes(1))) struct SignallingServerTests {
    @Test func `the page comes with a policy that lets only its own parts run`() async throws {
        let (agent, port) = try await startAgent(reception: nil)
        let page = try await exchange(request("GET /?x=1"), port: port)
        #expect(page.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(page.contains("\r\nContent-Type: text/html; charset=utf-8\r\n"))
        let nonce = try #require(
            page.split(separator: "script-src 'nonce-").dropFirst().first?.prefix(24)
        )
        #expect(page.contains("default-src 'self'; script-src 'nonce-\(nonce)'; style-src"))
        #expect(page.contains("<script nonce=\"\(nonce)\">"))
        #expect(page.contains("<style nonce=\"\(nonce)\">"))
        #expect(!page.contains("NONCE") && !page.contains("unsafe") && !page.contains("http://"))
        #expect(page.contains("window.talkover = {"))
        let again = try await exchange(request("GET /"), port: port)
        #expect(!again.contains(nonce))

        let head = try await exchange(request("HEAD /"), port: port)
        #expect(head.hasPrefix("HTTP/1.1 200") && head.hasSuffix("\r\n\r\n"))
        let length = head.split(separator: "Content-Length: ").dropFirst().first
        #expect(length.flatMap { Int($0.prefix { $0.isNumber }) } ?? 0 > 5_000)
        await agent.stop()
    }

    private static let answers: [(request: String, status: String, says: String)] = [
        (request("POST /"), "405", "Allow: GET, HEAD, OPTIONS"),
        (request("GET /whip"), "405", "Allow: POST, OPTIONS"),
        (request("PUT /whip/a"), "405", "Allow: PATCH, DELETE, OPTIONS"),
        (request("GET /v1/realtime/calls"), "405", "Allow: POST"),
        (request("GET /favicon.ico"), "404", "/whip"),
        (request("DELETE /whip/a/b"), "404", "/whip"),
        (request("POST /whip", ["Content-Type: text/plain"], body: "v=0"), "415", "sdp"),
        (request("POST /offer", ["Content-Type: application/json"], body: "{"), "400", "JSON"),
        (request("POST /whip", ["Content-Type: application/sdp"]), "400", "no SDP"),
        (
            request("POST /whip", ["Content-Type: application/sdp", "Content-Length: 65537"]),
            "413", "64 kB"
        ),
        (request("GET /", ["Content-Length: 65537"]), "413", "No body"),
        (request("POST /whip", ["Content-Length: 3", "Content-Length: 4"]), "400", "number"),
        (request("POST /whip", ["Content-Length: -3"]), "400", "number"),
        (request("POST /whip", ["Content-Length: 99999999999999999999"]), "400", "number"),
        (
            request(
                "POST /whip", ["Content-Type: application/sdp", "Transfer-Encoding: chunked"])
                + "3\r\nv=0\r\n0\r\n\r\n", "411", "Content-Length"
        ),
        (offer(["Origin: https://evil.example"]), "403", "another host"),
        (offer(["Origin: null"]), "403", "another host"),
        (request("OPTIONS /whip", ["Origin: http://evil.example"]), "403", "another host"),
        (offer(), "201", "Location: /whip/call-1"),
        (offer(["Origin: http://127.0.0.1:1"]), "201", "ETag: \"call-1\""),
        (offer(["Expect: 100-continue"]), "100", "HTTP/1.1 201"),
        (request("DELETE /whip/a"), "200", "Content-Length: 0"),
        (request("POST /v1/realtime/calls/a/hangup"), "200", "Content-Length: 0"),
    ]

    @Test func `each request is answered as HTTP has it`() async throws {
        let (agent, port) = try await startAgent(reception: ScriptedReception())
        for (request, status, says) in Self.answers {
            let answer = try await exchange(request, port: port)
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(request)\(answer)")
            #expect(answer.contains(says), "\(request)\(answer)")
            #expect(!answer.contains("Access-Control-Allow-Origin") || status == "201")
        }
        await agent.stop()
    }

    @Test func `a page of this host may ask and read the answer`() async throws {
        let (agent, port) = try await startAgent(reception: ScriptedReception())
        for origin in [
            "http://localhost:3000", "http://127.0.0.1", "https://[::1]:8443",
            "http://app.localhost:1",
        ] {
            try await checkSharing(with: origin, port: port)
        }
        await agent.stop()
    }

    private func checkSharing(with origin: String, port: Int) async throws {
        let fields = ["Origin: \(origin)", "Access-Control-Request-Method: POST"]
        let preflight = try await exchange(request("OPTIONS /whip", fields), port: port)
        #expect(preflight.hasPrefix("HTTP/1.1 204 "))
        for field in [
            "Access-Control-Allow-Origin: \(origin)", "Access-Control-Allow-Methods: POST, OPTIONS",
            "Access-Control-Allow-Headers: Authorization, Content-Type", "Vary: Origin",
            "Accept-Post: application/sdp",
        ] {
            #expect(preflight.contains("\r\n\(field)"), "\(field)")
        }
        #expect(!preflight.contains("Content-Length"))
        let answer = try await exchange(offer(["Origin: \(origin)"]), port: port)
        #expect(answer.contains("\r\nAccess-Control-Allow-Origin: \(origin)\r\n"))
        #expect(answer.contains("\r\nAccess-Control-Expose-Headers: ETag, Link, Location\r\n"))
    }

    @Test func `requests that follow on each other are answered in order, in any portions`()
        async throws
    {
        let reception = ScriptedReception()
        let (agent, port) = try await startAgent(reception: reception)
        let all =
            offer(["X-Talkover-Call: 7"], closes: false)
            + request("HEAD /", closes: false) + request("DELETE /whip/call-1", closes: false)
            + request("GET /missing", closes: false) + request("POST /offer")
        let answer = try await exchange(all, port: port)
        let statuses = answer.split(separator: "HTTP/1.1 ").map { String($0.prefix(3)) }
        // What is behind an answer that ends the connection is not read.
        #expect(statuses == ["201", "200", "200", "404"])
        var events = reception.events.makeAsyncIterator()
        let offered = ScriptedReception.Event.offered(
            sdp: "v=0\r\n", callName: "7", session: nil, .whip
        )
        #expect(await events.next() == offered)
        #expect(await events.next() == .ended("call-1"))
        await agent.stop()
    }

    @Test func `a caller who leaves before the answer leaves no call behind`() async throws {
        let reception = ScriptedReception(.waits)
        let (agent, port) = try await startAgent(reception: reception)
        _ = try await exchange(offer(), port: port, leaves: "")
        var events = reception.events.makeAsyncIterator()
        _ = await events.next()
        // Who is accepted later is answered later than the agent sees, in a tick, who left.
        let other = try await exchange(request("GET /"), port: port)
        #expect(other.hasPrefix("HTTP/1.1 200"))
        reception.release()
        #expect(await events.next() == .ended("call-1"))
        await agent.stop()
    }

    @Test func `connections over the limit are closed and those under it are not`() async throws {
        let (agent, port) = try await startAgent(reception: nil, connections: 1)
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let first = try await ClientBootstrap(group: loop).connect(host: "127.0.0.1", port: port)
            .get()
        #expect(try await exchange(request("GET /"), port: port) == "")
        try await first.close()
        // The place is free once the agent has seen it: at one of its ticks.
        var answer = ""
        while answer.isEmpty { answer = try await exchange(request("GET /"), port: port) }
        #expect(answer.hasPrefix("HTTP/1.1 200"))
        await agent.stop()
    }

    @Test func `a visitor that asks and does not read is hung up on`() async throws {
        let (agent, port) = try await startAgent(reception: nil)
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let channel = try await ClientBootstrap(group: loop)
            .channelOption(.autoRead, value: false)
            .channelOption(.socketOption(.so_rcvbuf), value: 4_096)
            .connect(host: "127.0.0.1", port: port).get()
        let many = String(repeating: request("GET /", closes: false), count: 5_000)
        try? await channel.writeAndFlush(ByteBuffer(string: many)).get()
        // A connection that was reset says so when it is written to, whoever reads.
        while channel.isActive {
            do { try await channel.writeAndFlush(ByteBuffer(string: many)).get() } catch { break }
        }
        try? await channel.close()
        #expect(try await exchange(request("GET /"), port: port).hasPrefix("HTTP/1.1 200"))
        await agent.stop()
    }

    @Test func `mangled requests leave the agent as it was`() async throws {
        let seed: UInt64 = 20_261_122
        var generator = SeededGenerator(seed: seed, stream: "requests")
        let (agent, port) = try await startAgent(reception: ScriptedReception())
        let seeds = [
            offer(), offer(["Origin: http://localhost:1"]), request("DELETE /whip/call-1"),
            request("GET /"), request("OPTIONS /offer"),
            request(
                "PATCH /whip/call-1",
                ["Content-Type: application/trickle-ice-sdpfrag", "If-Match: \"call-1\""],
                body: "a=x\r\n"
            ),
        ]
        for _ in 0..<300 {
            var bytes = Array((seeds.randomElement(using: &generator) ?? "").utf8)
            for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.remove(at: place)
                default: bytes.insert(contentsOf: bytes[..<place].suffix(40), at: place)
                }
            }
            _ = try await exchange(
                String(decoding: bytes, as: UTF8.self), port: port, leaves: ""
            )
        }
        let answer = try await exchange(offer(), port: port)
        #expect(answer.hasPrefix("HTTP/1.1 201"), "seed \(seed)")
        #expect(answer.hasSuffix(answerSDP))
        await agent.stop()
    }
}

import Callers
import Dialects
import Planning
import Testing

@testable import Drivers

/// Hands a text to a reader in portions of one size; what followed the head comes back with it.
private func read(_ text: String, portion: Int) throws -> (head: HTTPHead?, rest: [UInt8]) {
    var reader = HeadReader()
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
        var piece = Array(bytes.prefix(portion))
        bytes = bytes.dropFirst(portion)
        let (head, rest) = try piece.withUnsafeMutableBytes { room in
            var rest = room
            return (try reader.take(&rest), Array(rest))
        }
        if let head { return (head, rest + bytes) }
        #expect(rest.isEmpty)
    }
    return (nil, [])
}

private func head(_ text: String) throws -> HTTPHead {
    try #require(try read(text + "\r\n\r\n", portion: 4_096).head)
}

@Suite struct HandshakeTests {
    @Test func `the key of RFC 6455 section 1_3 is accepted with its answer`() {
        #expect(
            HandshakeKey.accepting("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
        )
    }

    @Test func `digests are those of FIPS 180`() {
        let hex = { (text: String) in
            SHA1.digest(Array(text.utf8)).map { word in
                let digits = String(word, radix: 16)
                return String(repeating: "0", count: 8 - digits.count) + digits
            }.joined()
        }
        #expect(hex("abc") == "a9993e364706816aba3e25717850c26c9cd0d89d")
        #expect(hex("") == "da39a3ee5e6b4b0d3255bfef95601890afd80709")
        #expect(
            hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
                == "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
        )
    }

    @Test func `keys are drawn anew and have the form that servers expect`() {
        let keys = Set((0..<100).map { _ in HandshakeKey.drawn() })
        #expect(keys.count == 100)
        #expect(keys.allSatisfy(HandshakeKey.isKey))
    }

    @Test(arguments: [1, 2, 3, 5, 7, 4_096])
    func `a head is read in portions of any size and what follows it is left`(portion: Int) throws {
        let text =
            "HTTP/1.1 101 Switching Protocols\r\nUPGRADE:  WebSocket \r\n"
            + "Connection: keep-alive, Upgrade\r\nEmpty:\r\n\r\nrest"
        let (head, rest) = try read(text, portion: portion)
        let found = try #require(head)
        #expect(found.status == 101)
        #expect(found.value("upgrade") == "WebSocket")
        #expect(found.value("empty") == "")
        #expect(found.lists("upgrade", in: "connection"))
        #expect(!found.lists("close", in: "connection"))
        #expect(String(decoding: rest, as: UTF8.self) == "rest")
    }

    @Test func `a head without end, and what is no HTTP, are refused`() {
        #expect(throws: HeadReader.Problem.tooLong) {
            _ = try read(
                "GET / HTTP/1.1\r\nX: " + String(repeating: "x", count: 20_000), portion: 1_000
            )
        }
        #expect(throws: HeadReader.Problem.noHTTP) { _ = try read("\u{0}\u{1}", portion: 2) }
        #expect(throws: HeadReader.Problem.noHTTP) {
            _ = try read("GET / HTTP/1.1\r\nno colon\r\n\r\n", portion: 7)
        }
        #expect(throws: HeadReader.Problem.noHTTP) {
            _ = try read("GET / HTTP/1.1\r\nX: a\rb\r\n\r\n", portion: 7)
        }
    }

    @Test func `only a proof of the own key is an upgrade`() throws {
        let exchange = UpgradeExchange(key: "dGhlIHNhbXBsZSBub25jZQ==")
        let good =
            "HTTP/1.1 101 OK\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: "
        #expect(exchange.failure(try head(good + "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")) == nil)
        #expect(
            exchange.failure(try head(good + "AAAALMBiTxaQ9kYGzzhZRbK+xOo="))?.code
                == "upgrade_refused"
        )
        let refused = exchange.failure(try head("HTTP/1.1 503 Busy"))
        #expect(refused?.code == "upgrade_refused_503")
        #expect(refused?.detail.contains("503") == true)
        #expect(exchange.failure(try head("220 mail ESMTP"))?.code == "upgrade_refused")
    }

    @Test func `the agent answers each request with its status`() throws {
        let upgrade =
            "\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
        let status = { (text: String) in
            let answer = UpgradeAnswer(to: try head(text))
            return String(decoding: answer.bytes.prefix(12).suffix(3), as: UTF8.self)
        }
        #expect(try status("GET /binary HTTP/1.1" + upgrade) == "101")
        #expect(try status("GET /v1/realtime?model=x HTTP/1.1" + upgrade) == "101")
        #expect(try status("GET /else HTTP/1.1" + upgrade) == "404")
        #expect(try status("POST /binary HTTP/1.1" + upgrade) == "426")
        #expect(try status("GET /binary HTTP/1.1") == "426")
        #expect(try status("GET /binary") == "400")
        let answer = UpgradeAnswer(
            to: try head("GET /binary HTTP/1.1" + upgrade + "\r\nX-Talkover-Call: 17")
        )
        #expect(answer.caller?.dialect == .binary)
        #expect(answer.caller?.name == "17")
    }

    @Test func `headers that would begin lines of their own are found before anything is dialled`()
        throws
    {
        let url = try AgentURL("ws://127.0.0.1:1/call")
        for header in [
            Header(name: "X-Mine", value: "a\r\nX-Other: b"), Header(name: "X Mine", value: "a"),
            Header(name: "", value: "a"),
        ] {
            #expect(throws: AgentURL.Problem.self) {
                try WebSocketTarget(url: url, headers: [header], secret: nil, trust: TLSTrust())
            }
        }
    }
}

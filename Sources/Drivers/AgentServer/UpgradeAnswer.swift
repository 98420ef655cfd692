import Dialects

/// A server's half of the handshake (RFC 6455 §4.2): what a request asks for, and the answer.
struct UpgradeAnswer {
    /// Who is upgraded, and how it wants to be called.
    struct Caller {
        var dialect: DialectKind
        var name: String?
    }

    /// `nil` where the connection ends with the answer.
    var caller: Caller?
    var bytes: [UInt8]

    /// To a request; `nil` stands for what is no HTTP.
    init(to head: HTTPHead?) {
        guard let head, let request = head.request else {
            self.init(refusing: "400 Bad Request", why: "This is no HTTP request.")
            return
        }
        guard let dialect = Self.dialect(of: request.target) else {
            self.init(refusing: "404 Not Found", why: Self.places)
            return
        }
        guard request.method == "GET", head.lists("upgrade", in: "connection"),
            head.lists("websocket", in: "upgrade"), head.value("sec-websocket-version") == "13"
        else {
            self.init(refusing: "426 Upgrade Required", why: Self.places)
            return
        }
        guard let key = head.value("sec-websocket-key"), HandshakeKey.isKey(key) else {
            self.init(
                refusing: "400 Bad Request", why: "Sec-WebSocket-Key holds sixteen bytes in base64."
            )
            return
        }
        self.init(
            caller: Caller(dialect: dialect, name: head.value("x-talkover-call")),
            text: "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
                + "Upgrade: websocket\r\n"
                + "Sec-WebSocket-Accept: \(HandshakeKey.accepting(key))\r\n\r\n"
        )
    }

    /// From a server that speaks no WebSocket to its callers.
    static let nobodyHere = UpgradeAnswer(
        refusing: "404 Not Found",
        why: "This is a gateway: it takes WebRTC offers on /whip, /v1/realtime/calls and /offer.")

    private init(caller: Caller?, text: String) {
        self.caller = caller
        bytes = Array(text.utf8)
    }

    private init(refusing status: String, why: String) {
        let body = why + "\n"
        let upgrade =
            status.hasPrefix("426")
            ? "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nConnection: close, Upgrade\r\n"
            : "Connection: close\r\n"
        self.init(
            caller: nil,
            text: "HTTP/1.1 \(status)\r\n\(upgrade)Content-Type: text/plain; charset=utf-8\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
        )
    }

    private static let places =
        "This agent speaks WebSocket, on /v1/realtime and /binary. It takes WebRTC offers on /whip, "
        + "/v1/realtime/calls and /offer, and / is a page to talk to it."

    private static func dialect(of target: Substring) -> DialectKind? {
        switch target.prefix(while: { $0 != "?" }) {
        case "/v1/realtime": .openAIRealtime
        case "/binary": .binary
        default: nil
        }
    }
}

import Callers
import Planning

/// A client's half of the handshake (RFC 6455 §4.1): its request, and what an answer means.
struct UpgradeExchange {
    private let key: String

    init(key: String = HandshakeKey.drawn()) { self.key = key }

    func request(_ target: WebSocketTarget, callName: String) -> [UInt8] {
        var text = "GET \(target.url.target) HTTP/1.1\r\n"
        text += "Host: \(target.url.authority)\r\n"
        text += "Connection: Upgrade\r\nUpgrade: websocket\r\n"
        text += "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: \(key)\r\n"
        text += "X-Talkover-Call: \(callName)\r\n"
        for header in target.headers { text += "\(header.name): \(header.value)\r\n" }
        return Array((text + "\r\n").utf8)
    }

    /// Why an answer is no upgrade; `nil` where it is one.
    func failure(_ answer: HTTPHead) -> CallFailure? {
        guard let status = answer.status else { return Self.noUpgrade("it is no HTTP") }
        guard status == 101 else {
            return CallFailure(
                code: "upgrade_refused_\(status)",
                detail: "the agent answered the upgrade with HTTP \(status)"
            )
        }
        guard answer.lists("upgrade", in: "connection"), answer.lists("websocket", in: "upgrade")
        else { return Self.noUpgrade("it does not name WebSocket") }
        guard answer.value("sec-websocket-accept") == HandshakeKey.accepting(key) else {
            return Self.noUpgrade("it does not prove that it read the request")
        }
        return nil
    }

    static func noUpgrade(_ why: String) -> CallFailure {
        CallFailure(code: "upgrade_refused", detail: "the agent's answer is no upgrade: \(why)")
    }
}

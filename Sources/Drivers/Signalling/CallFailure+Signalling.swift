import Callers
import Dialects
import NIOCore
import NIOHTTP1
import NIOSSL
import Timeline

extension CallFailure {
    init(_ problem: SignallingProblem) {
        self.init(code: problem.code, detail: problem.message)
    }

    /// Of a connection that was made and then broke.
    init(signalling error: any Error, isSecuring: Bool) {
        switch error {
        case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError, is IOError:
            guard isSecuring else {
                self = .brokenOff
                return
            }
            self.init(
                code: "tls",
                detail: "the TLS connection was not trusted or not understood: \(error)"
            )
        case is HTTPParserError:
            self.init(code: "signalling", detail: "the agent's answer is no HTTP: \(error)")
        default:
            self.init(code: "connection_lost", detail: "the connection broke: \(error)")
        }
    }

    static let brokeOffSecuring = CallFailure(
        code: "tls", detail: "the agent broke off the TLS handshake"
    )

    static let closedUnanswered = CallFailure(
        code: "closed_by_agent", detail: "the agent closed the connection before it answered"
    )

    static func unanswered(_ what: String, within patience: Nanoseconds) -> CallFailure {
        CallFailure(code: "timeout", detail: "\(what) within \(patience)")
    }
}

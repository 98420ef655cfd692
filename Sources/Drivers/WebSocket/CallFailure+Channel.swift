import Callers
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket

extension CallFailure {
    /// Of a connection that could not be made.
    init(connecting error: any Error) {
        if case .connectTimeout? = error as? ChannelError {
            self.init(code: "timeout", detail: "the agent's host did not answer")
            return
        }
        guard let number = (error as? IOError)?.errnoCode else {
            self.init(code: "unreachable", detail: "the agent cannot be reached: \(error)")
            return
        }
        self.init(system: SystemError(number), kind: "TCP")
    }

    /// Of a connection that was made and not upgraded.
    init(upgrading error: any Error, isSecuring: Bool) {
        switch error {
        case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError:
            self.init(
                code: "tls",
                detail: "the TLS connection was not trusted or not understood: \(error)"
            )
        case is HTTPParserError, is NIOHTTPClientUpgradeError:
            self.init(
                code: "upgrade_refused", detail: "the agent's answer is no upgrade: \(error)"
            )
        case is IOError where isSecuring:
            self.init(code: "tls", detail: "the agent broke off the TLS handshake")
        default:
            self.init(talking: error)
        }
    }

    /// Of a connection that was lost.
    init(talking error: any Error) {
        switch error {
        case is IOError:
            self.init(code: "closed_by_agent", detail: "the agent broke off the connection")
        case is NIOWebSocketError:
            self.init(code: "protocol", detail: "the agent's frames break RFC 6455: \(error)")
        case is NIOSSLError, is BoringSSLError:
            self.init(code: "closed_by_agent", detail: "the TLS connection broke off: \(error)")
        default:
            self.init(code: "connection_lost", detail: "the connection broke: \(error)")
        }
    }
}

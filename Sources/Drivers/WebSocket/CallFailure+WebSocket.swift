import Callers

extension CallFailure {
    static func stalled(_ unsent: Int) -> CallFailure {
        CallFailure(
            code: "stalled",
            detail: "the agent stopped reading: \(unsent >> 10) kB wait to be sent"
        )
    }

    static let closed = CallFailure(
        code: "closed_by_agent", detail: "the agent closed the connection"
    )
    static let brokenOff = CallFailure(
        code: "closed_by_agent", detail: "the agent broke off the connection"
    )

    static let closedEarly = CallFailure(
        code: "closed_by_agent", detail: "the agent closed the connection before the upgrade"
    )

    static func closed(code: UInt16?) -> CallFailure {
        let told = code.map { " with code \($0)" } ?? ""
        return CallFailure(code: "closed_by_agent", detail: "the agent closed the call\(told)")
    }

    static func tooLarge(_ bound: Int) -> CallFailure {
        CallFailure(
            code: "message_too_large",
            detail: "the agent sent a message of more than \(bound >> 20) MiB"
        )
    }

    /// Of frames that cannot be read on.
    init(reading problem: FrameReader.Problem) {
        switch problem {
        case .tooLarge(let bound): self = .tooLarge(bound)
        case .broken(let what):
            self.init(code: "protocol", detail: "the agent's frames break RFC 6455: \(what)")
        case .notText:
            self.init(code: "protocol", detail: "the agent sent a text that is not UTF-8")
        }
    }

    /// Of a TLS handshake; `nil` stands for a peer that just went away.
    init(securing reason: String?) {
        let why =
            reason.map { "the TLS connection was not trusted or not understood: \($0)" }
            ?? "the agent broke off the TLS handshake"
        self.init(code: "tls", detail: why)
    }

    /// Of an established TLS connection.
    init(secured reason: String) {
        self.init(code: "closed_by_agent", detail: "the TLS connection broke off: \(reason)")
    }
}

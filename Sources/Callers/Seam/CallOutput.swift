package import Dialects
package import Timeline

/// What a call asks of its runner, drained by ``CallSession/poll(into:)`` until `nil`.
package enum CallOutput: Equatable {
    /// Send what is in the lent buffer: one datagram on RTP, one message on WebSocket.
    case transmit(MessageForm)
    /// Carry this to the store.
    case observe(Observation)
    /// Close the line. Nothing more comes of this call.
    case hangUp
}

/// Why a call could not be set up or did not last: a closed code for counting, and a sentence for a person.
package struct CallFailure: Error, Equatable, Sendable {
    /// Low in number, as in `connection_refused`, `tls`, `upgrade_refused_401`, `timeout`,
    /// `closed_by_agent`.
    package let code: String
    /// What was found, without secrets.
    package let detail: String

    package init(code: String, detail: String) {
        self.code = code
        self.detail = detail
    }

    /// The agent left before the caller was done.
    package static let saidGoodbye = CallFailure(
        code: "closed_by_agent", detail: "the agent said goodbye (RTCP BYE) in the call"
    )

    /// Nothing was ever received on a path without a handshake.
    package static let noMedia = CallFailure(
        code: "no_media",
        detail:
            "no packet came back; is an agent listening there, and does it answer to the sender's port?"
    )
}

import COpenSSL

/// Why a certificate, a context or a transport could not be made.
///
/// Says something about this host's OpenSSL or about what was handed in, never about the peer's
/// datagrams: those end in a ``DTLSFailure``.
package struct DTLSProblem: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was being made, as in `a P-256 key`.
    package let step: String
    /// OpenSSL's own words, or what is missing.
    package let reason: String

    init(_ step: String, reason: String) {
        self.step = step
        self.reason = reason
    }

    /// Takes the reason from OpenSSL's error queue of this thread, and empties it.
    init(openSSL step: String) {
        self.init(step, reason: OpenSSLError.take()?.text ?? "OpenSSL gives no reason")
    }

    package var description: String { "could not make \(step): \(reason)" }
}

/// The first entry of OpenSSL's error queue: the cause, where later ones are consequences.
struct OpenSSLError {
    /// Lower-case words, as in `no shared cipher`.
    let text: String
    /// Number of the alert the peer has sent, where that is the error (RFC 5246 §7.2).
    let alert: Int32?

    /// Empties the queue, which would otherwise mix up the next call's result.
    static func take() -> OpenSSLError? {
        let code = ERR_get_error()
        ERR_clear_error()
        guard code != 0 else { return nil }
        let reason = talkover_dtls_reason(code)
        let text = ERR_reason_error_string(code).map { String(cString: $0) } ?? "error \(reason)"
        // A peer's alert is reported as its number above this offset.
        let isAlert = reason >= SSL_AD_REASON_OFFSET && reason < SSL_AD_REASON_OFFSET + 256
        return OpenSSLError(text: text, alert: isAlert ? reason - SSL_AD_REASON_OFFSET : nil)
    }
}

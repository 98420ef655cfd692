/// Why a DTLS session could not be set up, or broke.
package enum DTLSFailure: Error, Equatable, Sendable {
    /// The peer's certificate has none of the hashes of its session description (RFC 8122 §6.2).
    case fingerprintMismatch
    /// The handshake was fine, but no SRTP profile that both sides know came of it (RFC 5764 §4.1).
    case noSRTPProfile
    /// What the peer said cannot be answered; in OpenSSL's words.
    case handshake(String)
    /// No complete handshake within the patience given.
    case timeout
    /// The peer gave up, naming the alert (RFC 5246 §7.2.2), as in `handshake failure`.
    case alert(String)
    /// An established session broke; in OpenSSL's words.
    case session(String)

    /// One of a few words, fit for counting.
    package var code: String {
        switch self {
        case .fingerprintMismatch: "dtls_fingerprint"
        case .noSRTPProfile: "dtls_no_srtp_profile"
        case .handshake: "dtls_handshake"
        case .timeout: "dtls_timeout"
        case .alert: "dtls_alert"
        case .session: "dtls_session"
        }
    }

    /// A sentence for a person: what was found, and where to look.
    package var sentence: String {
        switch self {
        case .fingerprintMismatch:
            "the peer's DTLS certificate has none of the fingerprints its session description gave"
        case .noSRTPProfile:
            "the DTLS handshake agreed on no SRTP profile; "
                + "AEAD_AES_128_GCM and AES128_CM_HMAC_SHA1_80 are what we have"
        case .handshake(let reason):
            "the DTLS handshake failed: \(reason)"
        case .timeout:
            "the DTLS handshake was not finished in time; do the peer's datagrams arrive?"
        case .alert(let name):
            "the peer ended the DTLS session with the alert '\(name)'"
        case .session(let reason):
            "the established DTLS session broke: \(reason)"
        }
    }
}

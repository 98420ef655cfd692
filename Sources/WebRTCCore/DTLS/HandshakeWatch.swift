import COpenSSL

/// What OpenSSL's callbacks need to know of one transport while it shakes hands.
///
/// Apart from the transport, which is in the middle of a change of its own when they are called.
final class HandshakeWatch {
    private let expected: [Fingerprint]
    private let firstTimeout: UInt32
    /// The peer has shown a certificate that is not in its description.
    private(set) var sawStranger = false

    /// - Parameter firstTimeout: microseconds until a flight is repeated for the first time.
    init(expecting expected: [Fingerprint], firstTimeout: UInt32) {
        self.expected = expected
        self.firstTimeout = firstTimeout
    }

    /// Has OpenSSL ask this watch; it must outlive `ssl`.
    func attach(to ssl: OpaquePointer) -> Bool {
        DTLS_set_timer_cb(ssl) { ssl, last in HandshakeWatch.of(ssl)?.timeout(after: last) ?? 0 }
        return SSL_set_ex_data(ssl, 0, Unmanaged.passUnretained(self).toOpaque()) == 1
    }

    /// Has every session of `context` checked by its own watch, instead of by a chain of issuers.
    static func verifyPeers(of context: OpaquePointer) {
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
        SSL_CTX_set_cert_verify_callback(
            context,
            { store, _ in
                let ssl = X509_STORE_CTX_get_ex_data(
                    store, SSL_get_ex_data_X509_STORE_CTX_idx())
                let watch = HandshakeWatch.of(ssl.map { OpaquePointer($0) })
                if let watch, watch.accepts(X509_STORE_CTX_get0_cert(store)) { return 1 }
                X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED)
                return 0
            }, nil)
    }

    private static func of(_ ssl: OpaquePointer?) -> HandshakeWatch? {
        guard let ssl, let data = SSL_get_ex_data(ssl, 0) else { return nil }
        return Unmanaged<HandshakeWatch>.fromOpaque(data).takeUnretainedValue()
    }

    private func accepts(_ certificate: OpaquePointer?) -> Bool {
        guard let certificate, expected.contains(where: { $0.matches(certificate) }) else {
            sawStranger = true
            return false
        }
        return true
    }

    /// Doubles up to a minute (RFC 6347 §4.2.4.1); 0 asks for the first.
    private func timeout(after last: UInt32) -> UInt32 {
        last == 0 ? firstTimeout : min(last &* 2, 60_000_000)
    }
}

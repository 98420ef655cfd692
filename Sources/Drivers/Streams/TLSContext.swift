import COpenSSL
import Planning

/// What TLS connections of one kind have in common: whom they believe, or who they are.
///
/// OpenSSL lets any number of threads make connections from it once it is set up.
final class TLSContext: Sendable {
    /// Why one could not be made, in OpenSSL's words.
    struct Problem: Error, Equatable {
        let reason: String
    }

    /// Where OpenSSL keeps it: a number may be shared between threads, a pointer may not.
    private let address: UInt

    /// For callers.
    ///
    /// - Throws: when the authorities' file cannot be read.
    init(trust: TLSTrust) throws(Problem) {
        let handle = try Self.make(TLS_client_method())
        address = UInt(bitPattern: handle)
        SSL_CTX_set_verify(handle, trust.isInsecure ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, nil)
        let isTrusting =
            if let file = trust.authorityFile {
                SSL_CTX_load_verify_locations(handle, file, nil)
            } else {
                SSL_CTX_set_default_verify_paths(handle)
            }
        guard isTrusting == 1 else { throw Self.problem() }
    }

    /// For servers.
    ///
    /// - Throws: when a file cannot be read, or the key is another certificate's.
    init(certificate: TLSCertificate) throws(Problem) {
        let handle = try Self.make(TLS_server_method())
        address = UInt(bitPattern: handle)
        guard SSL_CTX_use_certificate_chain_file(handle, certificate.chainFile) == 1,
            SSL_CTX_use_PrivateKey_file(handle, certificate.keyFile, SSL_FILETYPE_PEM) == 1,
            SSL_CTX_check_private_key(handle) == 1
        else { throw Self.problem() }
    }

    deinit { SSL_CTX_free(handle) }

    var handle: OpaquePointer? { OpaquePointer(bitPattern: address) }

    private static func make(_ method: OpaquePointer?) throws(Problem) -> OpaquePointer {
        ERR_clear_error()
        guard let handle = SSL_CTX_new(method) else { throw problem() }
        guard talkover_tls_configure(handle) == 1 else {
            SSL_CTX_free(handle)
            throw problem()
        }
        return handle
    }

    private static func problem() -> Problem {
        Problem(reason: TLSReason.take() ?? "OpenSSL gives no reason")
    }
}

/// A server's certificate and its key, in PEM.
package struct TLSCertificate: Equatable, Sendable {
    /// The certificate, then those that lead to its authority.
    package var chainFile: String
    package var keyFile: String

    package init(chainFile: String, keyFile: String) {
        self.chainFile = chainFile
        self.keyFile = keyFile
    }
}

/// OpenSSL's account of what went wrong last on this thread.
enum TLSReason {
    /// The first entry of the queue, which is the cause, and empties it.
    static func take() -> String? {
        let code = ERR_get_error()
        ERR_clear_error()
        guard code != 0 else { return nil }
        // A file that is not there is the kernel's error, which OpenSSL has no words for.
        if code & 0x8000_0000 != 0 { return "\(SystemError(Int32(code & 0x7FFF_FFFF)))" }
        return ERR_reason_error_string(code).map { String(cString: $0) } ?? "error \(code)"
    }

    /// Of a connection; says what is wrong with a certificate where that is the cause.
    static func take(of ssl: OpaquePointer) -> String {
        let isDistrust = talkover_dtls_reason(ERR_peek_error()) == SSL_R_CERTIFICATE_VERIFY_FAILED
        guard let reason = take() else { return "the peer broke it off" }
        let result = SSL_get_verify_result(ssl)
        guard isDistrust, let why = X509_verify_cert_error_string(result) else { return reason }
        return "\(reason): \(String(cString: why))"
    }
}

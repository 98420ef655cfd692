import COpenSSL

/// A self-signed certificate and its key: who we are for the length of a run.
///
/// Peers trust it by its hash in the session description alone (RFC 8122), so one serves any
/// number of calls.
package struct DTLSIdentity: Sendable {
    /// DER of the X.509 certificate.
    package let certificate: [UInt8]
    /// DER of the P-256 private key (RFC 5915), which never leaves this process.
    package let key: [UInt8]
    /// SHA-256 of ``certificate``, for session descriptions.
    package let fingerprint: Fingerprint

    /// Draws a new key on P-256 and signs a certificate for it (RFC 8827 §6.5).
    ///
    /// Valid from yesterday, as clocks differ, for 30 days from now. Key, serial number and today's
    /// date are OpenSSL's: they decide nothing that is measured.
    package static func generate() throws(DTLSProblem) -> DTLSIdentity {
        ERR_clear_error()
        guard let key = talkover_dtls_new_p256_key() else {
            throw DTLSProblem(openSSL: "a P-256 key")
        }
        defer { EVP_PKEY_free(key) }
        guard let certificate = X509_new() else { throw DTLSProblem(openSSL: "a certificate") }
        defer { X509_free(certificate) }
        guard fill(certificate, key: key), X509_sign(certificate, key, EVP_sha256()) > 0,
            let certificateBytes = encoded({ i2d_X509(certificate, $0) }),
            let keyBytes = encoded({ i2d_PrivateKey(key, $0) }),
            let fingerprint = Fingerprint(of: certificate, algorithm: .sha256)
        else { throw DTLSProblem(openSSL: "a self-signed certificate") }
        return DTLSIdentity(
            certificate: certificateBytes, key: keyBytes, fingerprint: fingerprint)
    }

    private static func fill(_ certificate: OpaquePointer, key: OpaquePointer) -> Bool {
        var serial: UInt64 = 0
        let isDrawn = withUnsafeMutableBytes(of: &serial) {
            RAND_bytes($0.baseAddress?.assumingMemoryBound(to: UInt8.self), Int32($0.count)) == 1
        }
        // Positive and not zero, as RFC 5280 §4.1.2.2 wants it.
        serial = serial >> 1 | 1
        let day = 86_400
        guard isDrawn, X509_set_version(certificate, 2) == 1,
            ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial) == 1,
            X509_gmtime_adj(X509_getm_notBefore(certificate), -day) != nil,
            X509_gmtime_adj(X509_getm_notAfter(certificate), 30 * day) != nil,
            let name = X509_get_subject_name(certificate),
            X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, "talkover", -1, -1, 0) == 1
        else { return false }
        return X509_set_issuer_name(certificate, name) == 1
            && X509_set_pubkey(certificate, key) == 1
    }

    /// What one of OpenSSL's DER writers writes: asked for its length first, then for the bytes.
    private static func encoded(
        _ write: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> Int32
    ) -> [UInt8]? {
        let length = Int(write(nil))
        guard length > 0 else { return nil }
        var bytes = [UInt8](repeating: 0, count: length)
        let written = bytes.withUnsafeMutableBufferPointer { room in
            var next = room.baseAddress
            return write(&next)
        }
        return Int(written) == length ? bytes : nil
    }
}

extension DTLSIdentity: CustomStringConvertible {
    /// The public part alone.
    package var description: String { "\(fingerprint)" }
}

import COpenSSL
package import RTPCore
package import Timeline

/// What the DTLS sessions of one event loop share: certificate, settings and working memory.
///
/// Belongs to one thread, like its transports. Sessions take turns in its buffers, each leaving
/// them empty, so that an established one holds little of its own.
package final class DTLSContext {
    /// Real time until a flight is repeated for the first time; it doubles from there.
    package let retransmission: Nanoseconds

    let handle: OpaquePointer
    /// Where a session finds the records of the datagram it is to read.
    let incoming: OpaquePointer
    /// Where a session leaves what it wants sent.
    let outgoing: OpaquePointer
    /// Room for the plaintext of the largest record (RFC 5246 §6.2.1).
    let plaintext: UnsafeMutableRawBufferPointer

    /// - Parameters:
    ///   - profiles: SRTP profiles we agree to, the preferred one first. As server our order
    ///     counts, as client the peer's.
    ///   - retransmission: 20 ms...60 s; RFC 6347 §4.2.4.1 wants one second. OpenSSL takes a
    ///     timer with less than 15 ms to go as run out.
    package init(
        identity: DTLSIdentity,
        profiles: [SRTPProfile] = [.aeadAES128GCM, .aesCM128HMACSHA1_80],
        retransmission: Nanoseconds = .seconds(1)
    ) throws(DTLSProblem) {
        precondition(
            retransmission >= .milliseconds(20) && retransmission <= .seconds(60),
            "a flight cannot be repeated after \(retransmission)")
        ERR_clear_error()
        guard let handle = SSL_CTX_new(DTLS_method()) else {
            throw DTLSProblem(openSSL: "a DTLS context")
        }
        do throws(DTLSProblem) {
            try DTLSContext.configure(handle, identity: identity, profiles: profiles)
        } catch {
            SSL_CTX_free(handle)
            throw error
        }
        guard let incoming = BIO_new(BIO_s_mem()) else {
            SSL_CTX_free(handle)
            throw DTLSProblem(openSSL: "a memory BIO")
        }
        guard let outgoing = BIO_new(BIO_s_mem()) else {
            BIO_free(incoming)
            SSL_CTX_free(handle)
            throw DTLSProblem(openSSL: "a memory BIO")
        }
        talkover_dtls_keep_open(incoming)
        talkover_dtls_keep_open(outgoing)
        self.handle = handle
        self.incoming = incoming
        self.outgoing = outgoing
        self.retransmission = retransmission
        plaintext = .allocate(byteCount: 16_384, alignment: 16)
    }

    deinit {
        plaintext.deallocate()
        BIO_free(outgoing)
        BIO_free(incoming)
        SSL_CTX_free(handle)
    }

    private static func configure(
        _ handle: OpaquePointer, identity: DTLSIdentity, profiles: [SRTPProfile]
    ) throws(DTLSProblem) {
        guard talkover_dtls_configure(handle, groups, signatures) == 1,
            SSL_CTX_set_cipher_list(handle, ciphers) == 1
        else { throw DTLSProblem(openSSL: "the list of cipher suites") }
        guard
            SSL_CTX_use_certificate_ASN1(
                handle, Int32(identity.certificate.count), identity.certificate) == 1,
            SSL_CTX_use_PrivateKey_ASN1(
                EVP_PKEY_EC, handle, identity.key, identity.key.count) == 1,
            SSL_CTX_check_private_key(handle) == 1
        else { throw DTLSProblem(openSSL: "use of the certificate") }
        let names = profiles.map(\.openSSLName).joined(separator: ":")
        // The one call of all these that returns 0 when it is content.
        guard SSL_CTX_set_tlsext_use_srtp(handle, names) == 0 else {
            throw DTLSProblem(openSSL: "the list of SRTP profiles")
        }
        HandshakeWatch.verifyPeers(of: handle)
    }

    /// Peers with an ECDSA certificate are the rule, those with an RSA one have become rare.
    private static let ciphers = [
        "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256",
        "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305",
        "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384",
        "ECDHE-ECDSA-AES128-SHA", "ECDHE-RSA-AES128-SHA",
        "ECDHE-ECDSA-AES256-SHA", "ECDHE-RSA-AES256-SHA",
    ].joined(separator: ":")
    /// The first costs a handshake a tenth less than the second, which every peer has.
    private static let groups = "X25519:P-256"
    private static let signatures =
        "ECDSA+SHA256:RSA-PSS+SHA256:RSA+SHA256:ECDSA+SHA384:RSA+SHA384:ECDSA+SHA512:RSA+SHA512"
}

extension SRTPProfile {
    fileprivate var openSSLName: String {
        switch self {
        case .aesCM128HMACSHA1_80: "SRTP_AES128_CM_SHA1_80"
        case .aeadAES128GCM: "SRTP_AEAD_AES_128_GCM"
        }
    }
}

import COpenSSL
import Testing

@testable import WebRTCCore

struct DTLSIdentityTests {
    @Test func `a certificate is self-signed, on P-256, and valid around today`() throws {
        let certificate = try parsed(Identities.client)
        defer { X509_free(certificate) }

        let key = X509_get0_pubkey(certificate)
        #expect(X509_verify(certificate, key) == 1)
        #expect(EVP_PKEY_get_bits(key) == 256)
        #expect(X509_get_version(certificate) == 2)
        #expect(X509_cmp_current_time(X509_get0_notBefore(certificate)) < 0)
        #expect(X509_cmp_current_time(X509_get0_notAfter(certificate)) > 0)
        var days: Int32 = 0
        var seconds: Int32 = 0
        ASN1_TIME_diff(
            &days, &seconds, X509_get0_notBefore(certificate), X509_get0_notAfter(certificate))
        #expect(days == 31)
    }

    @Test func `the fingerprint is the SHA-256 of the certificate`() {
        var hash = [UInt8](repeating: 0, count: 32)
        let bytes = Identities.client.certificate
        SHA256(bytes, bytes.count, &hash)

        #expect(Identities.client.fingerprint == Fingerprint(algorithm: "sha-256", bytes: hash))
    }

    @Test func `no two identities share key or serial number`() throws {
        let certificates = try [Identities.client, Identities.server].map(parsed)
        defer { for certificate in certificates { X509_free(certificate) } }

        #expect(Identities.client.key != Identities.server.key)
        let serials = certificates.map { X509_get0_serialNumber($0) }
        #expect(ASN1_INTEGER_cmp(serials[0], serials[1]) != 0)
    }

    @Test func `every algorithm that counts knows its certificate`() throws {
        let certificate = try parsed(Identities.client)
        defer { X509_free(certificate) }

        for algorithm in Fingerprint.Algorithm.allCases {
            let fingerprint = try #require(Fingerprint(of: certificate, algorithm: algorithm))
            #expect(fingerprint.matches(certificate))
            let text = try #require(Fingerprint(attribute: fingerprint.attribute))
            #expect(text == fingerprint)
            let other = Fingerprint(
                algorithm: fingerprint.algorithm, bytes: fingerprint.bytes.dropLast() + [0])
            #expect(other == fingerprint || !other.matches(certificate))
        }
        let old = Fingerprint(algorithm: "sha-1", bytes: .init(repeating: 0, count: 20))
        #expect(!old.matches(certificate))
    }

    @Test func `bytes that are no certificate make no context`() {
        let broken = DTLSIdentity(
            certificate: [1, 2, 3], key: Identities.client.key,
            fingerprint: Identities.client.fingerprint)
        let foreign = DTLSIdentity(
            certificate: Identities.client.certificate, key: Identities.server.key,
            fingerprint: Identities.client.fingerprint)

        #expect(throws: DTLSProblem.self) { try DTLSContext(identity: broken) }
        #expect(throws: DTLSProblem.self) { try DTLSContext(identity: foreign) }
    }

    private func parsed(_ identity: DTLSIdentity) throws -> OpaquePointer {
        try identity.certificate.withUnsafeBufferPointer { bytes in
            var next = bytes.baseAddress
            return try #require(d2i_X509(nil, &next, bytes.count))
        }
    }
}

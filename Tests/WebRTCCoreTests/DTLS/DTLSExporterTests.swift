import COpenSSL
import RTPCore
import Testing
import Timeline

@testable import WebRTCCore

struct DTLSExporterTests {
    @Test func `keys are RFC 5705's of the master secret, laid out as RFC 5764 §4_2 has them`()
        throws
    {
        let pair = try DTLSPair()
        pair.connect()
        let ssl = try #require(pair.client.ssl)

        // Both cipher suites in use derive with SHA-256 (RFC 5246 §5); no context value is mixed in.
        let secret = masterSecret(of: ssl)
        let seed =
            Array("EXTRACTOR-dtls_srtp".utf8) + random(of: ssl, SSL_get_client_random)
            + random(of: ssl, SSL_get_server_random)
        let material = pseudorandom(secret: secret, seed: seed, count: 56)

        let keys = try #require(pair.keys[.client])
        #expect(secret.count == 48)
        #expect(keys.local.key == Array(material[0..<16]))
        #expect(keys.remote.key == Array(material[16..<32]))
        #expect(keys.local.salt == Array(material[32..<44]))
        #expect(keys.remote.salt == Array(material[44..<56]))
    }

    @Test(arguments: SRTPProfile.allCases)
    func `material is client key, server key, client salt, server salt`(
        profile: SRTPProfile
    ) throws {
        let material = (0..<2 * (16 + profile.saltLength)).map { UInt8($0) }
        let salts = 32 + profile.saltLength

        let client = try #require(ExportedKeys(material: material, profile: profile, role: .client))
        let server = try #require(ExportedKeys(material: material, profile: profile, role: .server))

        #expect(client.local == SRTPMaster(key: Array(0..<16), salt: Array(32..<UInt8(salts))))
        #expect(client.remote.key == Array(16..<32))
        #expect(client.remote.salt.first == UInt8(salts))
        #expect(server.local == client.remote && server.remote == client.local)
        #expect(ExportedKeys(material: material + [0], profile: profile, role: .client) == nil)
    }

    /// P_SHA256 of RFC 5246 §5, written out here so that it shares nothing with the exporter.
    private func pseudorandom(secret: [UInt8], seed: [UInt8], count: Int) -> [UInt8] {
        var output: [UInt8] = []
        var link = seed
        while output.count < count {
            link = authenticated(link, with: secret)
            output += authenticated(link + seed, with: secret)
        }
        return Array(output.prefix(count))
    }

    private func authenticated(_ message: [UInt8], with key: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        var length: UInt32 = 0
        HMAC(EVP_sha256(), key, Int32(key.count), message, message.count, &digest, &length)
        return digest
    }

    private func masterSecret(of ssl: OpaquePointer) -> [UInt8] {
        var secret = [UInt8](repeating: 0, count: 64)
        let length = SSL_SESSION_get_master_key(SSL_get_session(ssl), &secret, secret.count)
        return Array(secret.prefix(length))
    }

    private func random(
        of ssl: OpaquePointer,
        _ read: (OpaquePointer?, UnsafeMutablePointer<UInt8>?, Int) -> Int
    ) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 32)
        let length = read(ssl, &bytes, bytes.count)
        return Array(bytes.prefix(length))
    }
}

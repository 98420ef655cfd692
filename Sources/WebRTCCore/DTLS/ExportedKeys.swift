import COpenSSL
import RTPCore

/// What the handshake gives to SRTP (RFC 5764 §4.2).
struct ExportedKeys: Equatable {
    let profile: SRTPProfile
    /// Protects what we send.
    let local: SRTPMaster
    /// Protects what the peer sends.
    let remote: SRTPMaster

    /// Asks the exporter of RFC 5705; `nil` where the peers agreed on no profile that we have.
    init?(exportedFrom ssl: OpaquePointer, role: DTLSRole) {
        guard let selected = SSL_get_selected_srtp_profile(ssl),
            let number = UInt16(exactly: selected.pointee.id),
            let profile = SRTPProfile(rawValue: number)
        else { return nil }
        let length = 2 * (profile.keyLength + profile.saltLength)
        var material = [UInt8](repeating: 0, count: length)
        let label = "EXTRACTOR-dtls_srtp"
        let result = SSL_export_keying_material(
            ssl, &material, length, label, label.utf8.count, nil, 0, 0)
        guard result == 1 else { return nil }
        self.init(material: material, profile: profile, role: role)
    }

    /// Cuts exported material: client key, server key, client salt, server salt.
    init?(material: [UInt8], profile: SRTPProfile, role: DTLSRole) {
        let (key, salt) = (profile.keyLength, profile.saltLength)
        guard material.count == 2 * (key + salt) else { return nil }
        let client = SRTPMaster(
            key: Array(material[..<key]), salt: Array(material[(2 * key)...].prefix(salt)))
        let server = SRTPMaster(
            key: Array(material[key...].prefix(key)), salt: Array(material.suffix(salt)))
        self.profile = profile
        switch role {
        case .client: (local, remote) = (client, server)
        case .server: (local, remote) = (server, client)
        }
    }
}

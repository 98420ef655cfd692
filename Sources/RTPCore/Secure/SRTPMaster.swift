/// One direction's secret, from which its session keys are derived (RFC 3711 §4.3).
///
/// Comes out of the DTLS handshake. It describes itself without showing its bytes.
package struct SRTPMaster: Equatable, Sendable, CustomStringConvertible {
    /// As long as the profile's `keyLength`.
    package var key: [UInt8]
    /// As long as the profile's `saltLength`.
    package var salt: [UInt8]

    package init(key: [UInt8], salt: [UInt8]) {
        self.key = key
        self.salt = salt
    }

    package var description: String { "SRTP master of \(key.count) + \(salt.count) bytes" }
}

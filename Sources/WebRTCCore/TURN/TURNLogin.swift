/// What a server wants requests signed with (RFC 8489 §9.2).
struct TURNLogin {
    /// As it came, to be sent back byte by byte.
    let realm: [UInt8]
    let nonce: [UInt8]
    let key: [UInt8]

    /// The longest either may be (RFC 8489 §14.9, §14.10).
    private static let longest = 763

    /// Reads what a 401 or 438 asks for; `nil` where something is missing.
    init?(_ message: STUNMessage, username: String, password: String, previous: TURNLogin?) {
        guard let nonce = message.copy(of: .nonce), 1...Self.longest ~= nonce.count else {
            return nil
        }
        // A 438 has both, but nothing is lost with one that keeps its realm to itself.
        guard let realm = message.copy(of: .realm) ?? previous?.realm, realm.count <= Self.longest
        else { return nil }
        self.nonce = nonce
        self.realm = realm
        if let previous, previous.realm == realm {
            key = previous.key
        } else {
            key = STUNKey.longTerm(
                username: username, realm: String(decoding: realm, as: UTF8.self),
                password: password)
        }
    }
}

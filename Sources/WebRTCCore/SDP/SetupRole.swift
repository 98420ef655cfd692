/// Who begins the DTLS handshake (RFC 8842 §5.2, RFC 4145 §4).
package enum SetupRole: String, Hashable, Sendable, CaseIterable {
    /// Only in an offer: the answerer decides.
    case actpass
    /// The side that wrote it is the DTLS client.
    case active
    /// The side that wrote it is the DTLS server.
    case passive

    /// What each side is, the offerer first; `nil` where the two do not go together.
    ///
    /// A missing `setup` means active in an offer and passive in an answer (RFC 4145 §4.1).
    static func roles(
        offer: SetupRole?, answer: SetupRole?
    ) -> (offerer: DTLSRole, answerer: DTLSRole)? {
        switch (offer ?? .active, answer ?? .passive) {
        case (.actpass, .active), (.passive, .active): (.server, .client)
        case (.actpass, .passive), (.active, .passive): (.client, .server)
        case (_, .actpass), (.active, .active), (.passive, .passive): nil
        }
    }
}

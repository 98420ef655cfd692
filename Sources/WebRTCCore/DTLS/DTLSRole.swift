/// Which end of a DTLS handshake speaks first.
///
/// The side whose description says `setup:active` is the client (RFC 8842 §5.2). The role also
/// decides who owns which half of the SRTP keys (RFC 5764 §4.2) and which numbers a side may give
/// to its data channels (RFC 8832 §6).
package enum DTLSRole: Hashable, Sendable {
    case client
    case server

    /// What the other side is then.
    package var opposite: DTLSRole {
        switch self {
        case .client: .server
        case .server: .client
        }
    }
}

import Timeline

/// One address a peer may be reached at, and how it was found (RFC 8445 §5.1).
package struct ICECandidate: Equatable, Sendable {
    package enum Transport: String, Sendable { case udp, tcp }

    /// How an address was found; the raw value is what a description calls it.
    package enum Kind: String, Sendable {
        /// Of an interface.
        case host
        /// Seen by a STUN server.
        case serverReflexive = "srflx"
        /// Seen by the peer, in a check.
        case peerReflexive = "prflx"
        /// Of a TURN server.
        case relayed = "relay"

        /// The type preference RFC 8445 §5.1.2.2 recommends.
        package var preference: UInt32 {
            switch self {
            case .host: 126
            case .peerReflexive: 110
            case .serverReflexive: 100
            case .relayed: 0
            }
        }
    }

    /// Groups candidates that succeed or fail alike; 1 to 32 visible characters.
    package let foundation: String
    /// 1 for RTP and all that is multiplexed with it.
    package let component: UInt8
    package let transport: Transport
    package let priority: UInt32
    package let address: TransportAddress
    package let kind: Kind
    /// The base of a reflexive candidate, or the mapped address of a relayed one.
    package let related: TransportAddress?

    package init(
        foundation: String, component: UInt8 = 1, transport: Transport = .udp, priority: UInt32,
        address: TransportAddress, kind: Kind, related: TransportAddress? = nil
    ) {
        self.foundation = foundation
        self.component = component
        self.transport = transport
        self.priority = priority
        self.address = address
        self.kind = kind
        self.related = related
    }

    /// An address of an interface.
    ///
    /// - Parameter preference: higher is tried first; addresses of one agent need different ones.
    package static func host(
        _ address: TransportAddress, preference: UInt16 = .max
    ) -> ICECandidate {
        found(.host, address, base: address.host, server: nil, preference, related: nil)
    }

    /// The address `server` saw requests from `base` come from.
    package static func serverReflexive(
        _ address: TransportAddress, base: TransportAddress, server: TransportAddress,
        preference: UInt16 = .max
    ) -> ICECandidate {
        found(
            .serverReflexive, address, base: base.host, server: server.host, preference,
            related: base)
    }

    /// An address `server` allocated; it saw the request come from `mapped`.
    package static func relayed(
        _ address: TransportAddress, mapped: TransportAddress, server: TransportAddress,
        preference: UInt16 = .max
    ) -> ICECandidate {
        found(
            .relayed, address, base: address.host, server: server.host, preference,
            related: mapped)
    }

    /// RFC 8445 §5.1.2.1, for component 1.
    package static func priority(_ kind: Kind, preference: UInt16) -> UInt32 {
        kind.preference << 24 | UInt32(preference) << 8 | 255
    }

    /// The local preference in ``priority``, as RFC 8445 §5.1.2.1 puts it there.
    package var preference: UInt16 { UInt16(truncatingIfNeeded: priority >> 8) }

    private static func found(
        _ kind: Kind, _ address: TransportAddress, base: IPAddress, server: IPAddress?,
        _ preference: UInt16, related: TransportAddress?
    ) -> ICECandidate {
        // Alike are: kind, base and server (§5.1.1.3).
        let alike = "\(kind.rawValue) \(base) \(server.map { "\($0)" } ?? "-") udp"
        return ICECandidate(
            foundation: String(UInt32(truncatingIfNeeded: FNV1a.hash(alike.utf8))),
            priority: priority(kind, preference: preference), address: address, kind: kind,
            related: related)
    }
}

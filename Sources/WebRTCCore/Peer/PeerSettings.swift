package import Timeline

/// What all peer sessions of one path have in common.
package struct PeerSettings: Sendable {
    /// A STUN or TURN server, its name looked up and its password known.
    package struct Server: Equatable, Sendable {
        package enum Kind: Equatable, Sendable {
            case stun
            case turn(overTCP: Bool, username: String, password: String)
        }

        package var address: TransportAddress
        package var kind: Kind

        package init(address: TransportAddress, kind: Kind) {
            self.address = address
            self.kind = kind
        }
    }

    /// Codecs in order of preference; an offer has all of them.
    package var codecs: [AudioFormat]
    /// Extension id of audio levels in our offers, 1...14.
    package var levelID: UInt8 = 1
    /// Milliseconds of audio in a packet.
    package var packetTime = 20
    /// Label of the channel an offerer opens; `nil` for none.
    package var channel: String?
    package var servers: [Server] = []
    /// Whether only what TURN relays may be used.
    package var isRelayOnly = false
    /// Answer as ICE-lite (RFC 8445 §2.5): for servers with an address everyone can reach.
    package var isLite = false
    /// How long each step of setting up may take.
    package var patience = Nanoseconds.seconds(10)
    /// How long servers may take to tell of addresses.
    package var gathering = Nanoseconds.seconds(5)
    /// Largest datagram of DTLS, in bytes: what any path carries whole (RFC 9147 §4.4, WebRTC's
    /// habit).
    package var datagramLimit = 1_200

    package init(codecs: [AudioFormat]) { self.codecs = codecs }

    /// Id of the extension that names media sections: the first that levels leave free.
    var mediaIDExtension: UInt8 { levelID == 2 ? 1 : 2 }
}

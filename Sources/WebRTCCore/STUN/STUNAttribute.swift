/// The attributes this endpoint understands, by their registered numbers.
package enum STUNAttribute: UInt16, Sendable, CaseIterable {
    // RFC 8489 §14
    case mappedAddress = 0x0001
    case username = 0x0006
    case messageIntegrity = 0x0008
    case errorCode = 0x0009
    case unknownAttributes = 0x000A
    case realm = 0x0014
    case nonce = 0x0015
    case xorMappedAddress = 0x0020
    case software = 0x8022
    case alternateServer = 0x8023
    case fingerprint = 0x8028
    // RFC 8656 §18
    case channelNumber = 0x000C
    case lifetime = 0x000D
    case xorPeerAddress = 0x0012
    case data = 0x0013
    case xorRelayedAddress = 0x0016
    case requestedAddressFamily = 0x0017
    case requestedTransport = 0x0019
    case dontFragment = 0x001A
    // RFC 8445 §16.1
    case priority = 0x0024
    case useCandidate = 0x0025
    case iceControlled = 0x8029
    case iceControlling = 0x802A

    /// Whether an address in it is masked, so that no middlebox rewrites it (RFC 8489 §14.2).
    var isMasked: Bool {
        self == .xorMappedAddress || self == .xorPeerAddress || self == .xorRelayedAddress
    }
}

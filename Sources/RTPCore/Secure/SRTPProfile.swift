/// How a call's media is protected, by its number in DTLS's `use_srtp` (RFC 5764 §4.1.2).
package enum SRTPProfile: UInt16, Sendable, CaseIterable {
    /// AES-128 in counter mode, authenticated by 80 bits of HMAC-SHA1 (RFC 3711).
    // Two numbers side by side need the underscore of the registered name.
    // swift-format-ignore: AlwaysUseLowerCamelCase
    case aesCM128HMACSHA1_80 = 0x0001
    /// AES-128 in Galois/counter mode with tags of 16 bytes (RFC 7714).
    case aeadAES128GCM = 0x0007

    /// Bytes of the master key.
    package var keyLength: Int { 16 }

    /// Bytes of the master salt.
    package var saltLength: Int {
        switch self {
        case .aesCM128HMACSHA1_80: 14
        case .aeadAES128GCM: 12
        }
    }

    /// Bytes that protection adds to an RTP packet.
    package var rtpOverhead: Int { tagLength }

    /// Bytes that protection adds to an RTCP packet: the tag, and a word with its index.
    package var rtcpOverhead: Int { tagLength + 4 }

    /// Bytes of the authentication tag.
    var tagLength: Int {
        switch self {
        case .aesCM128HMACSHA1_80: 10
        case .aeadAES128GCM: 16
        }
    }
}

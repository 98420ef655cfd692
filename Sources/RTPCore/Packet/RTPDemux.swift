/// Tells apart what arrives on one port for media and its reports (RFC 5761 §4).
package enum RTPDemux {
    package enum Kind: Equatable, Sendable { case rtp, rtcp, unknown }

    /// RTCP where the second byte is 192...223, else RTP.
    ///
    /// Unknown when shorter than either's header, or of another version than 2.
    package static func kind(_ bytes: UnsafeRawBufferPointer) -> Kind {
        guard bytes.count >= 4, bytes[0] >> 6 == 2 else { return .unknown }
        if (192...223).contains(bytes[1]) { return .rtcp }
        return bytes.count >= RTPHeader.fixedLength ? .rtp : .unknown
    }
}

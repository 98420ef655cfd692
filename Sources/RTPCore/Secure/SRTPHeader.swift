/// What of an RTP packet stays in clear, found without looking at what is encrypted.
struct SRTPHeader {
    /// The longest payload of a UDP datagram, and more than one counter block may number.
    static let longestPacket = 65_535

    /// Bytes of fixed header, contributing sources and header extension.
    let length: Int
    let sequence: UInt16
    let ssrc: UInt32

    /// - Parameter overhead: bytes at the end that are no part of the packet itself.
    @inline(__always)
    init(_ bytes: UnsafeRawBufferPointer, overhead: Int) throws(SRTPProblem) {
        guard bytes.count <= Self.longestPacket else { throw .tooLong }
        let end = bytes.count - overhead
        guard end >= RTPHeader.fixedLength else { throw .tooShort }
        let flags = bytes[0]
        guard flags >> 6 == 2 else { throw .badHeader }
        var length = RTPHeader.fixedLength + 4 * Int(flags & 0x0F)
        if flags & 0x10 != 0 {
            guard length + 4 <= end else { throw .badHeader }
            length += 4 + 4 * Int(bytes.bigEndian(UInt16.self, at: length + 2))
        }
        guard length <= end else { throw .badHeader }
        self.length = length
        sequence = bytes.bigEndian(UInt16.self, at: 2)
        ssrc = bytes.bigEndian(UInt32.self, at: 8)
    }

    /// The source of an RTCP packet, which is in its first header.
    static func rtcpSource(
        of bytes: UnsafeRawBufferPointer, overhead: Int
    ) throws(SRTPProblem) -> UInt32 {
        guard bytes.count <= longestPacket else { throw .tooLong }
        guard bytes.count - overhead >= SRTPCipher.rtcpHeaderLength else { throw .tooShort }
        guard bytes[0] >> 6 == 2 else { throw .badHeader }
        return bytes.bigEndian(UInt32.self, at: 4)
    }
}

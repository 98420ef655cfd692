package import Timeline

/// The fields of RTP's fixed header that differ from packet to packet (RFC 3550 §5.1).
package struct RTPHeader: Equatable, Sendable {
    /// First packet of a talkspurt (RFC 3551 §4.1).
    package var marker: Bool
    /// 0...127.
    package var payloadType: UInt8
    package var sequence: UInt16
    /// In units of the codec's RTP clock.
    package var timestamp: UInt32
    package var ssrc: UInt32

    package static let fixedLength = 12

    package init(
        marker: Bool, payloadType: UInt8, sequence: UInt16, timestamp: UInt32, ssrc: UInt32
    ) {
        self.marker = marker
        self.payloadType = payloadType
        self.sequence = sequence
        self.timestamp = timestamp
        self.ssrc = ssrc
    }

    /// Appends the header, with the audio level in a one-byte extension (RFC 8285 §4.2) if any.
    ///
    /// - Parameter levelID: id of the level's extension element, 1...14.
    package func write(
        into buffer: inout WireBuffer, level: AudioLevel? = nil, levelID: UInt8 = 1
    ) {
        precondition((1...14).contains(levelID), "extension id \(levelID) is not in 1...14")
        // The two shapes are one copy each: this runs for every packet.
        let first: UInt64 =
            UInt64(level == nil ? 0x80 : 0x90) << 56
            | UInt64((marker ? 0x80 : 0) | payloadType & 0x7F) << 48
            | UInt64(sequence) << 32 | UInt64(timestamp)
        if let level {
            let last =
                UInt64(ssrc) << 32 | UInt64(RTPPacket.oneByteProfile) << 16 | UInt64(1)
            let element = UInt32(levelID) << 28 | UInt32(level.wireByte) << 16
            let image = (first.bigEndian, last.bigEndian, element.bigEndian)
            withUnsafeBytes(of: image) { bytes in
                buffer.append(UnsafeRawBufferPointer(rebasing: bytes[..<20]))
            }
        } else {
            let image = (first.bigEndian, ssrc.bigEndian)
            withUnsafeBytes(of: image) { bytes in
                buffer.append(UnsafeRawBufferPointer(rebasing: bytes[..<12]))
            }
        }
    }
}

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

    /// Appends the header, with the elements of a one-byte extension (RFC 8285 §4.2) if any.
    ///
    /// - Parameters:
    ///   - levelID: id of the level's element (RFC 6464), 1...14.
    ///   - mid: element that names the packet's media section (RFC 9143 §15), or 0 for none.
    package func write(
        into buffer: inout WireBuffer, level: AudioLevel? = nil, levelID: UInt8 = 1,
        mid: MediaIDElement = .none
    ) {
        precondition((1...14).contains(levelID), "extension id \(levelID) is not in 1...14")
        // The two shapes are one copy each: this runs for every packet.
        let hasExtension = level != nil || mid.wire != 0
        let first: UInt64 =
            UInt64(hasExtension ? 0x90 : 0x80) << 56
            | UInt64((marker ? 0x80 : 0) | payloadType & 0x7F) << 48
            | UInt64(sequence) << 32 | UInt64(timestamp)
        if hasExtension {
            let last =
                UInt64(ssrc) << 32 | UInt64(RTPPacket.oneByteProfile) << 16 | UInt64(1)
            let levelElement = level.map { UInt32(levelID) << 28 | UInt32($0.wireByte) << 16 } ?? 0
            let element = levelElement | UInt32(mid.wire)
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

/// The header extension element that names a packet's media section (RFC 9143 §15).
///
/// Names of one character, as our own offers have them, fill what the level leaves of its word.
package struct MediaIDElement: Equatable, Sendable {
    /// Id, length and the name's one octet, as they travel.
    let wire: UInt16

    package static let none = MediaIDElement(wire: 0)

    private init(wire: UInt16) { self.wire = wire }

    /// - Parameters:
    ///   - id: as negotiated for `urn:ietf:params:rtp-hdrext:sdes:mid`; `none` comes of one that
    ///     is not in 1...14.
    ///   - name: the section's `a=mid`; `none` comes of one that is not one ASCII character.
    package init(id: UInt8, name: String) {
        guard (1...14).contains(id), name.utf8.count == 1, let octet = name.utf8.first,
            octet < 0x80
        else {
            self = .none
            return
        }
        wire = UInt16(id) << 12 | UInt16(octet)
    }
}

/// Where things are in a received RTP packet; the bytes stay where they arrived.
package struct RTPPacket: Equatable, Sendable {
    package let header: RTPHeader
    /// Contributing sources listed behind the fixed header, 0...15.
    package let contributorCount: Int
    /// The payload's place in the parsed bytes, padding left out; may be empty.
    package let payload: Range<Int>
    /// The profile's 16 bits in front of the header extension; `nil` without extension.
    package let extensionProfile: UInt16?
    /// The extension's data in the parsed bytes; empty without extension.
    package let extensionData: Range<Int>

    /// RFC 8285 §4.2: elements with one byte of header.
    package static let oneByteProfile: UInt16 = 0xBEDE

    /// Finds header, extension and payload (RFC 3550 §5.1, §5.3.1); copies nothing.
    package static func parse(_ bytes: UnsafeRawBufferPointer) throws(RTPProblem) -> RTPPacket {
        guard bytes.count >= RTPHeader.fixedLength else { throw .tooShort }
        let flags = bytes[0]
        guard flags >> 6 == 2 else { throw .badVersion }
        let contributorCount = Int(flags & 0x0F)
        var start = RTPHeader.fixedLength + 4 * contributorCount
        guard bytes.count >= start else { throw .tooShort }

        var profile: UInt16?
        var extensionData = start..<start
        if flags & 0x10 != 0 {
            guard bytes.count >= start + 4 else { throw .badExtension }
            profile = bytes.bigEndian(UInt16.self, at: start)
            let length = 4 * Int(bytes.bigEndian(UInt16.self, at: start + 2))
            start += 4
            guard bytes.count >= start + length else { throw .badExtension }
            extensionData = start..<(start + length)
            start += length
        }

        var end = bytes.count
        if flags & 0x20 != 0 {
            let padding = Int(bytes[end - 1])
            guard padding > 0, padding <= end - start else { throw .badPadding }
            end -= padding
        }
        return RTPPacket(
            header: RTPHeader(
                marker: bytes[1] & 0x80 != 0,
                payloadType: bytes[1] & 0x7F,
                sequence: bytes.bigEndian(UInt16.self, at: 2),
                timestamp: bytes.bigEndian(UInt32.self, at: 4),
                ssrc: bytes.bigEndian(UInt32.self, at: 8)
            ),
            contributorCount: contributorCount,
            payload: start..<end,
            extensionProfile: profile,
            extensionData: extensionData
        )
    }

    /// The audio level under extension id `id`, or `nil` where the packet has none.
    ///
    /// - Parameter bytes: the same bytes that were parsed.
    package func level(id: UInt8, in bytes: UnsafeRawBufferPointer) -> AudioLevel? {
        // Nearly always the level is the extension's first element.
        let start = extensionData.lowerBound
        if extensionProfile == Self.oneByteProfile, extensionData.count >= 2,
            start + 1 < bytes.count, id > 0, bytes[start] == id << 4
        {
            return AudioLevel(wireByte: bytes[start + 1])
        }
        guard let place = element(id: id, in: bytes), !place.isEmpty else { return nil }
        return AudioLevel(wireByte: bytes[place.lowerBound])
    }

    /// Where the data of extension element `id` is, in either form of RFC 8285.
    ///
    /// `nil` if there is none. An element that runs past the extension ends the search, as does id 15 of the
    /// one-byte form (§4.2). Extensions of another profile have no elements.
    package func element(id: UInt8, in bytes: UnsafeRawBufferPointer) -> Range<Int>? {
        guard let profile = extensionProfile, extensionData.upperBound <= bytes.count, id > 0 else {
            return nil
        }
        if profile == Self.oneByteProfile { return oneByteElement(id: id, in: bytes) }
        // The low four bits are the application's own (§4.3).
        if profile & 0xFFF0 == 0x1000 { return twoByteElement(id: id, in: bytes) }
        return nil
    }

    private func oneByteElement(id: UInt8, in bytes: UnsafeRawBufferPointer) -> Range<Int>? {
        let end = extensionData.upperBound
        var place = extensionData.lowerBound
        while place < end {
            let head = bytes[place]
            place += 1
            if head >> 4 == 0 { continue }  // padding, whatever length it claims
            if head >> 4 == 15 { return nil }
            let length = Int(head & 0x0F) + 1
            guard place + length <= end else { return nil }
            if head >> 4 == id { return place..<(place + length) }
            place += length
        }
        return nil
    }

    private func twoByteElement(id: UInt8, in bytes: UnsafeRawBufferPointer) -> Range<Int>? {
        let end = extensionData.upperBound
        var place = extensionData.lowerBound
        while place < end {
            let found = bytes[place]
            place += 1
            if found == 0 { continue }
            guard place < end else { return nil }
            let length = Int(bytes[place])
            place += 1
            guard place + length <= end else { return nil }
            if found == id { return place..<(place + length) }
            place += length
        }
        return nil
    }
}

extension UnsafeRawBufferPointer {
    /// Reads in network byte order; the caller has checked that the bytes are there.
    @inline(__always)
    func bigEndian<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type, at offset: Int
    ) -> Value {
        Value(bigEndian: loadUnaligned(fromByteOffset: offset, as: Value.self))
    }
}

extension STUNMessage {
    /// The longest text an attribute may carry (RFC 8489 §14.9, §14.10).
    private static let longestText = 763

    /// Where an attribute's value is in ``bytes``, padding left out.
    package func place(of attribute: STUNAttribute) -> Range<Int>? {
        var offset = Self.headerLength
        while offset < attributesEnd {
            let length = Int(bytes.unsigned16(at: offset + 2))
            if bytes.unsigned16(at: offset) == attribute.rawValue {
                return offset + 4..<offset + 4 + length
            }
            offset += 4 + (length + 3) / 4 * 4
        }
        return nil
    }

    /// Whether an attribute is there, whatever its value.
    package func has(_ attribute: STUNAttribute) -> Bool { place(of: attribute) != nil }

    /// Text of USERNAME, REALM, NONCE or SOFTWARE; what is no UTF-8 is replaced.
    package func text(_ attribute: STUNAttribute) -> String? {
        guard let place = place(of: attribute), place.count <= Self.longestText else { return nil }
        return String(decoding: bytes[place], as: UTF8.self)
    }

    /// An attribute's value as it came.
    package func copy(of attribute: STUNAttribute) -> [UInt8]? {
        place(of: attribute).map { Array(bytes[$0]) }
    }

    /// A value of 32 bits: LIFETIME in seconds, PRIORITY.
    package func number(_ attribute: STUNAttribute) -> UInt32? {
        guard let place = place(of: attribute), place.count == 4 else { return nil }
        return bytes.unsigned32(at: place.lowerBound)
    }

    /// A value of 64 bits: ICE-CONTROLLED, ICE-CONTROLLING.
    package func wideNumber(_ attribute: STUNAttribute) -> UInt64? {
        guard let place = place(of: attribute), place.count == 8 else { return nil }
        return bytes.unsigned64(at: place.lowerBound)
    }

    /// CHANNEL-NUMBER (RFC 8656 §18.1).
    package var channelNumber: UInt16? {
        number(.channelNumber).map { UInt16($0 >> 16) }
    }

    /// An address; whether it is masked by the cookie follows from the attribute (§14.1, §14.2).
    package func address(_ attribute: STUNAttribute) -> TransportAddress? {
        guard let place = place(of: attribute), place.count >= 8 else { return nil }
        let start = place.lowerBound
        let isMasked = attribute.isMasked
        let port =
            bytes.unsigned16(at: start + 2)
            ^ (isMasked ? UInt16(truncatingIfNeeded: Self.cookie >> 16) : 0)
        switch (bytes[start + 1], place.count) {
        case (1, 8):
            let octets = bytes.unsigned32(at: start + 4) ^ (isMasked ? Self.cookie : 0)
            return TransportAddress(host: .v4(octets), port: port)
        case (2, 20):
            let mask = isMasked ? transaction.mask : (0, 0)
            let high = bytes.unsigned64(at: start + 4) ^ mask.0
            let low = bytes.unsigned64(at: start + 12) ^ mask.1
            return TransportAddress(host: .v6(high, low), port: port)
        default:
            return nil
        }
    }

    /// ERROR-CODE, 300...699 (RFC 8489 §14.8).
    package var failureCode: Int? {
        guard let place = place(of: .errorCode), place.count >= 4 else { return nil }
        let hundreds = Int(bytes[place.lowerBound + 2] & 7)
        let rest = Int(bytes[place.lowerBound + 3])
        guard (3...6).contains(hundreds), rest < 100 else { return nil }
        return hundreds * 100 + rest
    }

    /// What the sender says about ``failureCode``; at most 128 bytes of it.
    package var failureReason: String? {
        guard let place = place(of: .errorCode), place.count >= 4 else { return nil }
        let text = bytes[place.lowerBound + 4..<place.upperBound].prefix(128)
        return String(decoding: text, as: UTF8.self)
    }

    /// What the peer did not understand (§14.13); at most 16.
    package var unknownAttributes: [UInt16] {
        guard let place = place(of: .unknownAttributes) else { return [] }
        return stride(from: place.lowerBound, to: place.upperBound - 1, by: 2).prefix(16).map {
            bytes.unsigned16(at: $0)
        }
    }

    /// Whether MESSAGE-INTEGRITY is there and was made with `key`.
    package func isIntact(key: [UInt8]) -> Bool {
        guard hasIntegrity else { return false }
        return STUNIntegrity.verify(bytes, at: integrityOffset, key: key)
    }
}

extension STUNTransactionID {
    /// What IPv6 addresses are masked with: the cookie, then this id (§14.2).
    var mask: (UInt64, UInt64) { (UInt64(STUNMessage.cookie) << 32 | UInt64(high), low) }
}

extension UnsafeRawBufferPointer {
    func unsigned16(at offset: Int) -> UInt16 {
        UInt16(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    func unsigned32(at offset: Int) -> UInt32 {
        UInt32(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    func unsigned64(at offset: Int) -> UInt64 {
        UInt64(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
}

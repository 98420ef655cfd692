package import Timeline

/// What a message asks for, or answers (RFC 8489 §18.2, RFC 8656 §17).
package enum STUNMethod: UInt16, Sendable, CaseIterable {
    case binding = 1
    case allocate = 3
    case refresh = 4
    case send = 6
    case data = 7
    case createPermission = 8
    case channelBind = 9

    init?(messageType type: UInt16) {
        // The class's two bits lie between the method's twelve (RFC 8489 §5).
        self.init(rawValue: type & 0x000F | (type & 0x00E0) >> 1 | (type & 0x3E00) >> 2)
    }
}

/// Which part a message plays in its transaction.
package enum STUNClass: UInt16, Sendable, CaseIterable {
    case request
    case indication
    case success
    case failure

    init(messageType type: UInt16) {
        switch (type & 0x0100 != 0, type & 0x0010 != 0) {
        case (false, false): self = .request
        case (false, true): self = .indication
        case (true, false): self = .success
        case (true, true): self = .failure
        }
    }

    /// The first two bytes of a message of this class.
    func messageType(_ method: STUNMethod) -> UInt16 {
        let bits = method.rawValue
        return bits & 0x000F | (bits & 0x0070) << 1 | (bits & 0x0F80) << 2
            | (rawValue & 1) << 4 | (rawValue & 2) << 7
    }
}

/// The 96 bits that join a response to its request.
package struct STUNTransactionID: Hashable, Sendable {
    package let high: UInt32
    package let low: UInt64

    package init(high: UInt32, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// An id nobody can guess who does not know the generator (RFC 8489 §5).
    package init(using generator: inout SeededGenerator) {
        high = UInt32(truncatingIfNeeded: generator.next() >> 32)
        low = generator.next()
    }
}

/// Why bytes are no STUN message.
package enum STUNProblem: Error, Equatable, Sendable, CaseIterable {
    /// Shorter than a header.
    case tooShort
    /// Another protocol: high bits set, or no magic cookie.
    case notSTUN
    /// The length is no multiple of four, or not that of the bytes.
    case badLength
    /// A method outside ``STUNMethod``.
    case unknownMethod
    /// An attribute that runs past the end, or an integrity of the wrong size.
    case badAttribute
    /// A fingerprint that is wrong, or not last.
    case badFingerprint
}

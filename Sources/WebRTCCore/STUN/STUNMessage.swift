/// A received STUN message (RFC 8489 §5), read in place.
///
/// It is a view: valid only as long as the bytes it was parsed from stay where they are.
/// Parsing checks the header, that every attribute lies inside, and a fingerprint where there is one;
/// it neither allocates nor copies. Accessors give `nil` of what is missing or malformed, and the
/// first of attributes that come twice. Signatures other parts build on:
/// ```swift
/// STUNMessage.isSTUN(bytes) -> Bool                          // a look at header and cookie
/// STUNMessage.announcedLength(bytes) -> Int?                 // whole message, for TCP framing
/// STUNMessage.parse(bytes) throws(STUNProblem) -> STUNMessage
/// message.kind (.request .indication .success .failure), .method, .transaction
/// message.unknownRequired: [UInt16]                          // answer 420, or drop the response
/// message.hasIntegrity, .hasFingerprint; message.isIntact(key: [UInt8]) -> Bool
/// message.place(of: .data) -> Range<Int>?                    // in the parsed bytes
/// message.has(.useCandidate); .text(.realm); .copy(of: .nonce) -> [UInt8]?
/// message.number(.lifetime) -> UInt32?; .wideNumber(.iceControlling) -> UInt64?
/// message.channelNumber -> UInt16?; message.address(.xorRelayedAddress) -> TransportAddress?
/// message.failureCode -> Int?; .failureReason -> String?; .unknownAttributes -> [UInt16]
///
/// let writer = STUNWriter(.request, .allocate, id, into: &buffer)
/// writer.add(.lifetime, number: 600, to: &buffer)   // also wideNumber:, text:, bytes:, address:
/// writer.add(flag: .useCandidate, …), add(channel:), add(transport: 17), add(familyIsV6:)
/// writer.addFailure(code: 401, reason: "…", to: &buffer); writer.add(unknown: [UInt16], …)
/// writer.finish(key: [UInt8]?, fingerprint: Bool, in: &buffer)       // always last
/// STUNKey.shortTerm(password), STUNKey.longTerm(username:realm:password:) -> [UInt8]
/// STUNTransactionID(using: &generator)
/// ```
package struct STUNMessage {
    /// What was parsed; ``place(of:)`` counts in it.
    package let bytes: UnsafeRawBufferPointer
    package let kind: STUNClass
    package let method: STUNMethod
    package let transaction: STUNTransactionID
    /// Attributes that must be understood and are not (RFC 8489 §14): at most 16 of them.
    package let unknownRequired: [UInt16]
    package let hasFingerprint: Bool
    /// Where MESSAGE-INTEGRITY begins; 0 without one.
    let integrityOffset: Int
    /// Where the attributes end that are covered by integrity and fingerprint.
    let attributesEnd: Int

    package static let headerLength = 20
    package static let cookie: UInt32 = 0x2112_A442

    /// Whether bytes can only be STUN among what shares a port (RFC 7983 §7).
    package static func isSTUN(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.count >= headerLength && bytes[0] < 4 && bytes.unsigned32(at: 4) == cookie
    }

    /// The length of a whole message, from its first four bytes; `nil` of fewer bytes.
    package static func announcedLength(_ bytes: UnsafeRawBufferPointer) -> Int? {
        bytes.count >= 4 ? headerLength + Int(bytes.unsigned16(at: 2)) : nil
    }

    /// Checks one whole message; what follows integrity or fingerprint is left out (§14.5, §14.7).
    package static func parse(
        _ bytes: UnsafeRawBufferPointer
    ) throws(STUNProblem) -> STUNMessage {
        guard bytes.count >= headerLength else { throw .tooShort }
        let type = bytes.unsigned16(at: 0)
        guard type < 0x4000, bytes.unsigned32(at: 4) == cookie else { throw .notSTUN }
        guard bytes.count % 4 == 0, announcedLength(bytes) == bytes.count else { throw .badLength }
        guard let method = STUNMethod(messageType: type) else { throw .unknownMethod }
        let found = try attributes(of: bytes)
        return STUNMessage(
            bytes: bytes,
            kind: STUNClass(messageType: type),
            method: method,
            transaction: STUNTransactionID(
                high: bytes.unsigned32(at: 8), low: bytes.unsigned64(at: 12)),
            unknownRequired: found.unknown,
            hasFingerprint: found.hasFingerprint,
            integrityOffset: found.integrity,
            attributesEnd: found.end
        )
    }

    /// Whether there is a MESSAGE-INTEGRITY; ``isIntact(key:)`` says what it is worth.
    package var hasIntegrity: Bool { integrityOffset > 0 }

    private struct Attributes {
        var unknown: [UInt16] = []
        var integrity = 0
        var end = 0
        var hasFingerprint = false
    }

    private static func attributes(
        of bytes: UnsafeRawBufferPointer
    ) throws(STUNProblem) -> Attributes {
        var found = Attributes()
        var offset = headerLength
        while offset < bytes.count {
            guard bytes.count - offset >= 4 else { throw .badAttribute }
            let type = bytes.unsigned16(at: offset)
            let length = Int(bytes.unsigned16(at: offset + 2))
            let next = offset + 4 + (length + 3) / 4 * 4
            guard next <= bytes.count else { throw .badAttribute }
            let attribute = STUNAttribute(rawValue: type)
            if attribute == .fingerprint {
                guard length == 4, next == bytes.count,
                    bytes.unsigned32(at: offset + 4) == STUNChecksum.fingerprint(bytes[..<offset])
                else { throw .badFingerprint }
                found.hasFingerprint = true
                if found.end == 0 { found.end = offset }
            } else if found.integrity == 0 {
                if attribute == .messageIntegrity {
                    guard length == 20 else { throw .badAttribute }
                    found.integrity = offset
                    found.end = offset
                } else if attribute == nil, type < 0x8000, found.unknown.count < 16 {
                    found.unknown.append(type)
                }
            }
            offset = next
        }
        if found.end == 0 { found.end = bytes.count }
        return found
    }
}

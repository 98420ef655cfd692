package import Timeline

/// Appends one STUN message to a buffer, attribute by attribute.
///
/// ``finish(key:fingerprint:in:)`` comes last and sets the length; nothing else may be appended between.
/// The whole message has to stay below 65,535 bytes.
package struct STUNWriter: Sendable {
    private let start: Int
    private let transaction: STUNTransactionID

    /// Appends the header.
    package init(
        _ kind: STUNClass, _ method: STUNMethod, _ transaction: STUNTransactionID,
        into buffer: inout WireBuffer
    ) {
        start = buffer.count
        self.transaction = transaction
        buffer.append(bigEndian: kind.messageType(method))
        buffer.append(bigEndian: UInt16(0))
        buffer.append(bigEndian: STUNMessage.cookie)
        buffer.append(bigEndian: transaction.high)
        buffer.append(bigEndian: transaction.low)
    }

    /// An attribute without value: USE-CANDIDATE, DONT-FRAGMENT.
    package func add(flag: STUNAttribute, to buffer: inout WireBuffer) {
        begin(flag, length: 0, in: &buffer)
    }

    /// A value of 32 bits: LIFETIME in seconds, PRIORITY.
    package func add(_ attribute: STUNAttribute, number: UInt32, to buffer: inout WireBuffer) {
        begin(attribute, length: 4, in: &buffer)
        buffer.append(bigEndian: number)
    }

    /// A value of 64 bits: ICE-CONTROLLED, ICE-CONTROLLING.
    package func add(_ attribute: STUNAttribute, wideNumber: UInt64, to buffer: inout WireBuffer) {
        begin(attribute, length: 8, in: &buffer)
        buffer.append(bigEndian: wideNumber)
    }

    /// USERNAME, REALM, SOFTWARE: text as it is, without SASLprep.
    package func add(_ attribute: STUNAttribute, text: String, to buffer: inout WireBuffer) {
        var text = text
        text.withUTF8 {
            add(attribute, bytes: UnsafeRawBufferPointer($0), to: &buffer)
        }
    }

    /// DATA, NONCE: up to 65,000 bytes, padded to four.
    package func add(
        _ attribute: STUNAttribute, bytes: UnsafeRawBufferPointer, to buffer: inout WireBuffer
    ) {
        begin(attribute, length: bytes.count, in: &buffer)
        buffer.append(bytes)
        for _ in 0..<(4 - bytes.count % 4) % 4 { buffer.append(UInt8(0)) }
    }

    package func add(_ attribute: STUNAttribute, bytes: [UInt8], to buffer: inout WireBuffer) {
        bytes.withUnsafeBytes { add(attribute, bytes: $0, to: &buffer) }
    }

    /// An address, masked by the cookie where the attribute wants it so.
    package func add(
        _ attribute: STUNAttribute, address: TransportAddress, to buffer: inout WireBuffer
    ) {
        let isMasked = attribute.isMasked
        begin(attribute, length: address.host.isV6 ? 20 : 8, in: &buffer)
        buffer.append(bigEndian: UInt16(address.host.isV6 ? 2 : 1))
        let portMask = isMasked ? UInt16(truncatingIfNeeded: STUNMessage.cookie >> 16) : 0
        buffer.append(bigEndian: address.port ^ portMask)
        switch address.host {
        case .v4(let octets):
            buffer.append(bigEndian: octets ^ (isMasked ? STUNMessage.cookie : 0))
        case .v6(let high, let low):
            let mask = isMasked ? transaction.mask : (0, 0)
            buffer.append(bigEndian: high ^ mask.0)
            buffer.append(bigEndian: low ^ mask.1)
        }
    }

    /// CHANNEL-NUMBER, 0x4000...0x4FFF (RFC 8656 §18.1).
    package func add(channel: UInt16, to buffer: inout WireBuffer) {
        add(.channelNumber, number: UInt32(channel) << 16, to: &buffer)
    }

    /// REQUESTED-TRANSPORT: an IP protocol number, 17 for UDP.
    package func add(transport: UInt8, to buffer: inout WireBuffer) {
        add(.requestedTransport, number: UInt32(transport) << 24, to: &buffer)
    }

    /// REQUESTED-ADDRESS-FAMILY: whether to allocate an IPv6 address (RFC 8656 §18.6).
    package func add(familyIsV6: Bool, to buffer: inout WireBuffer) {
        add(.requestedAddressFamily, number: (familyIsV6 ? 2 : 1) << 24, to: &buffer)
    }

    /// ERROR-CODE; `code` from 300 to 699.
    package func addFailure(code: Int, reason: String, to buffer: inout WireBuffer) {
        precondition((300...699).contains(code), "no STUN error: \(code)")
        add(
            .errorCode,
            bytes: [0, 0, UInt8(code / 100), UInt8(code % 100)] + Array(reason.utf8.prefix(509)),
            to: &buffer)
    }

    /// UNKNOWN-ATTRIBUTES, with a 420.
    package func add(unknown types: [UInt16], to buffer: inout WireBuffer) {
        add(
            .unknownAttributes,
            bytes: types.flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] }, to: &buffer)
    }

    /// Appends MESSAGE-INTEGRITY where there is a key, then FINGERPRINT, and sets the length.
    package func finish(key: [UInt8]?, fingerprint: Bool = true, in buffer: inout WireBuffer) {
        if let key {
            setLength(adding: 4 + STUNIntegrity.length, in: &buffer)
            let code = STUNIntegrity.code(over: message(in: buffer), key: key)
            add(.messageIntegrity, bytes: code, to: &buffer)
        }
        if fingerprint {
            setLength(adding: 8, in: &buffer)
            let checksum = STUNChecksum.fingerprint(message(in: buffer))
            add(.fingerprint, number: checksum, to: &buffer)
        }
        setLength(adding: 0, in: &buffer)
    }

    private func begin(_ attribute: STUNAttribute, length: Int, in buffer: inout WireBuffer) {
        precondition(length <= 65_000, "an attribute of \(length) bytes")
        buffer.append(bigEndian: attribute.rawValue)
        buffer.append(bigEndian: UInt16(truncatingIfNeeded: length))
    }

    private func setLength(adding more: Int, in buffer: inout WireBuffer) {
        let length = buffer.count - start - STUNMessage.headerLength + more
        buffer.overwrite(at: start + 2, bigEndian: UInt16(truncatingIfNeeded: length))
    }

    private func message(in buffer: borrowing WireBuffer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: buffer.bytes[start...])
    }
}

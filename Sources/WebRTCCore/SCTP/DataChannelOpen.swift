import Timeline

/// The message that opens a channel, DATA_CHANNEL_OPEN (RFC 8832 §5.1).
struct DataChannelOpen: Equatable {
    static let messageType: UInt8 = 0x03
    static let ackMessageType: UInt8 = 0x02
    private static let fixedLength = 12
    private static let normalPriority: UInt16 = 256
    private static let unorderedBit: UInt8 = 0x80
    /// Label and protocol of a peer's channel, each; a name that long is no name.
    static let nameLimit = 1_024

    var label: String
    var protocolName: String
    /// Whether messages may overtake each other.
    ///
    /// How often a message may be repeated is left to its sender (RFC 8832 §5.1): this side
    /// sends until it arrives, which every receiver takes.
    var isUnordered = false

    init(label: String, protocolName: String) {
        self.label = label
        self.protocolName = protocolName
    }

    /// Nothing where it is cut short, of an unknown type, its names too long or no UTF-8.
    init?(reading bytes: [UInt8]) {
        guard bytes.count >= Self.fixedLength, bytes[0] == Self.messageType else { return nil }
        let type = bytes[1]
        guard type & ~Self.unorderedBit <= 2 else { return nil }
        let labelLength = Int(bytes[8]) << 8 | Int(bytes[9])
        let protocolLength = Int(bytes[10]) << 8 | Int(bytes[11])
        guard labelLength <= Self.nameLimit, protocolLength <= Self.nameLimit,
            bytes.count >= Self.fixedLength + labelLength + protocolLength
        else { return nil }
        let middle = Self.fixedLength + labelLength
        guard let label = String(validating: bytes[Self.fixedLength..<middle], as: UTF8.self),
            let name = String(
                validating: bytes[middle..<middle + protocolLength], as: UTF8.self)
        else { return nil }
        self.label = label
        protocolName = name
        isUnordered = type & Self.unorderedBit != 0
    }

    var bytes: [UInt8] {
        var buffer = WireBuffer(capacity: 64)
        buffer.append(Self.messageType)
        buffer.append(isUnordered ? Self.unorderedBit : 0)
        buffer.append(bigEndian: Self.normalPriority)
        buffer.append(bigEndian: UInt32(0))
        buffer.append(bigEndian: UInt16(truncatingIfNeeded: label.utf8.count))
        buffer.append(bigEndian: UInt16(truncatingIfNeeded: protocolName.utf8.count))
        buffer.append(Array(label.utf8))
        buffer.append(Array(protocolName.utf8))
        return Array(buffer.bytes)
    }
}

/// What a message is, as its payload protocol identifier tells (RFC 8831 §8, RFC 8832 §8.1).
enum DataChannelPayload {
    static let control: UInt32 = 50
    static let text: UInt32 = 51
    static let binary: UInt32 = 53
    /// SCTP has no empty messages: one byte goes in place of none.
    static let emptyText: UInt32 = 56
    static let emptyBinary: UInt32 = 57
}

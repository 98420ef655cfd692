import Timeline
import WebRTCCore

/// Bytes written in hexadecimal, blanks ignored.
func stunHex(_ text: String) -> [UInt8] {
    let digits = text.compactMap { $0.hexDigitValue }
    return stride(from: 0, to: digits.count - 1, by: 2).map {
        UInt8(digits[$0] << 4 | digits[$0 + 1])
    }
}

func iceAddress(_ host: String, _ port: UInt16) -> TransportAddress {
    guard let host = IPAddress(host) else { preconditionFailure("no address: \(host)") }
    return TransportAddress(host: host, port: port)
}

/// Parses and hands the message over while its bytes stay in place.
func withSTUN<Value>(
    _ bytes: [UInt8], _ body: (STUNMessage) throws -> Value
) throws -> Value {
    try bytes.withUnsafeBytes { try body(STUNMessage.parse($0)) }
}

func stunBytes(_ body: (inout WireBuffer) -> Void) -> [UInt8] {
    var buffer = WireBuffer(capacity: 64)
    body(&buffer)
    return Array(buffer.bytes)
}

func mutatedBytes(_ original: [UInt8], using generator: inout SeededGenerator) -> [UInt8] {
    var bytes = original
    for _ in 0...Int(generator.next() % 4) where !bytes.isEmpty {
        let place = Int(generator.next() % UInt64(bytes.count))
        switch generator.next() % 5 {
        case 0: bytes[place] = UInt8(truncatingIfNeeded: generator.next())
        case 1: bytes[place] ^= 1 << UInt8(generator.next() % 8)
        case 2: bytes.removeLast(min(bytes.count, 4 * Int(generator.next() % 8)))
        case 3: bytes.removeLast(min(bytes.count, 1 + Int(generator.next() % 12)))
        default: bytes.insert(UInt8(truncatingIfNeeded: generator.next()), at: place)
        }
    }
    return bytes
}

/// Most of them with a length that fits, or few would get past the header.
func mutatedSTUN(_ original: [UInt8], using generator: inout SeededGenerator) -> [UInt8] {
    var bytes = mutatedBytes(original, using: &generator)
    if generator.next() % 8 != 0, bytes.count >= 20 {
        bytes.removeLast(bytes.count % 4)
        bytes[2] = UInt8((bytes.count - 20) >> 8)
        bytes[3] = UInt8((bytes.count - 20) & 0xFF)
    }
    return bytes
}

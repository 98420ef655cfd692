package import Timeline

extension WireBuffer {
    package mutating func append(text: StaticString) {
        append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Appends decimal digits.
    package mutating func append(decimal value: Int64) {
        if value < 0 { append(UInt8(ascii: "-")) }
        append(decimal: value.magnitude)
    }

    /// Appends decimal digits.
    package mutating func append(decimal value: UInt64) {
        var divisor: UInt64 = 1
        while value / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
            divisor /= 10
        }
    }

    /// Appends a JSON string with its quotes, escaped by RFC 8259 §7.
    package mutating func append(quoted text: String) {
        append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                append(UInt8(ascii: "\\"))
                append(byte)
            case 0..<0x20:
                append(text: "\\u00")
                append(Self.hexDigit(byte >> 4))
                append(Self.hexDigit(byte & 15))
            default:
                append(byte)
            }
        }
        append(UInt8(ascii: "\""))
    }

    /// Appends JSON text without white space, members in their order.
    package mutating func append(json value: JSONValue) {
        switch value {
        case .null: append(text: "null")
        case .bool(let flag): append(text: flag ? "true" : "false")
        case .number(let text): append(Array(text.utf8))
        case .string(let text): append(quoted: text)
        case .array(let elements):
            append(text: "[")
            for (index, element) in elements.enumerated() {
                if index > 0 { append(text: ",") }
                append(json: element)
            }
            append(text: "]")
        case .object(let members):
            append(text: "{")
            for (index, member) in members.enumerated() {
                if index > 0 { append(text: ",") }
                append(quoted: member.name)
                append(text: ":")
                append(json: member.value)
            }
            append(text: "}")
        }
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}

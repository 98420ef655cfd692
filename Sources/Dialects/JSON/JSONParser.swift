/// Reads one JSON value, strictly by RFC 8259: anything else is a problem, never a guess.
package struct JSONParser {
    /// Deeper nesting is refused: it can only be an attack on the stack.
    package static let deepest = 32

    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    private init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Reads bytes that hold one value and nothing but white space around it.
    ///
    /// - Throws: `malformedJSON`, with the byte at which it broke and what was expected there.
    package static func parse(_ bytes: UnsafeRawBufferPointer) throws(DialectProblem) -> JSONValue {
        var parser = JSONParser(bytes)
        let value = try parser.value(depth: 0)
        parser.skipSpace()
        guard parser.position == bytes.count else { throw parser.problem("the end") }
        return value
    }

    /// Reads a text that holds one value and nothing but white space around it.
    package static func parse(_ text: String) throws(DialectProblem) -> JSONValue {
        let bytes = Array(text.utf8)
        let result: Result<JSONValue, DialectProblem> = bytes.withUnsafeBytes { raw in
            do throws(DialectProblem) {
                return .success(try parse(raw))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private func problem(_ expected: StaticString) -> DialectProblem {
        let found = position < bytes.count ? "byte \(bytes[position])" : "the end"
        return DialectProblem(
            .malformedJSON, "expected \(expected) at byte \(position), found \(found)")
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            position += 1
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    private mutating func value(depth: Int) throws(DialectProblem) -> JSONValue {
        guard depth < Self.deepest else {
            throw DialectProblem(
                .malformedJSON, "nested deeper than \(Self.deepest) at byte \(position)")
        }
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func object(depth: Int) throws(DialectProblem) -> JSONValue {
        position += 1
        var members: [JSONMember] = []
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object(members) }
        repeat {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw problem("a member's name") }
            let name = try string()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw problem("':'") }
            members.append(JSONMember(name, try value(depth: depth + 1)))
            skipSpace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw problem("',' or '}'") }
        return .object(members)
    }

    private mutating func array(depth: Int) throws(DialectProblem) -> JSONValue {
        position += 1
        var elements: [JSONValue] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array(elements) }
        repeat {
            elements.append(try value(depth: depth + 1))
            skipSpace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw problem("',' or ']'") }
        return .array(elements)
    }

    private mutating func word(
        _ word: StaticString, _ value: JSONValue
    ) throws(DialectProblem) -> JSONValue {
        for index in 0..<word.utf8CodeUnitCount {
            guard take(word.utf8Start[index]) else { throw problem(word) }
        }
        return value
    }

    private mutating func digits() -> Bool {
        let start = position
        while let byte = next, byte &- UInt8(ascii: "0") < 10 { position += 1 }
        return position > start
    }

    private mutating func number() throws(DialectProblem) -> JSONValue {
        let start = position
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) {
            guard digits() else { throw problem("a value") }
        }
        if take(UInt8(ascii: ".")) {
            guard digits() else { throw problem("a digit") }
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            guard digits() else { throw problem("a digit") }
        }
        return .number(String(decoding: bytes[start..<position], as: UTF8.self))
    }
}

extension JSONParser {
    private mutating func string() throws(DialectProblem) -> String {
        position += 1
        let start = position
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20
        {
            position += 1
        }
        if next == UInt8(ascii: "\"") {  // nothing to unescape
            let text = String(validating: bytes[start..<position], as: UTF8.self)
            guard let text else { throw problem("UTF-8 before this") }
            position += 1
            return text
        }
        var unescaped = Array(bytes[start..<position])
        while true {
            guard let byte = next, byte >= 0x20 else { throw problem("a string's end") }
            position += 1
            if byte == UInt8(ascii: "\"") { break }
            if byte == UInt8(ascii: "\\") {
                try escape(into: &unescaped)
            } else {
                unescaped.append(byte)
            }
        }
        guard let text = String(validating: unescaped, as: UTF8.self) else {
            throw problem("UTF-8 before this")
        }
        return text
    }

    private mutating func escape(into text: inout [UInt8]) throws(DialectProblem) {
        guard let byte = next else { throw problem("an escape") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text.append(contentsOf: String(try scalar()).utf8)
        default:
            position -= 1
            throw problem("an escape")
        }
    }

    /// One `\u` escape behind its `u`, or a pair of them; a lone surrogate is U+FFFD.
    private mutating func scalar() throws(DialectProblem) -> Character {
        let unit = try hexUnit()
        if let scalar = Unicode.Scalar(unit) { return Character(scalar) }
        let mark = position
        if unit < 0xDC00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) {
            let low = try hexUnit()
            if 0xDC00...0xDFFF ~= low {
                let pair = 0x1_0000 + (UInt32(unit - 0xD800) << 10 | UInt32(low - 0xDC00))
                if let scalar = Unicode.Scalar(pair) { return Character(scalar) }
            }
        }
        position = mark
        return "\u{FFFD}"
    }

    private mutating func hexUnit() throws(DialectProblem) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw problem("four hexadecimal digits")
            }
            unit = unit << 4 | UInt16(digit)
            position += 1
        }
        return unit
    }
}

package import Timeline

/// Base64 with padding (RFC 4648 §4), without a copy or an allocation of its own.
package enum Base64 {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let pad = UInt8(ascii: "=")
    /// Set in a table's entry where the character has no value.
    private static let invalid: UInt32 = 1 << 31

    /// Four tables of 256, one for each place in a group, so that a group is four look-ups.
    private static let values: [UInt32] = {
        var table = [UInt32](repeating: invalid, count: 1_024)
        for place in 0..<4 {
            for (value, character) in alphabet.enumerated() {
                table[place * 256 + Int(character)] = UInt32(value) << (18 - 6 * UInt32(place))
            }
        }
        return table
    }()

    /// Appends the text that stands for `bytes`.
    package static func encode(_ bytes: UnsafeRawBufferPointer, into buffer: inout WireBuffer) {
        let piece = 768  // bytes, a multiple of 3: pieces but the last need no padding
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: piece / 3 * 4) { text in
            alphabet.withUnsafeBufferPointer { alphabet in
                var start = 0
                while start < bytes.count {
                    let end = min(start + piece, bytes.count)
                    let length = encode(bytes, start..<end, alphabet, into: text)
                    buffer.append(
                        UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(text)[..<length]))
                    start = end
                }
            }
        }
    }

    private static func encode(
        _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>,
        _ alphabet: UnsafeBufferPointer<UInt8>, into text: UnsafeMutableBufferPointer<UInt8>
    ) -> Int {
        var from = range.lowerBound
        var to = 0
        while from + 3 <= range.upperBound {
            let group = Int(bytes[from]) << 16 | Int(bytes[from + 1]) << 8 | Int(bytes[from + 2])
            text[to] = alphabet[group >> 18]
            text[to + 1] = alphabet[group >> 12 & 63]
            text[to + 2] = alphabet[group >> 6 & 63]
            text[to + 3] = alphabet[group & 63]
            from += 3
            to += 4
        }
        guard from < range.upperBound else { return to }
        let hasTwo = from + 1 < range.upperBound
        let group = Int(bytes[from]) << 16 | (hasTwo ? Int(bytes[from + 1]) << 8 : 0)
        text[to] = alphabet[group >> 18]
        text[to + 1] = alphabet[group >> 12 & 63]
        text[to + 2] = hasTwo ? alphabet[group >> 6 & 63] : pad
        text[to + 3] = pad
        return to + 4
    }

    /// Appends the bytes that `text` stands for; on a problem, `bytes` is as it was.
    package static func decode(
        _ text: UnsafeRawBufferPointer, into bytes: inout [UInt8]
    ) throws(DialectProblem) {
        guard text.count % 4 == 0 else {
            throw DialectProblem(
                .badBase64, "\(text.count) base64 characters; they come in fours, padded with '='")
        }
        guard !text.isEmpty else { return }
        let padding = text[text.count - 1] != pad ? 0 : text[text.count - 2] != pad ? 1 : 2
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: text.count / 4 * 3 - padding))
        let wrong = bytes.withUnsafeMutableBufferPointer { room in
            values.withUnsafeBufferPointer { values in
                decode(
                    text, padding: padding, values,
                    into: UnsafeMutableBufferPointer(rebasing: room[start...]))
            }
        }
        guard let wrong else { return }
        bytes.removeLast(bytes.count - start)
        throw DialectProblem(.badBase64, "no base64 in characters \(wrong) to \(wrong + 3)")
    }

    /// Where the group begins that is not base64; `nil` if all is well.
    private static func decode(
        _ text: UnsafeRawBufferPointer, padding: Int,
        _ values: UnsafeBufferPointer<UInt32>, into bytes: UnsafeMutableBufferPointer<UInt8>
    ) -> Int? {
        let whole = padding == 0 ? text.count : text.count - 4
        var from = 0
        var to = 0
        while from < whole {
            let group =
                values[Int(text[from])] | values[256 + Int(text[from + 1])]
                | values[512 + Int(text[from + 2])] | values[768 + Int(text[from + 3])]
            guard group < invalid else { return from }
            bytes[to] = UInt8(truncatingIfNeeded: group >> 16)
            bytes[to + 1] = UInt8(truncatingIfNeeded: group >> 8)
            bytes[to + 2] = UInt8(truncatingIfNeeded: group)
            from += 4
            to += 3
        }
        guard padding > 0 else { return nil }
        let third = padding == 1 ? values[512 + Int(text[from + 2])] : 0
        let group = values[Int(text[from])] | values[256 + Int(text[from + 1])] | third
        guard group < invalid else { return from }
        bytes[to] = UInt8(truncatingIfNeeded: group >> 16)
        if padding == 1 { bytes[to + 1] = UInt8(truncatingIfNeeded: group >> 8) }
        return nil
    }
}

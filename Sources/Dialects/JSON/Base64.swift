package import Timeline

/// Base64 with padding (RFC 4648 §4), without a copy or an allocation of its own.
package enum Base64 {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let pad = UInt8(ascii: "=")
    /// Set in a table's entry where the character has no value.
    private static let invalid: UInt32 = 1 << 31

    /// Four tables of 256, one for each place in a group, so that a group is four look-ups.
    ///
    /// A group's bytes lie in a look-up's sum in the order they are written in.
    private static let values: [UInt32] = {
        var table = [UInt32](repeating: invalid, count: 1_024)
        for place in 0..<4 {
            for (value, character) in alphabet.enumerated() {
                let group = UInt32(value) << (18 - 6 * UInt32(place))
                table[place * 256 + Int(character)] = (group << 8).byteSwapped
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
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: text.count / 4 * 3))
        let count = bytes.withUnsafeMutableBytes { room in
            decode(text, to: UnsafeMutableRawBufferPointer(rebasing: room[start...]))
        }
        bytes.removeLast(bytes.count - start - (count ?? 0))
        guard count == nil else { return }
        let wrong = firstWrong(text)
        throw DialectProblem(.badBase64, "no base64 in characters \(wrong) to \(wrong + 3)")
    }

    /// Writes the bytes that `text` stands for to the beginning of `room`.
    ///
    /// - Returns: how many they are; `nil` where `text` is no base64, or could be too long for
    ///   `room`, which then holds anything.
    static func decode(
        _ text: UnsafeRawBufferPointer, to room: UnsafeMutableRawBufferPointer
    ) -> Int? {
        let most = text.count / 4 * 3
        guard text.count % 4 == 0, most <= room.count else { return nil }
        guard let from = text.baseAddress, let to = room.baseAddress, most > 0 else { return 0 }
        let padding = text[text.count - 1] != pad ? 0 : text[text.count - 2] != pad ? 1 : 2
        let whole = padding == 0 ? text.count : text.count - 4
        return values.withUnsafeBufferPointer { values in
            var found: UInt32 = 0
            var place = 0
            var written = 0
            // Eight characters at a time, as long as there is room for two bytes too many.
            while place + 8 <= whole, written + 8 <= room.count {
                let word = from.loadUnaligned(fromByteOffset: place, as: UInt64.self).littleEndian
                let first = group(UInt32(truncatingIfNeeded: word), values)
                let second = group(UInt32(truncatingIfNeeded: word >> 32), values)
                found |= first | second
                let bytes = UInt64(first) | UInt64(second) << 24
                to.storeBytes(of: bytes.littleEndian, toByteOffset: written, as: UInt64.self)
                place += 8
                written += 6
            }
            while place < whole {
                let word = from.loadUnaligned(fromByteOffset: place, as: UInt32.self).littleEndian
                let bytes = group(word, values)
                found |= bytes
                write(bytes, 3, to: to + written)
                place += 4
                written += 3
            }
            if padding > 0 {
                // What stands for the padding counts as zero.
                let zeros: UInt32 = padding == 1 ? 0x4100_0000 : 0x4141_0000
                let kept: UInt32 = padding == 1 ? 0x00FF_FFFF : 0x0000_FFFF
                let word = from.loadUnaligned(fromByteOffset: place, as: UInt32.self).littleEndian
                let bytes = group(word & kept | zeros, values)
                found |= bytes
                write(bytes, 3 - padding, to: to + written)
                written += 3 - padding
            }
            return found & invalid == 0 ? written : nil
        }
    }

    /// Four characters' bytes, the first of them lowest, and ``invalid`` where one has no value.
    @inline(__always)
    private static func group(_ word: UInt32, _ values: UnsafeBufferPointer<UInt32>) -> UInt32 {
        values[Int(word & 0xFF)] | values[256 + Int(word >> 8 & 0xFF)]
            | values[512 + Int(word >> 16 & 0xFF)] | values[768 + Int(word >> 24)]
    }

    private static func write(_ bytes: UInt32, _ count: Int, to room: UnsafeMutableRawPointer) {
        for index in 0..<count {
            room.storeBytes(
                of: UInt8(truncatingIfNeeded: bytes >> (8 * UInt32(index))), toByteOffset: index,
                as: UInt8.self)
        }
    }

    /// Where the first group begins that is not base64.
    private static func firstWrong(_ text: UnsafeRawBufferPointer) -> Int {
        withUnsafeTemporaryAllocation(byteCount: 3, alignment: 1) { room in
            let groups = stride(from: 0, to: text.count, by: 4)
            let wrong = groups.first { place in
                let group = text[place..<place + 4]
                let isLast = place + 4 == text.count
                return decode(UnsafeRawBufferPointer(rebasing: group), to: room) == nil
                    || (!isLast && group.contains(pad))
            }
            return wrong ?? 0
        }
    }
}

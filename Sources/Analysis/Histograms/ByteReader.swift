/// Reads big-endian numbers off a run of bytes, never past its end.
struct ByteReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func take(_ count: Int) -> [UInt8]? {
        guard count >= 0, rest.count >= count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    mutating func uint32() throws(HdrLog.Problem) -> UInt32 {
        guard let bytes = take(4) else { throw .truncated }
        return bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }

    mutating func uint64() throws(HdrLog.Problem) -> UInt64 {
        guard let bytes = take(8) else { throw .truncated }
        return bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// A signed number in HdrHistogram's LEB128: seven bits a byte, lowest first, and all eight of
    /// a ninth.
    mutating func zigZag() throws(HdrLog.Problem) -> Int64 {
        var raw: UInt64 = 0
        for position in 0..<9 {
            guard let byte = rest.popFirst() else { throw .truncated }
            if position == 8 {
                raw |= UInt64(byte) << 56
                break
            }
            raw |= UInt64(byte & 0x7F) << (7 * position)
            if byte & 0x80 == 0 { break }
        }
        return Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
    }
}

extension [UInt8] {
    mutating func append(bigEndian value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }

    /// The inverse of `ByteReader.zigZag()`.
    mutating func append(zigZag value: Int64) {
        var raw = UInt64(bitPattern: (value << 1) ^ (value >> 63))
        for _ in 0..<8 {
            guard raw > 0x7F else {
                append(UInt8(raw))
                return
            }
            append(UInt8(raw & 0x7F) | 0x80)
            raw >>= 7
        }
        append(UInt8(truncatingIfNeeded: raw))
    }
}

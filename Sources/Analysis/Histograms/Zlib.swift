import CZlib

/// zlib's one-call interface on byte arrays.
enum Zlib {
    static func deflate(_ bytes: [UInt8]) -> [UInt8] {
        var length = compressBound(uLong(bytes.count))
        var deflated = [UInt8](repeating: 0, count: Int(length))
        let status = compress2(&deflated, &length, bytes, uLong(bytes.count), Z_BEST_COMPRESSION)
        // With room for compressBound bytes, only exhausted memory makes it fail.
        precondition(status == Z_OK, "zlib could not deflate \(bytes.count) bytes: \(status)")
        return Array(deflated.prefix(Int(length)))
    }

    /// `nil` where the bytes are no whole zlib stream, or hold more than `limit` bytes.
    static func inflate(_ bytes: [UInt8], atMost limit: Int) -> [UInt8]? {
        var length = uLong(limit)
        var inflated = [UInt8](repeating: 0, count: limit)
        guard uncompress(&inflated, &length, bytes, uLong(bytes.count)) == Z_OK else { return nil }
        return Array(inflated.prefix(Int(length)))
    }
}

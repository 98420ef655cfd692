package import Timeline

/// Tallies in the V2 encoding of HdrHistogram, which its tools in every language read.
///
/// Big-endian header of 40 bytes (cookie, payload length, normalising offset, significant digits,
/// lowest and highest trackable value, conversion ratio), then the counts as ZigZag LEB128 numbers
/// in which −n stands for n empty buckets; the whole deflated behind a cookie and a length. Values
/// are microseconds.
package enum HdrLog {
    /// Why bytes are no tally.
    package enum Problem: Error, Equatable, Sendable {
        /// They do not begin with a V2 cookie.
        case notHdrV2
        case truncated
        /// zlib refused them, or found another length than the header's.
        case damaged
        /// Not three significant digits of microseconds, or more buckets or counts than a tally
        /// holds.
        case otherLayout
    }

    /// V2 cookies; the low nibble's neighbour says one-byte words, as every V2 encoder writes it.
    static let cookie: UInt32 = 0x1C84_9313
    static let compressedCookie: UInt32 = 0x1C84_9314
    static let headerBytes = 40
    private static let significantDigits: UInt32 = 3

    /// One tally as bytes, smallest form: it ends with the last bucket that holds something.
    package static func encode(_ tally: FrameTally) -> [UInt8] {
        let body = plain(tally)
        let deflated = Zlib.deflate(body)
        var bytes: [UInt8] = []
        bytes.append(bigEndian: compressedCookie)
        bytes.append(bigEndian: UInt32(deflated.count))
        return bytes + deflated
    }

    /// The tally that bytes of any V2 encoder stand for; never traps, whatever they are.
    package static func decode(_ bytes: [UInt8]) throws(Problem) -> FrameTally {
        var reader = ByteReader(bytes)
        guard try reader.uint32() & ~0xF0 == compressedCookie & ~0xF0 else { throw .notHdrV2 }
        let length = Int(try reader.uint32())
        guard let deflated = reader.take(length) else { throw .truncated }
        // One count takes at most nine bytes, so that a hostile length cannot ask for more.
        let most = headerBytes + 9 * FrameTally.bucketCount
        guard let body = Zlib.inflate(deflated, atMost: most) else { throw .damaged }
        return try decodePlain(body)
    }

    private static func plain(_ tally: FrameTally) -> [UInt8] {
        var counts: [UInt8] = []
        var next = 0
        tally.forEachBucket { lowest, count in
            let index = FrameTally.bucketIndex(ofUs: lowest)
            if index > next { counts.append(zigZag: -Int64(index - next)) }
            counts.append(zigZag: Int64(count))
            next = index + 1
        }

        var bytes: [UInt8] = []
        bytes.append(bigEndian: cookie)
        bytes.append(bigEndian: UInt32(counts.count))
        bytes.append(bigEndian: UInt32(0))
        bytes.append(bigEndian: significantDigits)
        bytes.append(bigEndian: UInt64(1))
        bytes.append(bigEndian: UInt64(FrameTally.ceilingUs))
        bytes.append(bigEndian: (1.0).bitPattern)
        return bytes + counts
    }

    private static func decodePlain(_ body: [UInt8]) throws(Problem) -> FrameTally {
        var reader = ByteReader(body)
        guard try reader.uint32() & ~0xF0 == cookie & ~0xF0 else { throw .notHdrV2 }
        let length = Int(try reader.uint32())
        let offset = try reader.uint32()
        let digits = try reader.uint32()
        let lowest = try reader.uint64()
        _ = try reader.uint64()
        _ = try reader.uint64()
        guard offset == 0, digits == significantDigits, lowest == 1 else { throw .otherLayout }
        guard let payload = reader.take(length) else { throw .truncated }

        var tally = FrameTally()
        var counts = ByteReader(payload)
        var index = 0
        while !counts.isAtEnd {
            let number = try counts.zigZag()
            if number < 0 {
                // At most one bucket past the end, whatever the bytes say.
                index += Int(clamping: min(number.magnitude, UInt64(FrameTally.bucketCount)))
                continue
            }
            guard index < FrameTally.bucketCount else { throw .otherLayout }
            if number > 0 {
                // Counts are added up and read as signed words all over.
                guard UInt64(number) <= UInt64(Int64.max) - tally.total else { throw .otherLayout }
                let value = Nanoseconds.microseconds(FrameTally.lowestUs(ofBucket: index))
                tally.record(value, count: UInt64(number))
            }
            index += 1
        }
        return tally
    }
}

extension FrameTally {
    /// Buckets an HDR histogram of three digits up to `ceilingUs` has: 17 octaves of 1,024, and one
    /// more below.
    static let bucketCount = bucketIndex(ofUs: ceilingUs) + 1

    /// Place of a value among the buckets, as HdrHistogram counts them.
    static func bucketIndex(ofUs value: Int64) -> Int {
        let octave = Swift.max(0, Int64.bitWidth - value.leadingZeroBitCount - 11)
        return octave * 1_024 + Int(value >> octave)
    }

    /// Smallest value of a bucket.
    static func lowestUs(ofBucket index: Int) -> Int64 {
        let octave = Swift.max(0, index / 1_024 - 1)
        return Int64(index - octave * 1_024) << octave
    }
}

import Audio
import Timeline

/// Samples as bytes: 16-bit linear or G.711.
enum SampleBytes {
    /// Bytes of one sample; Opus has none of a size.
    static func size(_ codec: CodecName) -> Int { codec == .pcm16 ? 2 : 1 }

    static func duration(_ count: Int, _ codec: CodecName) -> Nanoseconds {
        Nanoseconds(samples: count / size(codec), rate: codec.sampleRate)
    }

    /// The byte, or the first of two equal ones, that stands for silence.
    static func silence(_ codec: CodecName) -> UInt8 {
        switch codec {
        case .pcmu: G711.muByte(0)
        case .pcma: G711.aByte(0)
        case .pcm16, .opus: 0
        }
    }

    /// Appends the samples that the bytes stand for; an odd last byte of two is left out.
    static func read(
        _ bytes: UnsafeRawBufferPointer, _ codec: CodecName, into samples: inout [Int16]
    ) {
        switch codec {
        case .pcm16:
            for place in stride(from: 0, to: bytes.count - 1, by: 2) {
                let sample = bytes.loadUnaligned(fromByteOffset: place, as: Int16.self)
                samples.append(Int16(littleEndian: sample))
            }
        case .pcmu: read(bytes, G711.muTable, into: &samples)
        case .pcma: read(bytes, G711.aTable, into: &samples)
        case .opus: break
        }
    }

    private static func read(
        _ bytes: UnsafeRawBufferPointer, _ table: [Int16], into samples: inout [Int16]
    ) {
        table.withUnsafeBufferPointer { table in
            for byte in bytes { samples.append(table[Int(byte)]) }
        }
    }

    /// Appends the bytes that stand for the samples.
    static func write(
        _ samples: UnsafeBufferPointer<Int16>, _ codec: CodecName, into bytes: inout [UInt8]
    ) {
        switch codec {
        case .pcm16:
            for sample in samples {
                let pattern = UInt16(bitPattern: sample)
                bytes.append(UInt8(truncatingIfNeeded: pattern))
                bytes.append(UInt8(truncatingIfNeeded: pattern >> 8))
            }
        case .pcmu: for sample in samples { bytes.append(G711.muByte(sample)) }
        case .pcma: for sample in samples { bytes.append(G711.aByte(sample)) }
        case .opus: break
        }
    }

    /// RFC 6464: RMS in −dBov.
    static func level(_ samples: UnsafeBufferPointer<Int16>) -> UInt8 {
        var sum: UInt64 = 0
        for sample in samples {
            let value = Int32(sample)
            sum &+= UInt64(UInt32(bitPattern: value &* value))
        }
        return UInt8(-Int(Decibels.level(sumOfSquares: sum, count: samples.count)))
    }

    /// A level with the V bit, which this project sets from −50 dBov on.
    static func octet(_ level: UInt8) -> UInt8 { min(level, 127) | (level < 50 ? 0x80 : 0) }
}

extension WAV {
    /// The bytes of a 16-bit mono file.
    package static func encode(_ pcm: PCM) -> [UInt8] {
        var bytes = header(channels: 1, sampleRate: pcm.sampleRate, samples: pcm.samples.count)
        for sample in pcm.samples { append(sample, to: &bytes) }
        return bytes
    }

    /// The bytes of a 16-bit stereo file; the shorter channel is filled up with silence.
    package static func encode(left: [Int16], right: [Int16], sampleRate: Int) -> [UInt8] {
        let count = max(left.count, right.count)
        var bytes = header(channels: 2, sampleRate: sampleRate, samples: count)
        for index in 0..<count {
            append(index < left.count ? left[index] : 0, to: &bytes)
            append(index < right.count ? right[index] : 0, to: &bytes)
        }
        return bytes
    }

    private static func header(channels: Int, sampleRate: Int, samples: Int) -> [UInt8] {
        let dataSize = samples * channels * 2
        var bytes: [UInt8] = []
        bytes.reserveCapacity(44 + dataSize)
        bytes += Array("RIFF".utf8) + little(UInt32(clamping: 36 + dataSize))
        bytes += Array("WAVEfmt ".utf8) + little(UInt32(16))
        bytes += little(UInt16(1)) + little(UInt16(channels))
        bytes += little(UInt32(sampleRate)) + little(UInt32(sampleRate * channels * 2))
        bytes += little(UInt16(channels * 2)) + little(UInt16(16))
        bytes += Array("data".utf8) + little(UInt32(clamping: dataSize))
        return bytes
    }

    private static func little<Number: FixedWidthInteger>(_ value: Number) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }

    private static func append(_ sample: Int16, to bytes: inout [UInt8]) {
        let pattern = UInt16(bitPattern: sample)
        bytes.append(UInt8(truncatingIfNeeded: pattern))
        bytes.append(UInt8(truncatingIfNeeded: pattern >> 8))
    }
}

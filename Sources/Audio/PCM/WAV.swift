/// Reads and writes WAV files (RIFF, little-endian).
package enum WAV {
    /// Sample rates that are accepted, in Hz.
    package static let rates = 8_000...192_000

    /// The sound in the bytes of a WAV file, two channels mixed to one.
    ///
    /// Understands integer PCM of 8, 16, 24 and 32 bits, plain or WAVE_FORMAT_EXTENSIBLE.
    package static func decode(_ bytes: [UInt8]) throws(WAVProblem) -> PCM {
        guard text(bytes, at: 0) == "RIFF", text(bytes, at: 8) == "WAVE" else {
            throw problem(
                .notWAV, "not a WAV file (no RIFF/WAVE header)", "sox INPUT -b 16 out.wav")
        }
        var format: Format?
        var position = 12
        while position + 8 <= bytes.count {
            let name = text(bytes, at: position)
            let size = Int(little32(bytes, at: position + 4))
            let body = position + 8
            guard size <= bytes.count - body else {
                throw problem(
                    .truncated,
                    "the file ends early: \(describe(name)) declares \(size) bytes, "
                        + "\(bytes.count - body) are there",
                    "sox --ignore-length in.wav -b 16 out.wav"
                )
            }
            if name == "fmt " {
                format = try Format(bytes, at: body, size: size)
            } else if name == "data" {
                guard let format else { break }
                return try samples(bytes, from: body, size: size, format: format)
            }
            position = body + size + size % 2
        }
        guard format != nil else {
            throw problem(
                .missingFormat, "no fmt chunk before the sound", "sox in.wav -b 16 out.wav")
        }
        throw problem(.missingData, "no data chunk, so no sound", "sox in.wav -b 16 out.wav")
    }

    private static func samples(
        _ bytes: [UInt8],
        from start: Int,
        size: Int,
        format: Format
    ) throws(WAVProblem) -> PCM {
        let width = format.bits / 8
        let count = size / (width * format.channels)
        guard count > 0 else {
            throw problem(.empty, "the data chunk holds no samples", "record the clip again")
        }
        var samples: [Int16] = []
        samples.reserveCapacity(count)
        for frame in 0..<count {
            var sum = 0
            for channel in 0..<format.channels {
                let offset = start + (frame * format.channels + channel) * width
                sum += sample(bytes, at: offset, width: width)
            }
            samples.append(Int16(clamping: sum / format.channels))
        }
        return PCM(sampleRate: format.sampleRate, samples: samples)
    }

    /// One sample as 16 bits; 8-bit ones are unsigned, wider ones are rounded.
    private static func sample(_ bytes: [UInt8], at offset: Int, width: Int) -> Int {
        guard width > 1 else { return (Int(bytes[offset]) - 128) << 8 }
        var value = Int(Int8(bitPattern: bytes[offset + width - 1]))
        for index in (0..<(width - 1)).reversed() {
            value = value << 8 | Int(bytes[offset + index])
        }
        guard width > 2 else { return value }
        let extra = 8 * (width - 2)
        return min(32_767, (value + 1 << (extra - 1)) >> extra)
    }

    static func problem(_ code: WAVProblem.Code, _ found: String, _ remedy: String) -> WAVProblem {
        WAVProblem(code: code, message: "\(found); make it right with: \(remedy)")
    }

    static func text(_ bytes: [UInt8], at offset: Int) -> String {
        guard offset + 4 <= bytes.count else { return "" }
        return String(decoding: bytes[offset..<(offset + 4)], as: UTF8.self)
    }

    static func little16(_ bytes: [UInt8], at offset: Int) -> UInt16 {
        UInt16(bytes[offset]) | UInt16(bytes[offset + 1]) << 8
    }

    static func little32(_ bytes: [UInt8], at offset: Int) -> UInt32 {
        UInt32(little16(bytes, at: offset)) | UInt32(little16(bytes, at: offset + 2)) << 16
    }

    /// A chunk's name fit for a message, even when the bytes are garbage.
    private static func describe(_ name: String) -> String {
        let plain = name.unicodeScalars.allSatisfy { $0.isASCII && $0.value >= 0x20 }
        return plain ? "chunk '\(name)'" : "an unreadable chunk"
    }
}

import Audio
import Timeline

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Sounds that tests send, and what they are in each codec.
enum Sounds {
    /// A tone at −20 dBFS RMS, in whole 16-bit samples.
    static func tone(
        _ length: Nanoseconds, rate: Int, hertz: Double = 400, decibels: Double = -20
    ) -> [Int16] {
        let amplitude = 32_768 * pow(10, decibels / 20) * 2.0.squareRoot()
        return (0..<length.samples(rate: rate)).map { index in
            Int16((amplitude * sin(2 * Double.pi * hertz * Double(index) / Double(rate))).rounded())
        }
    }

    /// Different in every place, so that a sample that is out of order shows.
    static func noise(_ length: Nanoseconds, rate: Int, seed: UInt64) -> [Int16] {
        var generator = SeededGenerator(seed: seed, stream: "noise")
        return (0..<length.samples(rate: rate)).map { _ in
            Int16(truncatingIfNeeded: generator.next() & 0x3FFF) - 0x2000
        }
    }

    /// The samples in the frames of a codec; at the codec's rate.
    static func frames(
        _ samples: [Int16], _ codec: CodecName, _ interval: Nanoseconds = .milliseconds(20)
    ) throws -> [[UInt8]] {
        let count = interval.samples(rate: codec.sampleRate)
        let encoder = codec == .opus ? try OpusSpeechEncoder(interval: interval) : nil
        return try stride(from: 0, to: samples.count - count + 1, by: count).map { start in
            let part = Array(samples[start..<(start + count)])
            switch codec {
            case .pcm16: return bytes(part)
            case .pcmu: return G711.encode(part, .mu)
            case .pcma: return G711.encode(part, .a)
            case .opus:
                var packet = [UInt8](repeating: 0, count: OpusSpeechEncoder.largestPacket)
                let length = try part.withUnsafeBufferPointer { input in
                    try packet.withUnsafeMutableBufferPointer {
                        try encoder?.encode(input, into: $0)
                    }
                }
                return Array(packet[..<(length ?? 0)])
            }
        }
    }

    static func bytes(_ samples: [Int16]) -> [UInt8] {
        samples.flatMap { sample in
            let pattern = UInt16(bitPattern: sample)
            return [UInt8(truncatingIfNeeded: pattern), UInt8(truncatingIfNeeded: pattern >> 8)]
        }
    }

    /// The samples of consecutive frames.
    static func samples(_ frames: [[UInt8]], _ codec: CodecName) throws -> [Int16] {
        switch codec {
        case .pcmu: return G711.decode(frames.joined(), .mu)
        case .pcma: return G711.decode(frames.joined(), .a)
        case .pcm16:
            let bytes = Array(frames.joined())
            return stride(from: 0, to: bytes.count - 1, by: 2).map {
                Int16(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8)
            }
        case .opus:
            let decoder = try OpusSpeechDecoder()
            var room = [Int16](repeating: 0, count: OpusSpeechDecoder.largestFrame)
            return frames.flatMap { frame -> [Int16] in
                let count = frame.withUnsafeBytes { packet in
                    room.withUnsafeMutableBufferPointer { decoder.decode(packet, into: $0) }
                }
                return Array(room[..<(count ?? 0)])
            }
        }
    }

    /// How alike two sounds are, at the shift up to `reach` samples at which they are most:
    /// 1 for the same sound, 0 for nothing in common.
    static func likeness(_ one: [Int16], _ other: [Int16], reach: Int) -> Double {
        var best = 0.0
        one.withUnsafeBufferPointer { one in
            other.withUnsafeBufferPointer { other in
                for shift in 0...reach {
                    best = max(best, likeness(one, other, shift))
                }
            }
        }
        return best
    }

    private static func likeness(
        _ one: UnsafeBufferPointer<Int16>, _ other: UnsafeBufferPointer<Int16>, _ shift: Int
    ) -> Double {
        var product = 0.0
        var first = 0.0
        var second = 0.0
        var index = 0
        while index < one.count, index + shift < other.count {
            let left = Double(one[index])
            let right = Double(other[index + shift])
            product += left * right
            first += left * left
            second += right * right
            index += 13  // no multiple of a tone's period: every part of it has its turn
        }
        return product / max(1, (first * second).squareRoot())
    }

    static func level(_ samples: some Collection<Int16>) -> UInt8 {
        Audio.AudioLevel.rfc6464(samples)
    }
}

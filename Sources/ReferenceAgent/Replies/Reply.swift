import Audio
import Timeline

/// One reply in one codec, made once and shared by all sessions.
///
/// Opus is kept in packets of one length, everything else as one run of bytes that is cut
/// where it is needed. A class, so that a frame that waits to be sent holds one reference.
final class Reply: Sendable {
    private enum Sound: Sendable {
        case packets(EncodedClip)
        /// Bytes with 120 ms of silence behind them, so that a frame of any length can be lent.
        ///
        /// Their levels are kept for frames of 10 ms, of 20 ms and so on up to 120 ms: a logarithm
        /// for each packet would cost more than the packet.
        case samples([UInt8], bytesPerMs: Int, levels: [[UInt8]])
    }

    private let sound: Sound
    private let codec: CodecName
    /// Length of the reply, its silence included.
    let duration: Nanoseconds
    let audible: AudibleTrack
    /// What a decoder holds back: never played of a reply that stops.
    var held: Nanoseconds { codec.delay }

    /// - Parameter interval: length of an Opus packet; without effect on other codecs.
    init(clip: Clip, codec: CodecName, interval: Nanoseconds) throws(CodecProblem) {
        self.codec = codec
        if codec == .opus {
            let encoded = try EncodedClip(clip: clip, codec: .opus, interval: interval)
            sound = .packets(encoded)
            duration = encoded.duration
            audible = AudibleTrack(frames: encoded.soundFrames, onset: clip.onset)
            return
        }
        let pcm = clip.pcm.resampled(to: codec.sampleRate)
        let perMs = codec.sampleRate / 1_000
        let padding = [Int16](repeating: 0, count: perMs * 120)
        let samples = pcm.samples + padding
        let bytesPerMs = codec == .pcm16 ? 2 * perMs : perMs
        sound = .samples(
            Self.encode(samples, codec), bytesPerMs: bytesPerMs,
            levels: Self.levels(
                of: samples, length: perMs * 10, frames: pcm.samples.count / (perMs * 10) + 1))
        duration = Nanoseconds(samples: pcm.samples.count, rate: pcm.sampleRate)
        audible = AudibleTrack(frames: SoundFramer.frames(of: pcm), onset: clip.onset)
    }

    private static func encode(_ samples: [Int16], _ codec: CodecName) -> [UInt8] {
        switch codec {
        case .pcmu: return G711.encode(samples, .mu)
        case .pcma: return G711.encode(samples, .a)
        case .pcm16, .opus:
            return [UInt8](unsafeUninitializedCapacity: samples.count * 2) { room, count in
                for (index, sample) in samples.enumerated() {
                    room[2 * index] = UInt8(truncatingIfNeeded: sample)
                    room[2 * index + 1] = UInt8(truncatingIfNeeded: sample >> 8)
                }
                count = samples.count * 2
            }
        }
    }

    /// The levels of all frames of n times 10 ms, at n − 1, in −dBov.
    ///
    /// - Parameter frames: of 10 ms, with the one that is cut off.
    private static func levels(of samples: [Int16], length: Int, frames: Int) -> [[UInt8]] {
        let squares = stride(from: 0, through: samples.count - length, by: length).map { start in
            samples[start..<start + length].reduce(0) { $0 + UInt64(Int64($1) * Int64($1)) }
        }
        return (1...12).map { tens in
            stride(from: 0, to: frames, by: tens).map { first in
                let sum = squares[first..<min(squares.count, first + tens)].reduce(0, +)
                return UInt8(-Int(Decibels.level(sumOfSquares: sum, count: length * tens)))
            }
        }
    }

    /// How many frames of a length there are, the last one perhaps filled up.
    func frameCount(of interval: Nanoseconds) -> Int {
        Int((duration + interval - Nanoseconds(1)) / interval)
    }

    /// Lends frame `index` of those of one length, with its level in −dBov.
    ///
    /// - Precondition: the frame exists, and Opus has been prepared in this length.
    func withFrame(
        _ index: Int, of interval: Nanoseconds,
        _ body: (UnsafeRawBufferPointer, _ level: UInt8) -> Void
    ) {
        switch sound {
        case .packets(let clip): clip.withFrame(index) { body($0, clip.level(index)) }
        case .samples(let bytes, let bytesPerMs, let levels):
            let ms = Int(interval / .milliseconds(1))
            let level = levels[ms / 10 - 1][index]
            let start = index * ms * bytesPerMs
            bytes.withUnsafeBytes {
                body(
                    UnsafeRawBufferPointer(rebasing: $0[start..<start + ms * bytesPerMs]), level)
            }
        }
    }

    /// Lends the samples from one place to another, both cut to whole samples; nothing of Opus.
    func withSamples(
        from start: Nanoseconds, to end: Nanoseconds, _ body: (UnsafeRawBufferPointer) -> Void
    ) {
        guard case .samples(let bytes, let bytesPerMs, _) = sound else { return }
        let size = codec == .pcm16 ? 2 : 1
        let limit = min(duration, max(start, end))
        let from = start.samples(rate: codec.sampleRate) * size
        let to = limit.samples(rate: codec.sampleRate) * size
        precondition(bytesPerMs > 0 && from >= 0, "samples from \(start) to \(end)")
        bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[min(from, to)..<to])) }
    }
}

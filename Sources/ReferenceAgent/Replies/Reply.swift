import Audio
import Timeline

/// One reply in one codec, made once and shared by all sessions.
///
/// Opus is kept in packets of one length, everything else as one run of bytes that is cut
/// where it is needed.
struct Reply: Sendable {
    private enum Sound: Sendable {
        case packets(EncodedClip)
        /// Bytes with 120 ms of silence behind them, so that a frame of any length can be lent.
        case samples([UInt8], bytesPerMs: Int, squares: [UInt64])
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
            squares: Self.squares(of: samples, length: perMs * 10))
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

    /// Energy of every whole 10 ms, from which the level of a frame of any length follows.
    private static func squares(of samples: [Int16], length: Int) -> [UInt64] {
        stride(from: 0, through: samples.count - length, by: length).map { start in
            samples[start..<start + length].reduce(0) { $0 + UInt64(Int64($1) * Int64($1)) }
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
        case .samples(let bytes, let bytesPerMs, let squares):
            let ms = Int(interval / .milliseconds(1))
            let tens = (index * ms / 10)..<min(squares.count, (index + 1) * ms / 10)
            let sum = squares[tens].reduce(0, +)
            let level = Decibels.level(sumOfSquares: sum, count: codec.sampleRate / 1_000 * ms)
            let start = index * ms * bytesPerMs
            bytes.withUnsafeBytes {
                body(
                    UnsafeRawBufferPointer(rebasing: $0[start..<start + ms * bytesPerMs]),
                    UInt8(-Int(level)))
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

package import Timeline

/// Speech in the frames of one codec, ready to be sent: encoded once, shared by all callers.
package struct EncodedClip: Sendable {
    /// The clip's name, for messages.
    package let name: String
    package let codec: CodecName
    /// Length of every frame.
    package let interval: Nanoseconds
    /// From the start of frame 0 to the first voiced sample.
    package let onset: Nanoseconds
    /// From the start of frame 0 to the last voiced sample.
    package let end: Nanoseconds
    /// The silences of 200 ms and more between voiced samples.
    package let pauses: [ClipPause]
    /// The speech before it was encoded, in frames of 10 ms at the codec's rate.
    package let soundFrames: [SoundFrame]

    private let bytes: [UInt8]
    /// Where each frame begins in `bytes`, and where the last one ends.
    private let offsets: [Int32]
    private let levels: [UInt8]

    /// Encodes a clip from its first sample; the last frame is filled up with silence.
    ///
    /// Opus frames come from an encoder that has heard 120 ms of silence, as the decoder has
    /// by then, and the last 6.5 ms of the last frame are heard only with the frame after it.
    ///
    /// - Throws: when the codec has no frames of that length.
    package init(clip: Clip, codec: CodecName, interval: Nanoseconds) throws(CodecProblem) {
        let pcm = clip.pcm.resampled(to: codec.sampleRate)
        try self.init(
            name: clip.name,
            pcm: pcm,
            codec: codec,
            interval: interval,
            timing: (clip.onset, clip.end, clip.pauses)
        )
    }

    /// One frame of silence, to be sent again and again between clips.
    package static func silence(
        codec: CodecName,
        interval: Nanoseconds
    ) throws(CodecProblem) -> EncodedClip {
        try codec.check(interval: interval)
        let count = interval.samples(rate: codec.sampleRate)
        let pcm = PCM(sampleRate: codec.sampleRate, samples: [Int16](repeating: 0, count: count))
        return try EncodedClip(
            name: "silence",
            pcm: pcm,
            codec: codec,
            interval: interval,
            timing: (.zero, .zero, [])
        )
    }

    private init(
        name: String,
        pcm: PCM,
        codec: CodecName,
        interval: Nanoseconds,
        timing: (onset: Nanoseconds, end: Nanoseconds, pauses: [ClipPause])
    ) throws(CodecProblem) {
        try codec.check(interval: interval)
        self.name = name
        self.codec = codec
        self.interval = interval
        (onset, end, pauses) = timing
        soundFrames = SoundFramer.frames(of: pcm)
        let frameSamples = interval.samples(rate: codec.sampleRate)
        var samples = pcm.samples
        let rest = samples.count % frameSamples
        if rest > 0 { samples += [Int16](repeating: 0, count: frameSamples - rest) }
        levels = stride(from: 0, to: samples.count, by: frameSamples).map {
            AudioLevel.rfc6464(samples[$0..<($0 + frameSamples)])
        }
        let frames = try FrameWriter.encode(samples, frameSamples, codec, interval)
        bytes = frames.bytes
        offsets = frames.offsets
    }

    /// How many frames there are.
    package var count: Int { levels.count }

    /// The time all frames take.
    package var duration: Nanoseconds { interval * count }

    /// The RFC 6464 level of a frame: its RMS in −dBov, 0 loudest, 127 silence.
    package func level(_ index: Int) -> UInt8 { levels[index] }

    /// A copy of one frame's bytes.
    package func frame(_ index: Int) -> [UInt8] { withFrame(index) { Array($0) } }

    /// Lends the bytes of one frame, without a copy.
    package func withFrame<Result>(
        _ index: Int,
        _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        let range = Int(offsets[index])..<Int(offsets[index + 1])
        return try bytes.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }

    /// The last audible sample that is heard when nothing follows the first `count` frames.
    ///
    /// From the start of frame 0, in the time of the speech; it is heard ``CodecName/delay``
    /// later. What an Opus encoder still held back, the last 6.5 ms, is never heard.
    /// `nil` when nothing audible has been sent.
    package func lastAudible(inFirst count: Int) -> Nanoseconds? {
        let reach = interval * min(count, self.count) - codec.delay
        guard reach > .zero else { return nil }
        var index = min(Int((reach - Nanoseconds(1)) / SoundFrame.length), soundFrames.count - 1)
        while index >= 0 {
            let start = SoundFrame.length * index
            if let offset = soundFrames[index].clipped(to: reach - start).lastAudibleOffset {
                return start + offset
            }
            index -= 1
        }
        return nil
    }

    /// Bytes of all frames together.
    package var byteCount: Int { bytes.count }
}

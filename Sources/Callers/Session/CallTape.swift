package import Audio
import Timeline

/// Records one call: what the caller said on the left, what was heard of the agent on the right.
///
/// Only for a sample of calls: it decodes every packet and keeps every sample.
package final class CallTape {
    private let clips: [String: Clip]
    package private(set) var recording: StereoRecording
    private let decoder: OpusSpeechDecoder?
    private var samples = [Int16](repeating: 0, count: OpusSpeechDecoder.largestFrame)

    init(from origin: RunInstant, clips: [String: Clip], codec: CodecName) {
        self.clips = clips
        recording = StereoRecording(from: origin)
        decoder = codec == .opus ? try? OpusSpeechDecoder() : nil
    }

    /// The caller began a clip.
    func said(_ clip: String, at start: RunInstant) {
        if let pcm = clips[clip]?.pcm { recording.place(pcm, on: .caller, at: start) }
    }

    /// A stretch of the agent's sound plays at `start`.
    func heard(_ bytes: UnsafeRawBufferPointer, codec: CodecName, at start: RunInstant) {
        let count: Int
        switch codec {
        case .opus:
            count = samples.withUnsafeMutableBufferPointer { decoder?.decode(bytes, into: $0) } ?? 0
        case .pcm16:
            count = bytes.count / 2
            reserve(count)
            for index in 0..<count {
                samples[index] = Int16(
                    littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * index, as: Int16.self)
                )
            }
        case .pcmu, .pcma:
            count = bytes.count
            reserve(count)
            let table = codec == .pcmu ? G711.muTable : G711.aTable
            for (index, byte) in bytes.enumerated() { samples[index] = table[Int(byte)] }
        }
        samples.withUnsafeBufferPointer {
            recording.place(
                UnsafeBufferPointer(rebasing: $0[..<count]), rate: codec.sampleRate, on: .agent,
                at: start
            )
        }
    }

    /// Playback ended: nothing after `now` was heard.
    func cut(at now: RunInstant) { recording.cut(.agent, from: now) }

    private func reserve(_ count: Int) {
        if samples.count < count { samples += repeatElement(0, count: count - samples.count) }
    }
}

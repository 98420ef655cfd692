package import Audio
package import Planning
package import Timeline

/// What the agent says, in every codec it may have to say it in.
///
/// Immutable: made once, before the first call, and shared by all event loops.
package struct ReplyLibrary: Sendable {
    /// A codec with the length of its packets.
    package struct Format: Hashable, Sendable {
        package let codec: CodecName
        /// Matters for Opus alone: samples of the other codecs are cut to any length.
        package let interval: Nanoseconds

        package init(codec: CodecName, interval: Nanoseconds) {
            self.codec = codec
            self.interval = codec == .opus ? interval : .zero
        }

        /// All that callers can ask for.
        package static let all: [Format] =
            [10, 20, 40, 60].map { Format(codec: .opus, interval: .milliseconds($0)) }
            + [.pcmu, .pcma, .pcm16].map { Format(codec: $0, interval: .zero) }
    }

    /// The replies in one format, shared by all that speak it.
    final class Voice: Sendable {
        let replies: [Reply]
        /// The same, attenuated; empty where the agent does not duck.
        let ducked: [Reply]
        let silence: Reply

        init(replies: [Reply], ducked: [Reply], silence: Reply) {
            self.replies = replies
            self.ducked = ducked
            self.silence = silence
        }
    }

    private let voices: [Format: Voice]

    /// - Parameters:
    ///   - clips: replies in their order; ignored where the behaviour is `calibration`.
    ///   - formats: what callers will ask for; others are refused later.
    /// - Throws: when a codec has no frames of a format's length.
    package init(
        behaviour: AgentBehaviour, clips: [Clip], formats: [Format] = Format.all
    ) throws(CodecProblem) {
        let spoken = behaviour.reply == .calibration ? [CalibrationTone.clip()] : clips
        let decibels = -abs(behaviour.bargeIn.duckDecibels)
        let quiet =
            behaviour.bargeIn.policy == .duck ? spoken.map { Self.attenuated($0, decibels) } : []
        var voices: [Format: Voice] = [:]
        for format in formats {
            voices[format] = Voice(
                replies: try Self.encode(spoken, format),
                ducked: try Self.encode(quiet, format),
                silence: try Reply(
                    clip: Self.silence, codec: format.codec, interval: format.interval))
        }
        self.voices = voices
    }

    /// What there are replies in, in no particular order.
    package var formats: [Format] { Array(voices.keys) }

    func voice(_ codec: CodecName, _ interval: Nanoseconds) -> Voice? {
        voices[Format(codec: codec, interval: interval)]
    }

    private static func encode(
        _ clips: [Clip], _ format: Format
    ) throws(CodecProblem) -> [Reply] {
        var replies: [Reply] = []
        for clip in clips {
            replies.append(try Reply(clip: clip, codec: format.codec, interval: format.interval))
        }
        return replies
    }

    private static func attenuated(_ clip: Clip, _ decibels: Double) -> Clip {
        Clip(
            name: clip.name, transcript: clip.transcript, pcm: clip.pcm.gain(decibels: decibels),
            voiced: clip.voiced)
    }

    /// 120 ms of nothing: a whole number of frames of every length. (Its span is a formality.)
    private static var silence: Clip {
        Clip(
            name: "silence", transcript: "",
            pcm: PCM(sampleRate: 48_000, samples: [Int16](repeating: 0, count: 5_760)),
            voiced: [VoicedSpan(first: 0, last: 0)])
    }
}

package import Audio
package import Timeline

/// What one path sends: every clip of the dialogue in its codec, cut into what leaves at a time.
package struct PathPlan: Sendable {
    package let configuration: PathConfiguration
    /// Audio in one packet or message: `ptime` in packets and on the binary dialect, `chunk` on openai-realtime.
    package let interval: Nanoseconds
    /// By the clip's name.
    package let speech: [String: EncodedClip]
    /// What is sent while nothing is said.
    package let silence: EncodedClip

    package init(
        configuration: PathConfiguration, interval: Nanoseconds, speech: [String: EncodedClip],
        silence: EncodedClip
    ) {
        self.configuration = configuration
        self.interval = interval
        self.speech = speech
        self.silence = silence
    }
}

extension PathConfiguration {
    /// Audio in one packet or message.
    package var interval: Nanoseconds {
        switch dialect {
        case .openAIRealtime: chunk
        case .binary, nil: ptime
        }
    }
}

/// Encodes each clip once for all paths that send it alike.
struct SpeechEncoder {
    private struct Format: Hashable {
        let codec: CodecName
        let interval: Nanoseconds
    }

    private struct Encoded {
        let speech: [String: EncodedClip]
        let silence: EncodedClip
    }

    private let clips: [String: Clip]
    private var done: [Format: Encoded] = [:]

    init(clips: [String: Clip]) { self.clips = clips }

    mutating func path(_ configuration: PathConfiguration) throws(PlanProblem) -> PathPlan {
        let format = Format(codec: configuration.codec, interval: configuration.interval)
        let encoded: Encoded
        if let known = done[format] {
            encoded = known
        } else {
            do {
                encoded = try encode(format)
            } catch {
                throw PlanProblem(message: "path '\(configuration.name)': \(error.message)")
            }
            done[format] = encoded
        }
        return PathPlan(
            configuration: configuration, interval: format.interval, speech: encoded.speech,
            silence: encoded.silence
        )
    }

    private func encode(_ format: Format) throws(CodecProblem) -> Encoded {
        var speech: [String: EncodedClip] = [:]
        for (name, clip) in clips {
            speech[name] = try EncodedClip(
                clip: clip, codec: format.codec, interval: format.interval)
        }
        return Encoded(
            speech: speech,
            silence: try .silence(codec: format.codec, interval: format.interval)
        )
    }
}

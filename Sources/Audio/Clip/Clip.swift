package import Timeline

/// Samples of a clip that hold speech, the first and the last one included.
package struct VoicedSpan: Equatable, Sendable {
    package let first: Int
    package let last: Int

    package init(first: Int, last: Int) {
        self.first = first
        self.last = last
    }
}

/// A stretch of time in a clip, from its start.
package struct ClipPause: Equatable, Sendable {
    /// Just after the last voiced sample before it.
    package let start: Nanoseconds
    /// The first voiced sample after it.
    package let end: Nanoseconds

    package init(start: Nanoseconds, end: Nanoseconds) {
        self.start = start
        self.end = end
    }

    package var length: Nanoseconds { end - start }
}

/// Recorded speech with its words and the exact samples at which it is voiced.
package struct Clip: Equatable, Sendable {
    /// Silence inside a clip from this length on is a pause; shorter ones belong to speech (ITU-T P.59).
    package static let shortestPause = Nanoseconds.milliseconds(200)

    /// The name it was asked for by.
    package let name: String
    /// What is said, empty where nobody wrote it down.
    package let transcript: String
    package let pcm: PCM
    /// In order, without overlap, never empty.
    package let voiced: [VoicedSpan]

    /// - Precondition: `voiced` is in order, inside the samples and not empty.
    package init(name: String, transcript: String, pcm: PCM, voiced: [VoicedSpan]) {
        precondition(
            Self.areSound(voiced, count: pcm.samples.count),
            "the voiced spans of clip \(name) do not fit its samples: \(voiced)"
        )
        self.name = name
        self.transcript = transcript
        self.pcm = pcm
        self.voiced = voiced
    }

    /// A clip of which only the sound is known: the energy gate finds its voiced spans.
    ///
    /// - Returns: `nil` when nothing in it is audible for 30 ms.
    package init?(name: String, transcript: String = "", pcm: PCM) {
        let voiced = VoicedSpan.found(in: pcm)
        guard !voiced.isEmpty else { return nil }
        self.init(name: name, transcript: transcript, pcm: pcm, voiced: voiced)
    }

    /// Length of the clip, its silence included.
    package var duration: Nanoseconds {
        Nanoseconds(samples: pcm.samples.count, rate: pcm.sampleRate)
    }

    /// From the clip's start to its first voiced sample.
    package var onset: Nanoseconds { Nanoseconds(samples: voiced[0].first, rate: pcm.sampleRate) }

    /// From the clip's start to its last voiced sample.
    package var end: Nanoseconds {
        Nanoseconds(samples: voiced[voiced.count - 1].last, rate: pcm.sampleRate)
    }

    /// The silences of 200 ms and more between voiced spans.
    package var pauses: [ClipPause] {
        zip(voiced, voiced.dropFirst())
            .map { before, after in
                ClipPause(
                    start: Nanoseconds(samples: before.last + 1, rate: pcm.sampleRate),
                    end: Nanoseconds(samples: after.first, rate: pcm.sampleRate)
                )
            }
            .filter { $0.length >= Self.shortestPause }
    }

    /// Whether spans are in order and inside `count` samples.
    static func areSound(_ voiced: [VoicedSpan], count: Int) -> Bool {
        var end = -1
        for span in voiced {
            guard span.first > end, span.last >= span.first else { return false }
            end = span.last
        }
        return !voiced.isEmpty && end < count
    }
}

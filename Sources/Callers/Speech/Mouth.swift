import Timeline

/// What a caller says in each frame: a clip where one has begun, silence otherwise, without end.
struct Mouth {
    struct Frame: Equatable {
        /// Index into the path's voice.
        var index: Int
        /// Whether the caller is voiced somewhere in it.
        var isVoiced: Bool
        /// The first frame of speech after silence.
        var startsTalkspurt: Bool
        /// Silence that a sender with discontinuous transmission leaves out.
        var mayBeLeftOut: Bool
    }

    private let voice: PathVoice
    private var clip: Int?
    private var position = 0
    private var silentFrames = 0

    init(voice: PathVoice) { self.voice = voice }

    /// Whether a clip has begun and is not over.
    var isSpeaking: Bool { clip != nil }

    mutating func begin(clip: Int) {
        self.clip = clip
        position = 0
    }

    /// The next frame; call once for each, sent or not.
    mutating func next() -> Frame {
        guard let clip else {
            silentFrames += 1
            return Frame(
                index: voice.frame(of: nil, at: 0),
                isVoiced: false,
                startsTalkspurt: false,
                mayBeLeftOut: silentFrames > Self.hangover
            )
        }
        let offset = voice.interval * position
        let timing = voice.clips[clip].timing
        let frame = Frame(
            index: voice.frame(of: clip, at: position),
            isVoiced: timing.isVoiced(at: offset)
                || timing.isVoiced(at: offset + voice.interval / 2),
            startsTalkspurt: position == 0 && silentFrames > 0,
            mayBeLeftOut: false
        )
        silentFrames = 0
        position += 1
        if position == voice.clips[clip].count { self.clip = nil }
        return frame
    }

    /// Frames of silence that are still sent, so that the agent hears the end of speech.
    private static let hangover = 3
}

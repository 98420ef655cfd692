import Audio
import Timeline

/// Tells whether the agent went on, but quieter.
///
/// Reference: the 90th percentile of the levels of the last second of speech before the
/// interjection. The agent has ducked when every frame of at least 800 ms, 150 ms of it
/// audible, stays 6 dB or more below: natural speech comes back near its peaks sooner.
struct LoudnessTrack {
    private static let drop: Int8 = 6
    private static let lasting = Nanoseconds.milliseconds(800)
    private static let audibleFramesNeeded = 15
    private static let memory = 100

    private var levels: [Int8] = []
    private var oldest = 0
    private var watchedFrom: RunInstant?
    private var reference: Int8?
    private var candidate: RunInstant?
    private var audibleFrames = 0
    /// When the level went down, once that is certain.
    private(set) var duckedAt: RunInstant?

    mutating func watch(from onset: RunInstant) {
        watchedFrom = onset
        reference = nil
        candidate = nil
        duckedAt = nil
        audibleFrames = 0
    }

    mutating func note(_ level: Int8, at start: RunInstant, threshold: Double) {
        let isAudible = Double(level) > threshold
        defer { if isAudible { remember(level) } }
        guard let watchedFrom, start >= watchedFrom else { return }
        if reference == nil { reference = percentile90() }
        guard let reference, duckedAt == nil else { return }
        guard level <= reference - Self.drop else {
            candidate = nil
            audibleFrames = 0
            return
        }
        let began = candidate ?? start
        candidate = began
        if isAudible { audibleFrames += 1 }
        if start - began >= Self.lasting, audibleFrames >= Self.audibleFramesNeeded {
            duckedAt = began
        }
    }

    /// A talkspurt ended: what comes after it is another, and is loud or soft by itself.
    mutating func fellSilent(at end: RunInstant) {
        guard let watchedFrom, end >= watchedFrom, duckedAt == nil else { return }
        self.watchedFrom = nil
        candidate = nil
    }

    private mutating func remember(_ level: Int8) {
        if levels.count < Self.memory {
            levels.append(level)
        } else {
            levels[oldest] = level
            oldest = (oldest + 1) % Self.memory
        }
    }

    private func percentile90() -> Int8? {
        levels.isEmpty ? nil : levels.sorted()[(levels.count - 1) * 9 / 10]
    }
}

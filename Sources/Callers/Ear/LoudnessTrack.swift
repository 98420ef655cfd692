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

    private var levels = InlineArray<100, Int8>(repeating: 0)
    private var count = 0
    /// Where the next level goes.
    private var next = 0
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

    mutating func note(_ level: Int8, at start: RunInstant, threshold: Int8) {
        let isAudible = level > threshold
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
        levels[next] = level
        next = next + 1 == levels.count ? 0 : next + 1
        if count < levels.count { count += 1 }
    }

    private func percentile90() -> Int8? {
        guard count > 0 else { return nil }
        var counts = InlineArray<128, UInt8>(repeating: 0)
        for index in 0..<count { counts[Int(-min(0, max(-127, levels[index])))] += 1 }
        // From the loudest down: as many are above it as its rank leaves out.
        var above = count - 1 - (count - 1) * 9 / 10
        var decibels = 0
        while above >= Int(counts[decibels]) {
            above -= Int(counts[decibels])
            decibels += 1
        }
        return Int8(-decibels)
    }
}

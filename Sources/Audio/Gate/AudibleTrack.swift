package import Timeline

/// Where in a sound there is something to hear, for any place at which it may be stopped.
///
/// What the reference agent notes as the truth, and what ears are tried against.
package struct AudibleTrack: Sendable {
    /// The first audible sample.
    package let first: Nanoseconds
    private let frames: [SoundFrame]
    /// The last audible sample of frames 0...i, in tenths of a millisecond; −1 before the first.
    private let lastTenths: [Int32]

    /// - Parameter onset: the first audible sample, as the clip has it.
    package init(frames: [SoundFrame], onset: Nanoseconds) {
        first = onset
        self.frames = frames
        var last: Int32 = -1
        var previousWasLoud = false
        lastTenths = frames.enumerated().map { index, frame in
            let isLoud = Self.isLoud(frame)
            // As the gate: the end of a word may fill too little of its frame to make it loud.
            if frame.lastAudible != SoundFrame.nowhere, isLoud || previousWasLoud {
                last = Int32(index) * 100 + Int32(frame.lastAudible)
            }
            previousWasLoud = isLoud
            return last
        }
    }

    private static func isLoud(_ frame: SoundFrame) -> Bool {
        Double(frame.level) > Decibels.audible
    }

    /// The last audible sample before `end`; `nil` if there is none.
    package func last(before end: Nanoseconds) -> Nanoseconds? {
        guard end > first, !frames.isEmpty else { return nil }
        let whole = min(Int(end / SoundFrame.length), frames.count)
        let rest = end - SoundFrame.length * whole
        if whole < frames.count, rest > Nanoseconds.zero {
            let start = SoundFrame.length * whole
            let before = whole == 0 ? -1 : lastTenths[whole - 1]
            let begins = Nanoseconds.microseconds(Int64(frames[whole].firstAudible) * 100)
            if lastTenths[whole] > before, begins < rest {
                let ends = Nanoseconds.microseconds(Int64(lastTenths[whole]) * 100)
                return min(ends, start + rest)
            }
        }
        guard whole > 0, lastTenths[whole - 1] >= 0 else { return nil }
        return .microseconds(Int64(lastTenths[whole - 1]) * 100)
    }
}

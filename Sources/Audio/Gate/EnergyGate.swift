package import Timeline

/// Decides when the other side is heard to speak: the rule every headline metric rests on.
///
/// A frame of 10 ms is loud when its RMS level is over −45 dBFS and over the noise floor
/// plus 12 dB. Speech begins after 30 ms of loud frames, back-dated to the first audible
/// sample of the first of them, and ends at the last audible sample followed by `hold` of
/// silence. Sans-IO: frames carry their own playback time. Takes about 1 kB.
package struct EnergyGate: Sendable {
    /// What was decided, with the instant at which it happened.
    package enum Event: Equatable, Sendable {
        /// Speech began at this first audible sample, 20 ms and more ago.
        case onset(RunInstant)
        /// Speech ended at this last audible sample, `hold` or more ago.
        case offset(RunInstant)
    }

    /// Decibels above the noise floor that a loud frame has at least.
    package static let aboveFloor = 12.0
    /// Consecutive loud frames that make an onset.
    package static let sustained = 3
    /// Quiet shorter than this, inside speech, tells nothing about the noise floor.
    package static let shortGap = Nanoseconds.milliseconds(200)

    private let hold: Nanoseconds
    private var floor = NoiseFloor()
    /// The highest level that is not loud, in dBFS.
    package private(set) var loudestQuiet = Self.neverLoud
    /// However low the noise floor: ``Decibels/audible``.
    private static let neverLoud: Int8 = -45
    private var loudFrames = 0
    private var endOfFrame: RunInstant?
    private var pendingLast = RunInstant.zero
    private var previousWasLoud = false

    /// Whether speech is going on: begun, and not followed by `hold` of silence yet.
    package private(set) var isOpen = false
    /// The last audible sample of confirmed speech so far; kept after its end.
    package private(set) var lastAudible: RunInstant?
    /// First audible sample of what may become speech, while it is shorter than 30 ms.
    package private(set) var pendingOnset: RunInstant?

    /// - Parameter hold: silence that ends speech; more than zero.
    package init(hold: Nanoseconds) {
        precondition(hold > .zero, "a talkspurt ends after some silence, got \(hold)")
        self.hold = hold
    }

    /// Level in dBFS that a frame must exceed to be loud.
    package var thresholdDecibels: Double { Double(loudestQuiet) }

    /// The noise floor in dBFS, −70 until half a second of silence was heard.
    package var noiseFloor: Double { Double(floor.level) }

    /// Hears 10 ms of sound.
    ///
    /// A gap of less than 10 ms since the frame before does not interrupt an onset: it is
    /// the jitter of a player, not a pause. A longer one does.
    ///
    /// - Parameters:
    ///   - frame: what is played, clipped if a flush stops it half-way.
    ///   - start: when its first sample is played; never before the start of the previous frame.
    package mutating func hear(_ frame: SoundFrame, startingAt start: RunInstant) -> Event? {
        if let endOfFrame, start - endOfFrame >= SoundFrame.length {
            forgetPending()
            previousWasLoud = false
        }
        endOfFrame = start + SoundFrame.length
        guard frame.level > loudestQuiet else { return hearQuiet(frame, startingAt: start) }
        return hearLoud(frame, startingAt: start)
    }

    /// Hears frames that change no decision: silence outside of speech, and loud ones in its midst.
    ///
    /// The same as ``hear(_:startingAt:)`` for each of them, for less.
    ///
    /// - Parameters:
    ///   - level: of each frame; one that is loud is audible from its begin to its end.
    ///   - frames: of 10 ms, without a gap between them; one or more.
    /// - Returns: `false` where they may decide something; nothing was heard then.
    package mutating func goOn(level: Int8, frames: Int, startingAt start: RunInstant) -> Bool {
        let end = start + SoundFrame.length * frames
        if isOpen {
            guard level > loudestQuiet, let lastAudible, start - lastAudible < hold else {
                return false
            }
            self.lastAudible = end
            previousWasLoud = true
        } else {
            guard level <= Self.neverLoud else { return false }
            forgetPending()
            previousWasLoud = false
            for _ in 0..<frames { floor.add(level) }
            loudestQuiet = max(Self.neverLoud, floor.level + 12)
        }
        endOfFrame = end
        return true
    }

    /// Learns that nothing was played from the last frame up to now.
    package mutating func hearNothing(until now: RunInstant) -> Event? {
        if let endOfFrame, now - endOfFrame >= SoundFrame.length {
            forgetPending()
            previousWasLoud = false
        }
        return closeIfSilent(until: now)
    }

    private mutating func hearLoud(_ frame: SoundFrame, startingAt start: RunInstant) -> Event? {
        let first = start + (frame.firstAudibleOffset ?? .zero)
        let last = start + (frame.lastAudibleOffset ?? SoundFrame.length)
        previousWasLoud = true
        let ended = closeIfSilent(until: first)
        guard !isOpen else {
            lastAudible = last
            return nil
        }
        loudFrames += 1
        pendingLast = last
        let onset = pendingOnset ?? first
        pendingOnset = onset
        guard loudFrames >= Self.sustained else { return ended }
        forgetPending()
        isOpen = true
        lastAudible = pendingLast
        return .onset(onset)
    }

    private mutating func hearQuiet(_ frame: SoundFrame, startingAt start: RunInstant) -> Event? {
        forgetPending()
        // The last milliseconds of a word often fill too little of their frame to make it loud.
        if isOpen, previousWasLoud, let offset = frame.lastAudibleOffset,
            loudestQuiet == Self.neverLoud
        {
            lastAudible = start + offset
        }
        previousWasLoud = false
        let ended = closeIfSilent(until: start + SoundFrame.length)
        if isOpen, let lastAudible, start - lastAudible < Self.shortGap { return ended }
        floor.add(frame.level)
        loudestQuiet = max(Self.neverLoud, floor.level + 12)
        return ended
    }

    private mutating func closeIfSilent(until now: RunInstant) -> Event? {
        guard isOpen, let lastAudible, now - lastAudible >= hold else { return nil }
        isOpen = false
        return .offset(lastAudible)
    }

    private mutating func forgetPending() {
        loudFrames = 0
        pendingOnset = nil
    }
}

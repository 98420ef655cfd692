import Audio
import Timeline

/// Hears what the player plays: when the agent became audible, and when it fell silent.
///
/// Fed with 10 ms of sound at a time, in playing order, each with the instant at which it
/// played and the arrival of the packet it came in. What it is known to be late by, in whole tenths
/// of a millisecond, is subtracted from the begins and ends it tells.
struct Ear {
    enum Event: Equatable {
        /// The agent became audible. `arrived`: the packet that held the first audible sample.
        case onset(heard: RunInstant, arrived: RunInstant)
        /// The agent has been silent for `hold` since its last audible sample.
        case offset(heard: RunInstant)
    }

    private var gate: EnergyGate
    /// Subtracted from begins and ends; see ``DetectorBias``.
    private let onsetBias: Nanoseconds
    private let stopBias: Nanoseconds
    private(set) var loudness = LoudnessTrack()
    /// Begin of the talkspurt that is being heard, or of the last one.
    private(set) var lastOnset: RunInstant?
    /// How far playback has been heard.
    private(set) var heardUntil = RunInstant.zero
    /// End of the last frame that was heard.
    private var soundUntil = RunInstant.zero
    /// End of the last frame before a gap.
    private var brokenOffAt: RunInstant?
    /// Arrival of the packet with the first loud frame of what may become an onset.
    private var pendingArrival = RunInstant.zero

    init(hold: Nanoseconds, bias: DetectorBias = DetectorBias()) {
        gate = EnergyGate(hold: hold)
        onsetBias = Self.tenths(bias.onset.bias)
        stopBias = Self.tenths(bias.stop.bias)
    }

    /// Whether a talkspurt is going on; short pauses belong to it.
    var isAgentTalking: Bool { gate.isOpen }

    /// Last audible sample of confirmed speech so far, as it was heard.
    var lastAudible: RunInstant? { gate.lastAudible }

    /// Level in dBFS that a frame must exceed to be loud.
    var thresholdDecibels: Double { gate.thresholdDecibels }
    /// The same as a whole number, which it is.
    var loudestQuiet: Int8 { gate.loudestQuiet }

    /// Whether loud frames have begun that may yet turn out to be an onset.
    var isUndecided: Bool { gate.pendingOnset != nil }

    mutating func hear(_ frame: SoundFrame, at start: RunInstant, arrived: RunInstant) -> Event? {
        noteSound(from: start, to: start + SoundFrame.length)
        let pending = gate.pendingOnset
        let event = gate.hear(frame, startingAt: start)
        if gate.isOpen {
            loudness.note(frame.level, at: start, threshold: gate.loudestQuiet)
        } else if gate.pendingOnset != pending {
            pendingArrival = arrived
        }
        return event == nil ? nil : translate(event)
    }

    /// Hears a packet that brings nothing new: silence in silence, or loud speech in speech.
    ///
    /// - Parameters:
    ///   - level: of all of its frames; one that is loud is so throughout.
    ///   - frames: how many there are in it.
    /// - Returns: `false` where it may bring something new; nothing was heard then.
    mutating func goOn(level: Int8, frames: Int, at start: RunInstant) -> Bool {
        guard gate.goOn(level: level, frames: frames, startingAt: start) else { return false }
        noteSound(from: start, to: start + SoundFrame.length * frames)
        guard gate.isOpen else { return true }
        var at = start
        for _ in 0..<frames {
            loudness.note(level, at: at, threshold: gate.loudestQuiet)
            at += SoundFrame.length
        }
        return true
    }

    /// Nothing has been played up to `instant` since the last frame.
    mutating func hearNothing(until instant: RunInstant) -> Event? {
        heardUntil = max(heardUntil, instant)
        return translate(gate.hearNothing(until: instant))
    }

    /// From now on loudness is compared with what it was before `onset`.
    mutating func watchForDuck(from onset: RunInstant) { loudness.watch(from: onset) }

    /// An end that was found otherwise, as the ear tells it.
    ///
    /// Sound that was audible to the end of the last packet ended there, exactly.
    func corrected(end: RunInstant) -> RunInstant {
        if soundUntil - end <= Self.lastTenth, end <= soundUntil { return end }
        if let brokenOffAt, brokenOffAt - end <= Self.lastTenth, end <= brokenOffAt { return end }
        return end - stopBias
    }

    /// Audible samples are told in tenths of a millisecond, by the begin of each.
    static let lastTenth = Nanoseconds.microseconds(200)

    private static func tenths(_ span: Nanoseconds) -> Nanoseconds {
        .microseconds(100) * Int((span.milliseconds * 10).rounded())
    }

    private mutating func noteSound(from start: RunInstant, to end: RunInstant) {
        if start - soundUntil >= SoundFrame.length { brokenOffAt = soundUntil }
        soundUntil = end
        heardUntil = max(heardUntil, end)
    }

    private mutating func translate(_ event: EnergyGate.Event?) -> Event? {
        switch event {
        case .onset(let heard):
            lastOnset = heard - onsetBias
            return .onset(heard: heard - onsetBias, arrived: pendingArrival)
        case .offset(let heard):
            loudness.fellSilent(at: heard)
            return .offset(heard: corrected(end: heard))
        case nil:
            return nil
        }
    }
}

import Audio
import Timeline

/// Hears what the player plays: when the agent became audible, and when it fell silent.
///
/// Fed with 10 ms of sound at a time, in playing order, each with the instant at which it
/// played and the arrival of the packet it came in.
struct Ear {
    enum Event: Equatable {
        /// The agent became audible. `arrived`: the packet that held the first audible sample.
        case onset(heard: RunInstant, arrived: RunInstant)
        /// The agent has been silent for `hold` since its last audible sample.
        case offset(heard: RunInstant)
    }

    private var gate: EnergyGate
    private(set) var loudness = LoudnessTrack()
    /// Begin of the talkspurt that is being heard, or of the last one.
    private(set) var lastOnset: RunInstant?
    /// How far playback has been heard.
    private(set) var heardUntil = RunInstant.zero
    private var recent = RecentArrivals()

    init(hold: Nanoseconds) { gate = EnergyGate(hold: hold) }

    /// Whether a talkspurt is going on; short pauses belong to it.
    var isAgentTalking: Bool { gate.isOpen }

    /// Last audible sample of confirmed speech so far.
    var lastAudible: RunInstant? { gate.lastAudible }

    var thresholdDecibels: Double { gate.thresholdDecibels }

    /// Whether loud frames have begun that may yet turn out to be an onset.
    var isUndecided: Bool { gate.pendingOnset != nil }

    mutating func hear(_ frame: SoundFrame, at start: RunInstant, arrived: RunInstant) -> Event? {
        recent.note(start: start, arrived: arrived)
        heardUntil = max(heardUntil, start + SoundFrame.length)
        let event = gate.hear(frame, startingAt: start)
        if gate.isOpen { loudness.note(frame.level, at: start, threshold: gate.thresholdDecibels) }
        return translate(event)
    }

    /// Nothing has been played up to `instant` since the last frame.
    mutating func hearNothing(until instant: RunInstant) -> Event? {
        heardUntil = max(heardUntil, instant)
        return translate(gate.hearNothing(until: instant))
    }

    /// From now on loudness is compared with what it was before `onset`.
    mutating func watchForDuck(from onset: RunInstant) { loudness.watch(from: onset) }

    private mutating func translate(_ event: EnergyGate.Event?) -> Event? {
        switch event {
        case .onset(let heard):
            lastOnset = heard
            return .onset(heard: heard, arrived: recent.arrival(of: heard) ?? heard)
        case .offset(let heard):
            loudness.fellSilent(at: heard)
            return .offset(heard: heard)
        case nil:
            return nil
        }
    }
}

/// The last few frames' arrivals, to find the packet of an onset that is known 30 ms late.
private struct RecentArrivals {
    private typealias Entry = (start: RunInstant, arrived: RunInstant)
    private var entries: [Entry] = []
    private var oldest = 0
    private static let capacity = 8

    init() { entries.reserveCapacity(Self.capacity) }

    mutating func note(start: RunInstant, arrived: RunInstant) {
        if entries.count < Self.capacity {
            entries.append((start, arrived))
        } else {
            entries[oldest] = (start, arrived)
            oldest = (oldest + 1) % Self.capacity
        }
    }

    func arrival(of instant: RunInstant) -> RunInstant? {
        entries.filter { $0.start <= instant }.max { $0.start < $1.start }?.arrived
    }
}

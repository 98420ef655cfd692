import Planning
import Timeline

/// Walks a call's script: what the caller does next, and how each turn went.
///
/// Sans-IO: told what was heard, asked once a frame, drained by ``poll()``.
struct Dialogue {
    enum Output: Equatable {
        /// The frame that begins now is the first one of this clip.
        case begin(clip: Int)
        indirect case settled(TurnRecord)
        /// The agent spoke first: connected to its first audible sample.
        case greeted(after: Nanoseconds)
        case hangUp
    }

    /// What the dialogue may know of the agent when it decides.
    struct Hearing {
        var isAgentTalking: Bool
        /// Begin of the talkspurt that is going on, or of the last one.
        var lastOnset: RunInstant?
        var lastAudible: RunInstant?
        var duckedAt: RunInstant?
        /// Received and not yet played at ``Dialogue/onsetToPass``; zero where there is none.
        var buffered: Nanoseconds
        /// Not looked for where there is no such onset.
        var roundTrip: Nanoseconds?
    }

    /// Times of a scenario that govern every turn.
    struct Patience: Equatable, Sendable {
        var turnTimeout: Nanoseconds
        var hold: Nanoseconds
        var warmupTurns: Int
    }

    enum State: Equatable {
        case entering
        /// Waiting for the agent to become audible, so that the delay can begin.
        case anchoring(until: RunInstant)
        /// To begin in the first frame that starts at this instant or after it.
        case due(frameStart: RunInstant)
        case talking(until: RunInstant)
        case expecting
        case waitingForReply(until: RunInstant, heardAny: Bool)
        case waitingForSilence
        case pausing(until: RunInstant)
        case over
    }

    let call: CallID
    let script: Script
    let patience: Patience
    var state = State.entering
    var step = 0
    var turnNumber = 0
    var connected = RunInstant.zero
    /// Where the delay of an utterance after `previous` counts from.
    var previousDone = RunInstant.zero
    /// The turn of the current step.
    var watch: TurnWatch? {
        didSet {
            watchAddress = watch.map { UnsafeRawPointer(Unmanaged.passUnretained($0).toOpaque()) }
            onsetToPass = watch?.record.scheduledOnset
            onsetToLeave = watch?.isOnsetLeaving == true ? onsetToPass : nil
        }
    }
    /// Until when nothing that is heard can change what the caller does; `nil` where any frame might.
    var undisturbedUntil: RunInstant?
    /// Where `watch` lies.
    private(set) var watchAddress: UnsafeRawPointer?
    /// Scheduled onset of a turn that playback has not been heard up to yet.
    private(set) var onsetToPass: RunInstant?
    /// Scheduled onset of a turn that has not left yet.
    private(set) var onsetToLeave: RunInstant?
    /// An interjection whose step is done and whose aftermath is still to come.
    var aftermath: TurnWatch?
    private var outputs: [Output] = []

    init(call: CallID, script: Script, patience: Patience) {
        self.call = call
        self.script = script
        self.patience = patience
    }

    mutating func start(at connected: RunInstant) {
        self.connected = connected
        previousDone = connected
    }

    var isOver: Bool { state == .over }

    mutating func heard(
        _ event: Ear.Event, firstPacket: RunInstant?, lastAudibleArrival: RunInstant?
    ) {
        switch event {
        case .onset(let heard, let arrived):
            watch?.heardOnset(heard: heard, arrived: arrived, firstPacket: firstPacket ?? arrived)
            aftermath?.heardOnset(
                heard: heard, arrived: arrived, firstPacket: firstPacket ?? arrived)
            if aftermath?.record.heardAgain != nil { settleAftermath() }
            if script.steps[step] == .listenToGreeting {
                output(.greeted(after: heard - connected))
            }
        case .offset(let heard):
            watch?.heardOffset(heard: heard, lastAudibleArrival: lastAudibleArrival)
        }
    }

    func signalled(at instant: RunInstant) { watch?.signalled(at: instant) }

    func gotStaleAudio(_ length: Nanoseconds) {
        if watch?.record.kind.isInterjection == true {
            watch?.gotStaleAudio(length)
        } else {
            aftermath?.gotStaleAudio(length)
        }
    }

    /// The frame that was due at an instant has left; it may be the one with the turn's onset.
    mutating func left(frameDue: RunInstant, lateness: Nanoseconds) {
        guard let onset = onsetToLeave, onset < frameDue else { return }
        watch?.left(lateness: lateness)
        onsetToLeave = nil
    }

    /// Scheduled onset of the interjection that is watched; `nil` where the turn is none.
    var interjectionOnset: RunInstant? {
        watch.flatMap { $0.record.kind.isInterjection ? $0.record.scheduledOnset : nil }
    }

    /// The call is over before its script: turns still watched are abandoned.
    mutating func abandon() {
        if let aftermath { output(.settled(aftermath.settled())) }
        if let watch {
            let isDone = watch.record.outcome == .answered || watch.record.heardStop != nil
            output(.settled(watch.settled(isAbandoned: !isDone)))
        }
        watch = nil
        aftermath = nil
        state = .over
    }

    /// Playback has been heard up to the turn's onset.
    mutating func passOnset(hearing: Hearing) {
        onsetToPass = nil
        watch?.passOnset(
            lastAudible: hearing.lastAudible,
            talkingSince: hearing.isAgentTalking ? hearing.lastOnset : nil,
            buffered: hearing.buffered
        )
        watch?.measured(roundTrip: hearing.roundTrip)
    }

    mutating func output(_ output: Output) { outputs.append(output) }

    mutating func poll() -> Output? {
        guard let first = outputs.first else { return nil }
        // Asked at every frame, and nearly always empty: an array with room is memory to wait for.
        outputs = Array(outputs.dropFirst())
        return first
    }

    mutating func settleAftermath() {
        if let aftermath { output(.settled(aftermath.settled())) }
        aftermath = nil
    }
}

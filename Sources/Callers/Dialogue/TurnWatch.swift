import Timeline

/// Watches one turn: fills its record with what is heard, and knows when it is decided.
///
/// A class, so that a look at it in every frame copies nothing.
final class TurnWatch {
    /// An agent that stops later than this has not been stopped by the interjection (τ-voice).
    static let stopLimit = Nanoseconds.seconds(2)
    /// Humans begin up to this much before the other's end; earlier is an interruption.
    static let earlyAnswer = Nanoseconds.milliseconds(250)
    /// Pauses shorter than this are bridged (ITU-T P.59).
    static let bridgedPause = Nanoseconds.milliseconds(200)

    /// About what one takes in memory.
    static let bytes = MemoryLayout<TurnRecord>.size + 64

    private(set) var record: TurnRecord
    /// Scripted pauses of the clip, in the caller's media time.
    private let pauses: [ClosedRange<RunInstant>]
    private(set) var hasPassedOnset = false
    private(set) var hasReplyEnded = false
    private var hold: Nanoseconds
    /// The turn's step is done as soon as the reply begins.
    let doneWhenReplyBegins: Bool

    init(
        record: TurnRecord, pauses: [ClosedRange<RunInstant>], hold: Nanoseconds,
        doneWhenReplyBegins: Bool = false
    ) {
        self.doneWhenReplyBegins = doneWhenReplyBegins
        self.record = record
        self.pauses = pauses
        self.hold = hold
        self.record.hasPause = !pauses.isEmpty
    }

    private var isInterjection: Bool { record.kind.isInterjection }

    /// Whether it has yet to be told when the first voiced sample left; a control's never does.
    var isOnsetLeaving: Bool { record.actualOnset == nil && !record.isControl }

    /// The frame with the first voiced sample has left this late.
    func left(lateness: Nanoseconds) {
        guard isOnsetLeaving else { return }
        record.actualOnset = record.scheduledOnset + lateness
    }

    /// Playback has been heard up to the scheduled onset.
    ///
    /// - Parameters:
    ///   - lastAudible: of the agent, as heard so far.
    ///   - talkingSince: onset of the talkspurt that is going on; `nil` in silence.
    func passOnset(
        lastAudible: RunInstant?, talkingSince: RunInstant?, buffered: Nanoseconds
    ) {
        hasPassedOnset = true
        record.bufferedAtOnset = buffered
        guard let lastAudible, let talkingSince, talkingSince <= record.scheduledOnset else {
            return
        }
        record.agentAudibleAtOnset = record.scheduledOnset - lastAudible <= Self.bridgedPause
    }

    /// A talkspurt of the agent began.
    func heardOnset(heard: RunInstant, arrived: RunInstant, firstPacket: RunInstant) {
        if isInterjection {
            // Known 30 ms late: the agent was audible at the onset after all.
            if hasPassedOnset, heard <= record.scheduledOnset { record.agentAudibleAtOnset = true }
            if record.heardStop != nil, record.heardAgain == nil { record.heardAgain = heard }
            return
        }
        guard heard >= record.scheduledOnset, record.heardOnset == nil else { return }
        if pauses.contains(where: { $0.contains(heard) }) {
            record.pauseTakenOver = true
        } else if heard < record.scheduledEnd - Self.earlyAnswer {
            record.agentInterrupted = true
        } else {
            record.heardOnset = heard
            record.firstAudible = arrived
            // A stream that never pauses began long ago, and not with this reply.
            record.firstPacket = firstPacket >= record.scheduledOnset ? firstPacket : nil
            record.outcome = .answered
        }
    }

    /// A talkspurt of the agent ended at its last audible sample.
    func heardOffset(heard: RunInstant, lastAudibleArrival: RunInstant?) {
        if isInterjection {
            guard record.heardStop == nil else { return }
            // The agent had stopped before the interjection began: it did not react to it.
            guard heard >= record.scheduledOnset else {
                record.agentAudibleAtOnset = false
                return
            }
            record.heardStop = heard
            record.wireStop = lastAudibleArrival
        } else if record.heardOnset != nil {
            hasReplyEnded = true
        }
    }

    /// The protocol said that the agent noticed the caller's speech.
    func signalled(at instant: RunInstant) {
        guard isInterjection, record.signal == nil, instant >= record.scheduledOnset else { return }
        record.signal = instant
    }

    func ducked(at instant: RunInstant) {
        guard isInterjection, instant >= record.scheduledOnset else { return }
        record.duckedAt = instant
    }

    func gotStaleAudio(_ length: Nanoseconds) {
        record.staleAudio = (record.staleAudio ?? .zero) + length
    }

    func measured(roundTrip: Nanoseconds?) { record.roundTrip = roundTrip }

    /// The agent spoke into the turn and talks on past its end: that is its answer.
    func tookTheTurn() { record.outcome = .answered }

    var stoppedInTime: Bool {
        record.heardStop.map { $0 - record.scheduledOnset <= Self.stopLimit } ?? false
    }

    /// Whether it is certain by `now` what the agent made of the interjection.
    func isStopDecided(now: RunInstant, lastAudible: RunInstant?) -> Bool {
        if record.heardStop != nil || record.duckedAt != nil { return true }
        if hasPassedOnset, !record.agentAudibleAtOnset { return true }
        let limit = record.scheduledOnset + Self.stopLimit
        return lastAudible.map { $0 > limit } ?? false || now >= limit + hold
    }

    /// The record as it stands now that nothing more is watched for.
    func settled(isAbandoned: Bool = false) -> TurnRecord {
        var final = record
        if isAbandoned {
            final.outcome = .abandoned
            final.voidReason = .callEnded
        } else if isInterjection {
            final.outcome =
                if stoppedInTime { .cut } else if final.duckedAt != nil {
                    .ducked
                } else if final.agentAudibleAtOnset { .continued } else { .silent }
            if !final.agentAudibleAtOnset, final.kind == .interrupt {
                final.voidReason = .agentSilentAtOnset
            }
        } else if final.expect == .nothing, final.outcome == .unanswered {
            final.outcome = .silent
        }
        return final
    }
}

import Audio
import Timeline

extension Dialogue {
    /// Until when nothing that is heard can change what the caller does; `nil` where any frame might.
    ///
    /// What is heard later than that is heard in time: it carries its own instants, and turns are
    /// measured by those. That the agent fell silent is known `hold` after its last audible sample.
    func undisturbed(now: RunInstant, hearing: Hearing) -> RunInstant? {
        guard onsetToPass == nil, onsetToLeave == nil, aftermath == nil else { return nil }
        switch state {
        case .due(let frameStart) where watch == nil: return frameStart
        case .talking(let end), .pausing(let end): return end
        case .expecting where isReplyWhatIsWaitedFor:
            let silence = earliestSilence(now: now, hearing: hearing)
            guard let turn = watch?.record, turn.heardOnset == nil else { return silence }
            return min(silence, turn.scheduledEnd + patience.turnTimeout)
        case .waitingForReply(_, heardAny: true), .waitingForSilence:
            return hearing.isAgentTalking ? earliestSilence(now: now, hearing: hearing) : nil
        default: return nil
        }
    }

    /// Before this it cannot be known that a talkspurt has ended: of one that goes on, or of one
    /// whose first sound has been heard and is not yet known to be speech.
    private func earliestSilence(now: RunInstant, hearing: Hearing) -> RunInstant {
        let heard = now - SoundFrame.length
        return (hearing.isAgentTalking ? hearing.lastAudible ?? heard : heard) + patience.hold
    }

    /// Whether all that is waited for is the end of a reply, whether or not it has begun.
    private var isReplyWhatIsWaitedFor: Bool {
        guard let turn = watch else { return false }
        return turn.record.expect == .response && !turn.record.kind.isInterjection
            && !turn.doneWhenReplyBegins
    }
}

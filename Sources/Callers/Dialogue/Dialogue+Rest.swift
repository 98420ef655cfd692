import Timeline

extension Dialogue {
    /// Until when nothing that is heard can change what the caller does; `nil` where any frame might.
    ///
    /// What is heard later than that is heard in time: it carries its own instants, and turns are
    /// measured by those. That the agent fell silent is known `hold` after its last audible sample.
    func undisturbed(hearing: Hearing) -> RunInstant? {
        guard onsetToPass == nil, aftermath == nil else { return nil }
        switch state {
        case .due(let frameStart) where watch == nil: return frameStart
        case .pausing(let end): return end
        case .expecting where isReplyGoingOn, .waitingForReply(_, heardAny: true),
            .waitingForSilence:
            guard hearing.isAgentTalking, let lastAudible = hearing.lastAudible else { return nil }
            return lastAudible + patience.hold
        default: return nil
        }
    }

    /// Whether all that is waited for is the end of a reply that has begun.
    private var isReplyGoingOn: Bool {
        guard let turn = watch else { return false }
        return turn.record.expect == .response && !turn.record.kind.isInterjection
            && turn.record.heardOnset != nil && !turn.doneWhenReplyBegins
    }
}

import Timeline

/// Hits over trials of one path: its name and its definition as a function.
package struct RateMetric: Sendable {
    package let name: String
    package let count: @Sendable (PathMaterial, [TurnInContext]) -> Proportion

    /// In the order of the metric table.
    package static let all: [RateMetric] = [
        .responseRate, .yieldRate, .falseInterrupt, .agentInterrupts, .pauseTakeover, .callSuccess,
        .loss, .remoteLoss, .concealment, .frameLate,
    ]

    private init(
        _ name: String, count: @escaping @Sendable (PathMaterial, [TurnInContext]) -> Proportion
    ) {
        self.name = name
        self.count = count
    }

    /// Over turns: whether one is a hit; `nil` where it is no trial.
    private init(_ name: String, isHit: @escaping @Sendable (TurnInContext) -> Bool?) {
        self.init(name) { _, turns in
            var hits = 0
            var trials = 0
            for turn in turns {
                guard let isHit = isHit(turn) else { continue }
                trials += 1
                hits += isHit ? 1 : 0
            }
            return Proportion(hits: hits, trials: trials)
        }
    }

    private static func isMeasured(_ metric: TurnMetric, _ turn: TurnInContext) -> Bool? {
        switch metric.sample(turn) {
        case .value: true
        case .censored: false
        case .void, nil: nil
        }
    }
}

// MARK: Turns

extension RateMetric {
    /// Utterances that got a reply, of those that expect one and are not void (see `first_audio`).
    ///
    /// A turn abandoned because its call failed got none; one that the end of the run cut off is no
    /// trial.
    package static let responseRate = RateMetric("response_rate") { context in
        context.expectsReply && context.void == nil && context.turn.outcome == .answered
            ? true : isMeasured(.firstAudio, context)
    }

    /// Interruptions after which the agent fell silent within two seconds, of the valid ones.
    ///
    /// Valid: really said, to an agent that was audible at the onset, and not void (see
    /// `barge_in_cut`).
    package static let yieldRate = RateMetric("yield_rate") { isMeasured(.bargeInCut, $0) }

    /// Backchannels, tics, side talk and noises after which the agent fell silent within one
    /// second.
    ///
    /// Of those really said to an agent that was audible at the onset, and not void. Lower is
    /// better.
    package static let falseInterrupt = RateMetric("false_interrupt") { wasFalselyStopped($0) }

    static func wasFalselyStopped(_ context: TurnInContext) -> Bool? {
        guard context.isSpokenInterjection, context.turn.kind.isNoInterruption,
            context.void == nil, context.metSpeech
        else { return nil }
        return context.stopped(within: .falseStopLimit) != nil
    }

    /// Caller turns in which the agent became audible more than 250 ms before their end.
    ///
    /// Of all utterances that are not void. Lower is better.
    package static let agentInterrupts = RateMetric("agent_interrupts") { context in
        guard context.turn.kind == .utterance, context.void == nil else { return nil }
        return context.turn.agentInterrupted
    }

    /// Caller turns with a pause inside in which the agent took the floor.
    ///
    /// Of the utterances whose clip has a scripted pause, and that are not void. Lower is better.
    package static let pauseTakeover = RateMetric("pause_takeover") { context in
        guard context.turn.kind == .utterance, context.turn.hasPause, context.void == nil else {
            return nil
        }
        return context.turn.pauseTakenOver
    }
}

// MARK: Calls and media

extension RateMetric {
    /// Calls that ran their script to its end, of those that did or failed; interrupted ones are no
    /// trials.
    package static let callSuccess = RateMetric("call_success") { material, _ in
        let completed = material.calls.count { $0.outcome == .completed }
        let failed = material.calls.count { $0.outcome == .failed }
        return Proportion(hits: completed, trials: completed + failed)
    }

    /// RTP packets that never came to the caller, of those expected (RFC 3550 appendix A.3).
    ///
    /// Lower is better.
    package static let loss = RateMetric("loss") { material, _ in
        var lost = 0
        var expected = 0
        for call in material.calls where call.media.packetsExpected > 0 {
            // Duplicates can push the RFC's count of losses below zero.
            lost += min(max(0, call.media.packetsLost), call.media.packetsExpected)
            expected += call.media.packetsExpected
        }
        return Proportion(hits: lost, trials: expected)
    }

    /// RTP packets of ours that never reached the peer, of those it should have had.
    ///
    /// By the last receiver report of each call (RFC 3550 §6.4.1); calls whose peer sent none are
    /// no trials. On a hybrid the peer is the gateway. Lower is better.
    package static let remoteLoss = RateMetric("remote_loss") { material, _ in
        var lost = 0
        var expected = 0
        for call in material.calls {
            guard let sent = call.media.remotePacketsExpected, sent > 0,
                let missed = call.media.remotePacketsLost
            else { continue }
            lost += min(max(0, missed), sent)
            expected += sent
        }
        return Proportion(hits: lost, trials: expected)
    }

    /// Frames that the player had to make up, of all it played.
    ///
    /// Lower is better.
    package static let concealment = RateMetric("concealment") { material, _ in
        let concealed = material.calls.reduce(0) { $0 + $1.media.framesConcealed }
        let played = material.calls.reduce(0) { $0 + $1.media.framesPlayed }
        return Proportion(hits: concealed, trials: concealed + played)
    }

    /// Uplink frames that reached the agent more than 60 ms after their schedule, of all that did.
    ///
    /// From `frame_delay`; no trials against an agent that does not share the clock. Lower is
    /// better.
    package static let frameLate = RateMetric("frame_late") { material, _ in
        guard let tally = material.frames[.frameDelay] else {
            return Proportion(hits: 0, trials: 0)
        }
        let delays = Distribution(tally)
        let onTime = delays.measured(atMost: Nanoseconds.lateFrameLimit.milliseconds)
        return Proportion(hits: delays.count - onTime, trials: delays.count)
    }
}

import Timeline

/// A distribution over turns: its name, how it is censored, and its definition as a function.
package struct TurnMetric: Sendable {
    package let name: String
    package let censoring: Censoring
    /// Milliseconds of one turn; `nil` where the metric does not apply to it.
    package let sample: @Sendable (TurnInContext) -> Sample?

    /// Up to when a turn is watched for what the metric measures.
    package enum Censoring: Equatable, Sendable {
        /// Only turns that show it are counted.
        case never
        /// Up to the scenario's `turn_timeout`.
        case turnTimeout
        /// Up to two seconds after the onset.
        case cutLimit
    }

    /// In the order of the metric table.
    package static let all: [TurnMetric] = [
        .firstAudio, .bargeInCut, .firstAudioEdge, .firstAudioBackend, .bargeInCutEdge,
        .bargeInCutBackend, .firstAudioAgent, .bargeInCutAgent, .afterInterrupt, .resume,
        .firstPacket, .leadSilence, .signalLatency, .wireStop, .bufferedAtCut, .staleAudio, .duck,
    ]

    init(
        _ name: String, censoring: Censoring, sample: @escaping @Sendable (TurnInContext) -> Sample?
    ) {
        self.name = name
        self.censoring = censoring
        self.sample = sample
    }
}

extension TurnMetric {
    /// What the turns it applies to say, each with the number of its call.
    func samples(_ turns: [TurnInContext]) -> [(cluster: Int, sample: Sample)] {
        turns.compactMap { context in
            sample(context).map { (context.turn.call.number, $0) }
        }
    }
}

// MARK: Answers

extension TurnMetric {
    /// How long the caller waits for the agent to be heard.
    ///
    /// From: scheduled last voiced sample of the turn. To: first audible sample of the reply
    /// *heard* behind the player. Milliseconds; down to −250, because people overlap a little; an
    /// earlier onset is `agent_interrupts` and starts no reply. Over: utterances that expect a
    /// response, cold ones too. Censored: no reply within `turn_timeout`, or the call failed first.
    /// Void: the host stalled, or the run or the script ended the call first.
    package static let firstAudio = TurnMetric("first_audio", censoring: .turnTimeout) {
        reply($0, at: $0.turn.heardOnset)
    }

    /// `first_audio` as the agent's own machine would see it: less the round trip of the network.
    ///
    /// From, to, censored and void as `first_audio`, minus the median round trip while the turn ran
    /// (else of the call). Left out: turns of calls whose round trip was never measured.
    package static let firstAudioAgent = TurnMetric("first_audio_agent", censoring: .turnTimeout) {
        agentView(of: .firstAudio, $0)
    }

    /// How long until anything of the reply arrives, audible or not.
    ///
    /// From: scheduled last voiced sample of the turn. To: arrival of the reply's first packet or
    /// message. Milliseconds. Over, censored and void as `first_audio`.
    package static let firstPacket = TurnMetric("first_packet", censoring: .turnTimeout) {
        reply($0, at: $0.turn.firstPacket)
    }

    /// Silence that the agent puts in front of its own reply.
    ///
    /// From: arrival of the reply's first packet. To: arrival of the packet with its first audible
    /// sample. Milliseconds. Left out: turns without both. Void as `first_audio`.
    package static let leadSilence = TurnMetric("lead_silence", censoring: .never) { context in
        guard context.expectsReply else { return nil }
        if let reason = context.void { return .void(reason) }
        guard let packet = context.turn.firstPacket, let audible = context.turn.firstAudible else {
            return nil
        }
        return .value((audible - packet).milliseconds)
    }

    private static func reply(_ context: TurnInContext, at instant: RunInstant?) -> Sample? {
        guard context.expectsReply else { return nil }
        if let reason = context.void { return .void(reason) }
        let turn = context.turn
        // Spoken into the turn and never yielded: an answer, and `agent_interrupts` tells when it began.
        if instant == nil, turn.outcome == .answered { return nil }
        guard let instant, instant - turn.scheduledEnd <= turn.patience else { return .censored }
        return .value((instant - turn.scheduledEnd).milliseconds)
    }

    private static func agentView(of metric: TurnMetric, _ context: TurnInContext) -> Sample? {
        guard let roundTrip = context.roundTrip, let sample = metric.sample(context) else {
            return nil
        }
        guard case .value(let milliseconds) = sample else { return sample }
        return .value(milliseconds - roundTrip.milliseconds)
    }
}

// MARK: Interruptions

extension TurnMetric {
    /// How long the agent goes on being heard after a barge-in begins.
    ///
    /// From: scheduled onset of the interruption. To: last audible sample *played* before the stop;
    /// a flush ends playback. Milliseconds. Over: interruptions really said (not the control arm).
    /// Censored at 2,000: the agent did not stop within two seconds. Void: the agent was silent at
    /// the onset, the host stalled, or the call ended first.
    package static let bargeInCut = TurnMetric("barge_in_cut", censoring: .cutLimit) { context in
        guard context.isSpokenInterrupt else { return nil }
        if let reason = context.void { return .void(reason) }
        guard context.metSpeech else { return .void(.agentSilentAtOnset) }
        guard let span = context.stopped(within: .cutLimit) else { return .censored }
        return .value(span.milliseconds)
    }

    /// `barge_in_cut` as the agent's own machine would see it: less the round trip of the network.
    ///
    /// From, to, censored and void as `barge_in_cut`, minus the median round trip while the turn
    /// ran (else of the call). Left out: turns of calls whose round trip was never measured.
    package static let bargeInCutAgent = TurnMetric("barge_in_cut_agent", censoring: .cutLimit) {
        agentView(of: .bargeInCut, $0)
    }

    /// How soon the agent speaks again after it let itself be interrupted.
    ///
    /// From: scheduled last voiced sample of the interruption. To: next audible sample heard.
    /// Milliseconds; negative where the agent spoke before the caller was done. Over: interruptions
    /// that `barge_in_cut` has a value for. Censored: nothing heard within `turn_timeout` although
    /// the script expects a response to the interruption; without that expectation nobody may have
    /// waited, and the turn is left out.
    package static let afterInterrupt = TurnMetric("after_interrupt", censoring: .turnTimeout) {
        context in
        guard case .value = bargeInCut.sample(context) else { return nil }
        let turn = context.turn
        guard let again = turn.heardAgain else { return turn.expect == .response ? .censored : nil }
        let span = again - turn.scheduledEnd
        return span > turn.patience ? .censored : .value(span.milliseconds)
    }

    /// How long the agent stays silent when it stopped for what was no interruption.
    ///
    /// From: last audible sample before the false stop. To: next audible sample heard.
    /// Milliseconds. Over: the hits of `false_interrupt`. Censored: it was not heard again while
    /// the turn was watched, at most `turn_timeout`.
    package static let resume = TurnMetric("resume", censoring: .turnTimeout) { context in
        guard RateMetric.wasFalselyStopped(context) == true, let stop = context.turn.heardStop
        else {
            return nil
        }
        guard let again = context.turn.heardAgain, again - stop <= context.turn.patience else {
            return .censored
        }
        return .value((again - stop).milliseconds)
    }

    /// When the protocol says that the agent noticed.
    ///
    /// From: scheduled onset of the interruption. To: the dialect's stop event. Milliseconds. Left
    /// out: paths without such an event, and turns without one. Void as `barge_in_cut`.
    package static let signalLatency = TurnMetric("signal_latency", censoring: .never) {
        sinceOnset($0, to: $0.turn.signal)
    }

    /// When the last audible sample before the stop *arrived*.
    ///
    /// From: scheduled onset of the interruption. To: arrival of the packet with the last audible
    /// sample received. Milliseconds; far below zero where replies are sent ahead of real time.
    /// Over: interruptions that `barge_in_cut` has a value for.
    package static let wireStop = TurnMetric("wire_stop", censoring: .never) { context in
        guard case .value = bargeInCut.sample(context) else { return nil }
        return sinceOnset(context, to: context.turn.wireStop)
    }

    /// How far the agent had sent ahead when it was interrupted.
    ///
    /// Audio received and not yet played at the scheduled onset of the interruption. Milliseconds
    /// of audio. Void as `barge_in_cut`.
    package static let bufferedAtCut = TurnMetric("buffered_at_cut", censoring: .never) { context in
        interruption(context) { context.turn.bufferedAtOnset }
    }

    /// Audio of a cancelled reply that still arrived after its stop event.
    ///
    /// Milliseconds of audio. Left out: turns without a stop event. Void as `barge_in_cut`.
    package static let staleAudio = TurnMetric("stale_audio", censoring: .never) { context in
        interruption(context) { context.turn.staleAudio }
    }

    /// How soon the agent lowers its voice for the caller.
    ///
    /// From: scheduled onset of the interjection. To: its level fell by at least 6 dB and stayed
    /// down. Milliseconds. Over: spoken interjections after which it did; censored at 2,000 where
    /// the script expects a duck and there was none. Void: the agent was silent at the onset, the
    /// host stalled, or the call ended first.
    package static let duck = TurnMetric("duck", censoring: .cutLimit) { context in
        guard context.isSpokenInterjection else { return nil }
        let isExpected = context.turn.expect == .duck
        guard isExpected || context.turn.duckedAt != nil else { return nil }
        if let reason = context.void { return .void(reason) }
        guard context.turn.agentAudibleAtOnset else { return .void(.agentSilentAtOnset) }
        guard let ducked = context.turn.duckedAt,
            ducked - context.turn.scheduledOnset <= .cutLimit
        else { return isExpected ? .censored : nil }
        return .value((ducked - context.turn.scheduledOnset).milliseconds)
    }

    private static func sinceOnset(_ context: TurnInContext, to instant: RunInstant?) -> Sample? {
        interruption(context) { instant.map { $0 - context.turn.scheduledOnset } }
    }

    /// A span of an interruption that met speech; void and left out as documented above.
    private static func interruption(
        _ context: TurnInContext, _ span: () -> Nanoseconds?
    ) -> Sample? {
        guard context.isSpokenInterrupt, let span = span() else { return nil }
        if let reason = context.void { return .void(reason) }
        guard context.metSpeech else { return .void(.agentSilentAtOnset) }
        return .value(span.milliseconds)
    }
}

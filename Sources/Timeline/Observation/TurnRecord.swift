/// One thing a caller said, or in the control arm kept to itself, and what the agent did about it.
///
/// Raw instants only: metrics are computed from them by Analysis. `nil` means that it did
/// not happen while the turn was watched.
package struct TurnRecord: Equatable, Sendable, Codable {
    package var call: CallID
    /// Position among the call's `say` steps, from 0.
    package var number: Int
    package var kind: SpeechKind
    package var expect: Expectation
    package var clip: String
    /// One of the first `warmup_turns` of its call.
    package var isCold = false
    /// In the control arm: the interjection was scheduled and not said.
    package var isControl = false
    /// Whether the clip has a pause in the middle that invites an early reply.
    package var hasPause = false

    /// First voiced sample at its scheduled media time.
    package var scheduledOnset: RunInstant
    /// Last voiced sample at its scheduled media time.
    package var scheduledEnd: RunInstant
    /// When the frame with the first voiced sample really left, less its distance from the frame's end.
    package var actualOnset: RunInstant?

    /// First packet or message of the reply.
    package var firstPacket: RunInstant?
    /// Arrival of the packet with the reply's first audible sample.
    package var firstAudible: RunInstant?
    /// The reply's first audible sample as heard behind the player.
    package var heardOnset: RunInstant?
    /// The protocol's event that the agent noticed the interjection.
    package var signal: RunInstant?
    /// Arrival of the last audible sample before the agent stopped.
    package var wireStop: RunInstant?
    /// Last audible sample played before the agent stopped.
    package var heardStop: RunInstant?
    /// When the agent's level fell by 6 dB and stayed there.
    package var duckedAt: RunInstant?
    /// First audible sample heard after the stop: the new reply, or the old one resumed.
    package var heardAgain: RunInstant?
    /// Hybrid: the gateway forwarded the decisive sound of the caller upstream.
    ///
    /// The last voiced sample of an utterance, the first one of an interjection.
    package var gatewayForwarded: RunInstant?
    /// Hybrid: what decided the turn reached the gateway from upstream.
    ///
    /// The first audible sample of the reply; for a cut the stop event, and `nil` without one.
    package var gatewayReceived: RunInstant?

    /// Whether the agent was audible at the scheduled onset, pauses under 200 ms bridged.
    package var agentAudibleAtOnset = false
    /// Agent became audible while the caller spoke, before the last 250 ms of the turn.
    package var agentInterrupted = false
    /// Agent became audible inside a scripted pause of the clip.
    package var pauseTakenOver = false
    /// Audio received and not yet played at the scheduled onset.
    package var bufferedAtOnset: Nanoseconds?
    /// Span of audio of a cancelled reply that arrived after its stop signal.
    package var staleAudio: Nanoseconds?
    /// Longest wait for a reply before the turn is censored.
    package var patience: Nanoseconds
    /// Round trip of the path while the turn ran, where it was measured.
    package var roundTrip: Nanoseconds?

    package var outcome = TurnOutcome.unanswered
    /// Why the turn does not count, as in `host_stall` or `agent_silent_at_onset`.
    package var voidReason: VoidReason?

    package init(
        call: CallID,
        number: Int,
        kind: SpeechKind,
        expect: Expectation,
        clip: String,
        scheduledOnset: RunInstant,
        scheduledEnd: RunInstant,
        patience: Nanoseconds
    ) {
        self.call = call
        self.number = number
        self.kind = kind
        self.expect = expect
        self.clip = clip
        self.scheduledOnset = scheduledOnset
        self.scheduledEnd = scheduledEnd
        self.patience = patience
    }
}

/// How the watch over a turn ended.
package enum TurnOutcome: String, Sendable, Codable, CaseIterable {
    /// A reply became audible.
    case answered
    /// No reply within the turn's patience.
    case unanswered
    /// The agent fell silent within two seconds of the onset.
    case cut
    /// The agent went on at least 6 dB quieter.
    case ducked
    /// The agent went on as before.
    case continued
    /// Nothing was expected and nothing was heard.
    case silent
    /// The call ended first.
    case abandoned
}

/// Why a turn was left out of the latency it would have shown.
package enum VoidReason: String, Sendable, Codable, CaseIterable {
    /// A tick of the generator came more than 50 ms late while the turn ran.
    case hostStall = "host_stall"
    /// An interjection met an agent that was not speaking.
    case agentSilentAtOnset = "agent_silent_at_onset"
    /// The call ended before the turn was decided.
    case callEnded = "call_ended"
}

import Planning
import Timeline

/// Decides whose turn it is, from nothing but when the caller's voice is there and when it is not.
///
/// Silence is counted on the caller's media clock. When it began is known from each frame
/// since: a frame's capture less the media time between, of which the earliest is nearest
/// to the truth, because delay only ever adds. So a reply that is due E + T after it is never
/// due earlier than E + T after the caller's last voiced sample, whatever the jitter.
struct Conversation {
    enum Phase: Equatable {
        /// Nobody speaks.
        case listening
        /// The caller's turn is open.
        case hearing
        /// The turn is taken; the reply is due then.
        case thinking(until: RunInstant)
        /// The agent is heard, or is about to be.
        case speaking
    }

    enum Decision: Equatable {
        /// The caller's voice counts now; it began at `onset`.
        case speechStarted(onset: RunInstant, opensTurn: Bool)
        case speechStopped
        case turnTaken(speechEnd: RunInstant)
        case reply
        /// Speech over the agent's own has lasted for `barge_in.after`.
        case bargeIn
    }

    /// Quiet shorter than this belongs to the speech around it (ITU-T P.59).
    static let bridge = Nanoseconds.milliseconds(200)
    private struct Talkspurt {
        let onset: RunInstant
        /// Audio in voiced frames.
        var voiced = Nanoseconds.zero
        /// Spoken over the agent, and dealt with: no turn comes of it.
        var isInterjection = false
    }

    private(set) var phase = Phase.listening
    var policy: AgentBehaviour.Policy
    private var wasVoiced = false
    private var talkspurt: Talkspurt?
    private(set) var mediaEnd = Nanoseconds.zero
    private var lastVoiced = Nanoseconds.zero
    private(set) var silenceStart = RunInstant.zero
    private var decisions: [Decision] = []
    private let endpointing: Nanoseconds
    private let start: Nanoseconds
    private let bargeInAfter: Nanoseconds
    /// How long a frame that would complete the endpointing silence is waited for beyond its
    /// time: a caller with discontinuous transmission will not send it.
    private let patience: Nanoseconds
    /// Audio in one message, so that it is known when the next is missing.
    var interval: Nanoseconds
    /// Number of the turn that is open or was open last; −1 before the first.
    private(set) var turn = -1
    private let think: DurationDistribution
    /// Others that are being talked to; `nil` where they make no difference.
    var crowd: AgentCrowd?
    private var generator: SeededGenerator

    /// - Parameter number: of the call, which names its stream of think times.
    init(
        behaviour: AgentBehaviour, policy: AgentBehaviour.Policy, interval: Nanoseconds,
        patience: Nanoseconds, number: UInt64
    ) {
        endpointing = behaviour.endpointing
        start = behaviour.start
        bargeInAfter = behaviour.bargeIn.after
        think = behaviour.think
        self.policy = policy
        self.interval = interval
        self.patience = patience
        generator = SeededGenerator(seed: behaviour.seed, stream: "think", number: number)
    }

    mutating func next() -> Decision? { decisions.isEmpty ? nil : decisions.removeFirst() }

    mutating func hear(_ frame: UplinkFrame, at now: RunInstant) {
        let isNewest = frame.end > mediaEnd
        mediaEnd = max(mediaEnd, frame.end)
        if frame.isVoiced {
            hearVoice(frame, at: now)
        } else if frame.end > lastVoiced, talkspurt != nil || phase == .hearing {
            // Right behind a voiced frame, a word may end inside one that is not.
            if wasVoiced, frame.end - frame.length == lastVoiced {
                lastVoiced += frame.tail
                silenceStart += frame.tail
            }
            silenceStart = min(silenceStart, frame.captured - (frame.end - lastVoiced))
        }
        if isNewest { wasVoiced = frame.isVoiced }
        settle(at: now)
    }

    private mutating func hearVoice(_ frame: UplinkFrame, at now: RunInstant) {
        // Media time stands still where silence is not sent and only messages are counted.
        let begins = (media: frame.end - frame.length, instant: frame.captured - frame.length)
        let gap = max(begins.media - lastVoiced, begins.instant - silenceStart)
        if talkspurt == nil || gap >= Self.bridge && phase != .hearing {
            talkspurt = Talkspurt(onset: frame.captured - frame.length)
        }
        talkspurt?.voiced += frame.length
        if frame.end > lastVoiced {
            lastVoiced = frame.end
            silenceStart = frame.captured
        }
        guard let spurt = talkspurt, !spurt.isInterjection else { return }
        switch phase {
        case .hearing: break
        case .listening where spurt.voiced >= start:
            openTurn(spurt.onset)
        case .thinking where spurt.voiced >= start:
            phase = .hearing
            decisions.append(.speechStarted(onset: spurt.onset, opensTurn: false))
        case .speaking where spurt.voiced >= bargeInAfter: bargeIn(spurt.onset)
        case .listening, .thinking, .speaking: break
        }
    }

    private mutating func openTurn(_ onset: RunInstant) {
        turn += 1
        phase = .hearing
        decisions.append(.speechStarted(onset: onset, opensTurn: true))
    }

    private mutating func bargeIn(_ onset: RunInstant) {
        decisions.append(.bargeIn)
        switch policy {
        case .cut: openTurn(onset)
        case .duck, .ignore:
            talkspurt?.isInterjection = true
            decisions.append(.speechStarted(onset: onset, opensTurn: false))
        }
    }

    /// When endpointing is over, as far as is known now; `nil` when no silence is waited for.
    private var endpoint: RunInstant? {
        guard phase == .hearing || talkspurt?.isInterjection == true else { return nil }
        let due = silenceStart + endpointing
        let isNextFrameEnough = mediaEnd - lastVoiced + interval > endpointing
        return isNextFrameEnough ? due : due + interval + patience
    }

    /// Acts on what time alone has brought.
    mutating func settle(at now: RunInstant) {
        if let endpoint, now >= endpoint {
            talkspurt = nil
            decisions.append(.speechStopped)
            if phase == .hearing {
                let due = silenceStart + endpointing
                let crowding = crowd?.delay ?? .zero
                phase = .thinking(until: due + think.draw(using: &generator) + crowding)
                decisions.append(.turnTaken(speechEnd: silenceStart))
            }
        }
        if case .thinking(let due) = phase, now >= due {
            phase = .speaking
            decisions.append(.reply)
        }
    }

    /// When ``settle(at:)`` has something to do, if nothing is heard until then.
    ///
    /// Changes nothing; said to, it is asked in place, and no conversation is copied for it.
    mutating func nextWake() -> RunInstant? {
        if case .thinking(let due) = phase { return min(due, endpoint ?? due) }
        return endpoint
    }

    /// The reply has been heard to its end, or was called off.
    mutating func replyEnded() {
        if phase == .speaking { phase = .listening }
    }

    /// What was heard and is not a turn yet never was.
    mutating func forget() {
        talkspurt = nil
        if phase == .hearing { phase = .listening }
    }
}

package import Timeline

/// How the reference agent behaves: the keys of `agent.embedded`.
package struct AgentBehaviour: Equatable, Sendable {
    /// Silence after which it takes the turn.
    package var endpointing: Nanoseconds
    /// Voiced speech that opens a caller's turn.
    package var start: Nanoseconds
    /// From taking the turn to the first packet of the reply.
    package var think: DurationDistribution
    package var bargeIn: BargeIn
    package var reply: Reply
    /// How many seconds of WebSocket reply leave in a second; 1 is real time.
    package var pace: Double
    /// Audio in one WebSocket message of the reply.
    package var chunk: Nanoseconds
    package var seed: UInt64
    /// How it slows down with many callers; `nil` for an agent that never does.
    package var capacity: Capacity?

    /// What it says where the scenario does not tell: a short, a middling and a long reply.
    package static let defaultReplies = ["reply_hours", "reply_steps", "reply_long"]

    package struct BargeIn: Equatable, Sendable {
        package var policy: Policy
        /// Voiced speech before it reacts.
        package var after: Nanoseconds
        /// How much quieter `duck` plays on, in dB.
        package var duckDecibels: Double

        package init(policy: Policy, after: Nanoseconds, duckDecibels: Double) {
            self.policy = policy
            self.after = after
            self.duckDecibels = duckDecibels
        }
    }

    /// A limit of the agent's own, known to the session, so that a search for it can be checked.
    package struct Capacity: Equatable, Sendable {
        /// Open sessions that cost nothing.
        package var sessions: Int
        /// What each open session beyond them adds to every thinking time.
        package var beyond: Nanoseconds

        package init(sessions: Int, beyond: Nanoseconds) {
            self.sessions = sessions
            self.beyond = beyond
        }

        /// What a reply waits longer for while so many sessions are open.
        package func delay(open: Int) -> Nanoseconds { beyond * max(0, open - sessions) }
    }

    package enum Policy: String, Sendable, CaseIterable { case cut, duck, ignore }

    package enum Reply: Equatable, Sendable {
        /// Clips of the gallery, or WAV files, in turn.
        case clips([String])
        /// A continuous sound without gaps, for measuring the instrument itself.
        case calibration
    }

    package init(
        endpointing: Nanoseconds = .milliseconds(300),
        start: Nanoseconds = .milliseconds(60),
        think: DurationDistribution = .normal(mean: .milliseconds(120), sd: .milliseconds(20)),
        bargeIn: BargeIn = BargeIn(policy: .cut, after: .milliseconds(100), duckDecibels: 15),
        reply: Reply = .clips(AgentBehaviour.defaultReplies),
        pace: Double = 4,
        chunk: Nanoseconds = .milliseconds(100),
        seed: UInt64 = 1,
        capacity: Capacity? = nil
    ) {
        self.endpointing = endpointing
        self.start = start
        self.think = think
        self.bargeIn = bargeIn
        self.reply = reply
        self.pace = pace
        self.chunk = chunk
        self.seed = seed
        self.capacity = capacity
    }
}

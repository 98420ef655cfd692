package import Timeline

/// A validated scenario: every value parsed, every default filled in, nothing left to doubt.
package struct Scenario: Equatable, Sendable {
    package var name: String
    package var description: String
    package var seed: UInt64
    /// The embedded agent's behaviour; `nil` where every path has a URL of its own.
    package var agent: AgentBehaviour?
    package var paths: [PathConfiguration]
    package var order: PathOrder
    package var load: Load
    package var dialogue: [Step]
    package var objectives: [Objective]
    /// Longest wait for a reply; later ones are censored.
    package var turnTimeout: Nanoseconds
    /// Silence that ends a reply.
    package var hold: Nanoseconds
    /// Turns at the beginning of each call that are marked `cold`.
    package var warmupTurns: Int
    /// Share of calls, 0...1, that skip their interjections.
    package var control: Double
    package var hearing: Hearing
    /// The YAML it came from, overrides applied, kept in the store.
    package var source: String

    package init(
        name: String,
        description: String = "",
        seed: UInt64 = 1,
        agent: AgentBehaviour? = AgentBehaviour(),
        paths: [PathConfiguration],
        order: PathOrder = .sequential,
        load: Load,
        dialogue: [Step],
        objectives: [Objective] = [],
        turnTimeout: Nanoseconds = .seconds(10),
        hold: Nanoseconds = .milliseconds(400),
        warmupTurns: Int = 0,
        control: Double = 0.1,
        hearing: Hearing = .auto,
        source: String = ""
    ) {
        self.name = name
        self.description = description
        self.seed = seed
        self.agent = agent
        self.paths = paths
        self.order = order
        self.load = load
        self.dialogue = dialogue
        self.objectives = objectives
        self.turnTimeout = turnTimeout
        self.hold = hold
        self.warmupTurns = warmupTurns
        self.control = control
        self.hearing = hearing
        self.source = source
    }
}

/// Whether paths run one after the other or at once.
package enum PathOrder: String, Sendable, CaseIterable { case sequential, together }

/// How Opus is heard: by the agent's audio levels where it can be trusted, or by decoding every packet.
package enum Hearing: String, Sendable, CaseIterable { case auto, decode }

/// When calls begin.
package enum Load: Equatable, Sendable {
    /// `callers` at once, each calling again when its call has ended.
    case closed(callers: Int, ramp: Nanoseconds, repeating: Repetition)
    /// Calls begin at a rate, however many are still up.
    case open(arrivalsPerSecond: Double, distribution: ArrivalDistribution, lasting: Nanoseconds)
}

/// How often a caller of a closed load calls.
package enum Repetition: Equatable, Sendable {
    case calls(Int)
    /// New calls begin until then, counted from the path's first call.
    case lasting(Nanoseconds)
}

/// How calls of an open load are spread: by chance, or evenly.
package enum ArrivalDistribution: String, Sendable, CaseIterable { case poisson, even }

/// What a search has found.
package struct CapacityConclusion: Equatable, Sendable {
    /// Most callers that passed, below every number that did not; `nil` where none passed.
    package var capacity: Int?
    /// Fewest callers that did not pass; `nil` where all that were tried did.
    package var upper: Int?
    /// What those were held to be.
    package var upperStanding: CapacityStanding?
    /// Whether the search went to its end.
    package var isFinished: Bool
    /// Whether the capacity lasted for the soak.
    package var isSoaked: Bool
    /// Whether no more callers were tried because the generator's host allows no more.
    package var isCeilingTheHosts: Bool

    package init(
        capacity: Int?, upper: Int?, upperStanding: CapacityStanding?, isFinished: Bool,
        isSoaked: Bool, isCeilingTheHosts: Bool = false
    ) {
        self.isCeilingTheHosts = isCeilingTheHosts
        self.capacity = capacity
        self.upper = upper
        self.upperStanding = upperStanding
        self.isFinished = isFinished
        self.isSoaked = isSoaked
    }

    /// How a search ended.
    package enum Ending: String, Sendable {
        /// The agent's limit lies between two numbers of callers.
        case bracketed
        /// The next number up neither passed nor failed.
        case undecided
        /// The generator's limit comes before the agent's.
        case generatorLimited = "generator_limited"
        /// Every number up to the ceiling that was asked for passed.
        case ceilingReached = "ceiling_reached"
        /// Not even the fewest callers passed.
        case nothingPassed = "nothing_passed"
        /// It was interrupted, or could not go on.
        case unfinished
    }

    package var ending: Ending {
        guard isFinished else { return .unfinished }
        switch upperStanding {
        case .undecided: return .undecided
        case .generatorLimited: return .generatorLimited
        case .failed: return capacity == nil ? .nothingPassed : .bracketed
        case .passed, nil: return isCeilingTheHosts ? .generatorLimited : .ceilingReached
        }
    }

    /// How the command ends for it.
    ///
    /// A capacity below an agent's failure, or up to the ceiling that was asked for, is an answer. One
    /// below the generator's own limit is a lower bound, so the question is left open.
    package var exitStatus: ExitStatus {
        switch ending {
        case .bracketed, .ceilingReached: .passed
        case .undecided: capacity == nil ? .inconclusive : .passed
        case .generatorLimited: capacity == nil ? .invalid : .inconclusive
        case .nothingPassed: .failed
        // Whoever broke it off knows why, and says so.
        case .unfinished: .passed
        }
    }
}

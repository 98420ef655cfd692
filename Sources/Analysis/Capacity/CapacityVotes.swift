/// What the runs of one number of callers have said, and what they come to.
///
/// A run has a vote. One that too few samples left open is made again, longer, and what that says
/// counts in place of both: as not passed, where it says nothing either. One that the host spoiled has
/// no vote twice; a third time the host is what limits the search.
struct CapacityVotes: Equatable, Sendable {
    private static let mostVoids = 2

    /// Runs of any kind.
    private(set) var runs = 0
    private var passes = 0
    private var failures = 0
    private var undecided = 0
    private var limited = 0
    private var voids = 0
    /// How long the run has to be that decides what the last one left open.
    private var stretch: Int?
    /// Whether that last one was the soak.
    private var isSoaking = false
    private var hasLimitedSoak = false
    /// How the soak ended; `nil` before it has.
    private(set) var soak: CapacityStanding?

    mutating func count(_ outcome: CapacitySearch.Outcome, of step: CapacitySearch.Step) {
        runs += 1
        isSoaking = step.isSoak
        if case .inconclusive(let stretch) = outcome, step.stretch == 1 {
            self.stretch = max(2, stretch)
            return
        }
        if outcome == .void, voids < Self.mostVoids {
            voids += 1
            return
        }
        stretch = nil
        if isSoaking { return endSoak(outcome) }
        switch outcome {
        case .pass: passes += 1
        case .fail: failures += 1
        case .inconclusive: undecided += 1
        case .generatorLimited, .void: limited += 1
        }
    }

    private mutating func endSoak(_ outcome: CapacitySearch.Outcome) {
        isSoaking = false
        switch outcome {
        case .pass: soak = .passed
        case .fail: soak = .failed
        case .inconclusive: soak = .undecided
        case .generatorLimited, .void:
            // Tried again as any point is, since a stall may be the host's alone.
            if hasLimitedSoak { soak = .generatorLimited }
            isSoaking = !hasLimitedSoak
            hasLimitedSoak = true
        }
    }

    private var votes: Int { passes + failures + undecided + limited }
    private var misses: Int { failures + undecided }

    /// What most of the runs say; `nil` while none does, or as many say one thing as another.
    ///
    /// A soak that did not pass outweighs them; three that all differ are the generator's doing.
    var standing: CapacityStanding? {
        if let soak, soak != .passed { return soak }
        let most = max(passes, misses, limited)
        let leaders = [passes, misses, limited].count { $0 == most }
        guard most > 0 else { return nil }
        guard leaders == 1 else { return votes >= 3 ? .generatorLimited : nil }
        if passes == most { return .passed }
        if limited == most { return .generatorLimited }
        return failures > 0 ? .failed : .undecided
    }

    /// Whether two runs agree, or three have been made.
    var isSettled: Bool { soak != nil || max(passes, misses, limited) >= 2 || votes >= 3 }

    /// Whether it has to be run before anything else is tried.
    var isOpen: Bool { stretch != nil || isSoaking || runs > 0 && standing == nil && soak == nil }

    /// The run that is to close what is open.
    func reopening(_ callers: Int) -> CapacitySearch.Step {
        let purpose: CapacitySearch.Purpose =
            stretch != nil ? .longer : isSoaking ? .soak : .again
        return CapacitySearch.Step(
            callers: callers, purpose: purpose, attempt: runs, stretch: stretch ?? 1,
            isSoak: isSoaking)
    }
}

/// What a number of callers is held to be.
package enum CapacityStanding: String, Equatable, Sendable {
    case passed, failed
    /// No objective failed, and not all could be shown to pass.
    case undecided
    /// The generator, or its host, was not up to it.
    case generatorLimited = "generator_limited"
}

/// Finds the greatest number of callers that an agent serves within its objectives.
///
/// Sans-IO: ask ``next()`` for the step to try, run it, tell what came of it by ``record(_:)``, until
/// there is no next one. Callers are doubled from a start until one number does not pass, then halved
/// in on; both ends of what is left are tried again until two runs of three agree; the answer is held
/// for a soak. What the generator could not do itself bounds the search from above and is never taken
/// for the agent's limit.
package struct CapacitySearch: Sendable {
    package struct Settings: Equatable, Sendable {
        /// Callers of the first step, from 1.
        package var start: Int
        /// Callers that are not exceeded.
        package var ceiling: Int
        /// How far the answer may be from the agent's limit, as a share of it.
        ///
        /// Half of it is left to chance: the ends of the bracket are at most the other half apart, or
        /// one caller.
        package var precision: Double
        /// Whether the answer has to last for a longer run as well.
        package var soaks: Bool
        /// Shares of the answer at which latency is wanted, 0...1.
        package var shares: [Double]
        /// Whether the ceiling is what the generator's host allows, and not what was asked for.
        package var isCeilingTheHosts: Bool

        package init(
            start: Int, ceiling: Int, precision: Double = 0.05, soaks: Bool = true,
            shares: [Double] = [0.1, 0.5, 0.9], isCeilingTheHosts: Bool = false
        ) {
            self.start = start
            self.ceiling = ceiling
            self.isCeilingTheHosts = isCeilingTheHosts
            self.precision = precision
            self.soaks = soaks
            self.shares = shares
        }
    }

    /// One run to make.
    package struct Step: Equatable, Sendable {
        package var callers: Int
        package var purpose: Purpose
        /// Runs of as many callers so far: what tells repetitions apart, and seeds them.
        package var attempt: Int
        /// How many times the usual hold it lasts.
        package var stretch: Int
        /// Whether it is the soak, or what has to be made longer of it.
        package var isSoak: Bool

        package init(
            callers: Int, purpose: Purpose, attempt: Int = 0, stretch: Int = 1, isSoak: Bool = false
        ) {
            self.callers = callers
            self.purpose = purpose
            self.attempt = attempt
            self.stretch = stretch
            self.isSoak = isSoak
        }
    }

    /// What a step is for.
    package enum Purpose: String, Sendable {
        /// To narrow the bracket.
        case search
        /// To try an end of the bracket again, or what the host spoiled.
        case again
        /// To have more samples of what too few did not decide.
        case longer
        case soak
        /// To know the latency at a share of the answer.
        case profile
    }

    /// What a run said.
    package enum Outcome: Equatable, Sendable {
        /// Every objective passed.
        case pass
        /// An objective failed.
        case fail
        /// None failed and not all passed; so many times the hold might decide it.
        case inconclusive(stretch: Int)
        /// The generator was over its own budget.
        case generatorLimited
        /// The host stalled, whatever was being run on it.
        case void
    }

    package let settings: Settings
    private var points: [Int: CapacityVotes] = [:]
    private var pending: Step?
    /// Runs for the profile, by callers; they decide nothing.
    private var profiled: [Int: Int] = [:]

    /// - Precondition: 1 ≤ start ≤ ceiling, 0 < precision < 1.
    package init(_ settings: Settings) {
        precondition(
            1...settings.ceiling ~= settings.start && settings.precision > 0
                && settings.precision < 1, "no search by \(settings)")
        self.settings = settings
    }

    /// The step to make now, the same until it is recorded; `nil` when the search is over.
    package mutating func next() -> Step? {
        if pending == nil { pending = choose() }
        return pending
    }

    /// Takes what came of the step that ``next()`` gave out.
    package mutating func record(_ outcome: Outcome) {
        guard let step = pending else { return }
        pending = nil
        if step.purpose == .profile {
            profiled[step.callers, default: 0] += 1
        } else {
            points[step.callers, default: CapacityVotes()].count(outcome, of: step)
        }
    }

    /// What is known by now.
    package var conclusion: CapacityConclusion {
        let (lower, upper) = bracket
        // Where nothing passed, what the samples did not tell of fewer callers is not the agent's doing.
        let end = lower == nil ? leastUndecided(below: upper) ?? upper : upper
        return CapacityConclusion(
            capacity: lower, upper: end,
            upperStanding: end.flatMap { points[$0]?.standing },
            isFinished: search() == nil,
            isSoaked: lower.flatMap { points[$0]?.soak } == .passed,
            isCeilingTheHosts: settings.isCeilingTheHosts)
    }

    // MARK: Choosing

    /// The greatest that passed below the smallest that did not.
    ///
    /// Too few samples bound nothing from above as long as fewer callers did not pass: more callers
    /// bring more of them.
    private var bracket: (lower: Int?, upper: Int?) {
        let failed = points.filter {
            $0.value.standing == .failed || $0.value.standing == .generatorLimited
        }.keys.min()
        let lower = points.filter {
            $0.value.standing == .passed && $0.key < failed ?? .max
        }.keys.max()
        let open = lower.flatMap { lower in undecided.filter { $0 > lower }.min() }
        return (lower, [failed, open].compactMap(\.self).min())
    }

    private var undecided: some Collection<Int> {
        points.filter { $0.value.standing == .undecided }.keys
    }

    private func leastUndecided(below upper: Int?) -> Int? {
        undecided.filter { $0 < upper ?? .max }.min()
    }

    private func choose() -> Step? { search() ?? profile() }

    private func search() -> Step? {
        if let (callers, votes) = points.filter(\.value.isOpen).min(by: { $0.key < $1.key }) {
            return votes.reopening(callers)
        }
        let (lower, upper) = bracket
        // What nothing below has passed is searched upward from, as from what has passed.
        let open = lower ?? undecided.filter { $0 < upper ?? .max }.max()
        switch (open, upper) {
        case (nil, nil): return step(settings.start, .search)
        case (let open?, nil) where open < settings.ceiling:
            return step(min(2 * open, settings.ceiling), .search)
        case (nil, let upper?) where upper > 1: return step(upper / 2, .search)
        case (let open?, let upper?) where upper - open > tolerance(at: open):
            return step(open + (upper - open) / 2, .search)
        default: break
        }
        for end in [lower, upper].compactMap(\.self) where points[end]?.isSettled == false {
            return step(end, .again)
        }
        guard settings.soaks, let lower, points[lower]?.soak == nil else { return nil }
        return step(lower, .soak)
    }

    /// Loads between the answer and nothing, where none was tried near enough.
    private func profile() -> Step? {
        guard let capacity = bracket.lower else { return nil }
        for share in settings.shares {
            let wanted = Self.callers(at: share, of: capacity)
            guard nearest(to: wanted) == nil else { continue }
            var profile = step(wanted, .profile)
            // Few callers have few turns, so they talk for longer.
            profile.stretch = min(4, max(1, Int((0.4 / share).rounded())))
            return profile
        }
        return nil
    }

    private func nearest(to wanted: Int) -> Int? {
        let tried = Array(points.keys) + Array(profiled.keys)
        return CapacitySearch.nearest(to: wanted, among: tried, precision: settings.precision)
    }

    private func tolerance(at lower: Int) -> Int {
        max(1, Int(settings.precision / 2 * Double(lower)))
    }

    private func step(_ callers: Int, _ purpose: Purpose) -> Step {
        let runs = (points[callers]?.runs ?? 0) + profiled[callers, default: 0]
        return Step(
            callers: callers, purpose: purpose, attempt: runs, isSoak: purpose == .soak)
    }
}

extension CapacitySearch {
    /// Callers that stand for a share of a capacity; one at least.
    package static func callers(at share: Double, of capacity: Int) -> Int {
        max(1, Int((share * Double(capacity)).rounded()))
    }

    /// The load that was tried nearest to one, if that is as near as the search is precise.
    package static func nearest(
        to wanted: Int, among tried: some Sequence<Int>, precision: Double
    ) -> Int? {
        let nearest = tried.min { (abs($0 - wanted), $0) < (abs($1 - wanted), $1) }
        return nearest.flatMap {
            Double(abs($0 - wanted)) <= precision * Double(wanted) ? $0 : nil
        }
    }
}

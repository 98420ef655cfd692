package import Analysis
package import Timeline

extension CapacitySearch.Step {
    /// What is about to be run, for a progress line: `40 callers for 30 s, again`.
    package func wording(holdFor hold: Nanoseconds) -> String {
        let held = Figure.span(milliseconds: hold.milliseconds)
        let callers = Figure.count(callers, "caller")
        switch purpose {
        case .search: return "\(callers) for \(held)"
        case .again: return "\(callers) for \(held), again"
        case .longer: return "\(callers) for \(held), longer"
        case .soak: return "\(callers) for \(held), the soak"
        case .profile: return "\(callers) for \(held), for the profile"
        }
    }
}

extension CapacitySearch.Outcome {
    var mark: String {
        switch self {
        case .pass: "✓"
        case .fail: "✗"
        case .inconclusive: "?"
        case .generatorLimited, .void: "!"
        }
    }

    /// One word, as the JSON has it.
    var word: String {
        switch self {
        case .pass: "pass"
        case .fail: "fail"
        case .inconclusive: "inconclusive"
        case .generatorLimited: "generator_limited"
        case .void: "void"
        }
    }

    var wording: String {
        switch self {
        case .pass, .fail, .inconclusive: word
        case .generatorLimited: "generator over budget"
        case .void: "host stalled"
        }
    }
}

extension CapacityPoint {
    /// What a step came to, for a progress line.
    package var wording: String {
        var facts = ["\(Figure.count(callers, "caller")) \(outcome.mark) \(outcome.wording)"]
        switch outcome {
        case .pass: break
        case .fail, .inconclusive: facts += missed.map { "\($0.title) at \(valueText($0))" }
        case .generatorLimited, .void: facts += problems.prefix(1)
        }
        return facts.joined(separator: " · ")
    }

    /// What an objective was held against: `455 ms`, `99.7 %`, `> 10 s`, or `—`.
    func valueText(_ objective: ObjectiveResult) -> String {
        guard let value = objective.value else {
            guard objective.verdict == .fail, let metric = latency(objective.metric),
                metric.censored > 0
            else { return Figure.absent }
            return metric.beyondCensoring
        }
        if objective.expression.hasPrefix("rate") { return Figure.percent(value) }
        return objective.metric == "mos" ? Figure.fixed(value, 2) : Figure.plain(value) + " ms"
    }

    /// Where the callers held were not those asked for, beyond the two percent of bookkeeping.
    var heldNote: String? {
        guard littleGap > 0.02 else { return nil }
        return "held \(Figure.plain(heldCallers)) of \(callers)"
    }
}

extension ObjectiveResult {
    /// `first_audio p(95)<700ms`.
    var title: String { "\(metric) \(expression)" }
}

extension CapacityPath {
    /// The answer alone: `40 callers`, `at least 640 callers`, `none`.
    var answer: String {
        guard let capacity = conclusion.capacity else { return Figure.absent }
        let isBound = [.generatorLimited, .ceilingReached, .unfinished].contains(conclusion.ending)
        return (isBound ? "at least " : "") + Figure.count(capacity, "caller")
    }

    /// The bracket: `[40 passed, 42 failed]`.
    var bracket: String {
        let lower = conclusion.capacity.map { "\($0) passed" } ?? "nothing passed"
        guard let upper = conclusion.upper else { return "[\(lower), nothing above tried]" }
        let word: String
        switch conclusion.upperStanding {
        case .failed: word = "failed"
        case .undecided: word = "undecided"
        case .generatorLimited: word = "generator-limited"
        case .passed, nil: word = "not tried enough"
        }
        return "[\(lower), \(upper) \(word)]"
    }

    /// How the search ended, in a sentence.
    var sentence: String {
        let upper = conclusion.upper.map { Figure.count($0, "caller") } ?? ""
        switch conclusion.ending {
        case .bracketed: return "with \(upper), \(reasons) gave out"
        case .undecided:
            return "with \(upper), the samples do not tell: \(reasons) neither passed nor failed;"
                + " a longer --hold would"
        case .generatorLimited:
            guard conclusion.upper != nil else {
                return "generator-limited: this host allows no more than"
                    + " \(Figure.count(conclusion.capacity ?? 0, "caller")), and they passed; the"
                    + " agent's limit was not reached"
            }
            let why =
                points.last { $0.callers == conclusion.upper && !$0.problems.isEmpty }?
                .problems.first ?? "over its budget"
            return "generator-limited: with \(upper) this generator was over its own budget"
                + " (\(why)); the agent's limit was not reached"
        case .ceilingReached:
            return "ceiling reached: every load up to \(conclusion.capacity ?? 0) passed;"
                + " the agent's limit lies above"
        case .nothingPassed: return "not even \(upper) passed: \(reasons) gave out"
        case .unfinished: return "unfinished: \(problem ?? unreached)"
        }
    }

    private var unreached: String {
        points.contains(where: \.isReached)
            ? "the search did not go to its end" : "no call was ever established"
    }

    private var reasons: String {
        let texts = gaveOut.map { result in
            let value = decisive?.valueText(result) ?? Figure.absent
            return result.title + (value == Figure.absent ? "" : " at \(value)")
        }
        return texts.isEmpty ? "nothing that was asked" : texts.joined(separator: ", ")
    }

    /// `soak passed`, where one was made.
    var soakWording: String? {
        guard let soak = points.last(where: \.step.isSoak), soak.callers == conclusion.capacity
        else { return nil }
        return "soak of \(Figure.span(milliseconds: soak.holdSeconds * 1_000)) "
            + (conclusion.isSoaked ? "passed" : "did not pass")
    }

    /// What the agent took, with what it is reckoned from; `nil` where it was not measured.
    var agentWording: String? {
        guard let agent else { return nil }
        let usage = agent.usage
        var facts = [
            "\(Figure.fixed(usage.cores, 2)) cores at \(Figure.count(agent.callers, "caller"))"
                + (usage.callersPerCore.map { " = \(Figure.plain($0)) callers per core" } ?? "")
        ]
        let growth = usage.mbPerCaller.map { " = \(Figure.plain($0)) MB per caller over idle" }
        facts.append("\(Figure.plain(usage.residentMB)) MB" + (growth ?? ""))
        return facts.joined(separator: "; ")
    }

    /// What the law of scalability says, or that it says nothing.
    var scalabilityWording: String {
        guard let fit = scalability else {
            return "not fitted: fewer than \(ScalabilityFit.fewestLoads) loads"
        }
        let inputs = "X(N) over \(fit.loads) loads, \(Figure.count(fit.runs, "run"))"
        guard fit.isRetrograde else { return "no retrograde seen (\(inputs))" }
        let bounds = [fit.kappaInterval.lower, fit.kappaInterval.upper].map(Self.small)
        return "λ \(Self.small(fit.lambda)) turns/s, σ \(Self.small(fit.sigma)), "
            + "κ \(Self.small(fit.kappa)) (\(bounds[0]) to \(bounds[1]))"
            + (fit.bestCallers.map { ", most turns with \(Figure.plain($0)) callers" } ?? "")
            + " (\(inputs))"
    }

    /// How many servers, step by step; `nil` where nothing was to be planned.
    var planWording: String? {
        guard let plan else { return isPlanWanted ? "none: \(planObstacle)" : nil }
        let length = Figure.shortest(plan.holdingSeconds)
        let from = plan.isHoldingMeasured ? "measured" : "given"
        return "\(Figure.plain(plan.demand.peakCallsPerHour)) calls/h × \(length) s (\(from))"
            + " = \(Figure.plain(plan.erlangs)) Erlangs"
            + " → \(Figure.count(plan.lines, "line")) at \(Figure.percent(plan.demand.blocking))"
            + " blocking (Erlang B) → ⌈\(plan.lines) ÷ (\(plan.capacity) callers ×"
            + " \(Figure.shortest(plan.demand.headroom)))⌉ = \(Figure.count(plan.servers, "server"))"
    }

    private var planObstacle: String {
        conclusion.capacity == nil
            ? "there is no capacity to plan with"
            : "the load is beyond reckoning, or the length of a call is not known; give"
                + " --holding-time, or fewer --peak-calls-per-hour"
    }

    /// Three figures, with a power of ten where a fixed point would lose them.
    private static func small(_ value: Double?) -> String {
        guard let value else { return Figure.absent }
        guard value != 0, abs(value) < 0.01 else { return Figure.shortest(value) }
        var (mantissa, exponent) = (abs(value), 0)
        while mantissa < 1 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
        return "\(value < 0 ? "-" : "")\(Figure.fixed(mantissa, 2))e\(exponent)"
    }
}

extension CapacityReportMaterial {
    /// How the search was made, for a header.
    var settingsFacts: [String] {
        var facts = [
            "hold \(Figure.span(milliseconds: holdSeconds * 1_000))",
            soakSeconds > 0
                ? "soak \(Figure.span(milliseconds: soakSeconds * 1_000))" : "no soak",
            "from \(settings.start) to at most \(Figure.count(settings.ceiling, "caller"))",
            "within \(Figure.percent(settings.precision))",
        ]
        if let agentSource { facts.append("agent's use from \(agentSource)") }
        return facts
    }

    /// One line on what a capacity is.
    static let definition =
        "Capacity: the most callers with which every objective passes, by its 95 % bound, on the turns"
        + " of the hold; two runs of three agree at both ends, and the answer lasts for the soak."
}

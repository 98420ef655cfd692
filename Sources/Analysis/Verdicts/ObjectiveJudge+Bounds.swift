package import Planning

/// A value that may be beyond the limit of the watch, which then is +∞.
private func unbounded(_ value: Double?) -> Double { value ?? .infinity }

extension Objective {
    /// Whether smaller values are wanted.
    var wantsLess: Bool { comparison == .less || comparison == .atMost }

    fileprivate func holds(for value: Double) -> Bool {
        switch comparison {
        case .less: value < limit
        case .atMost: value <= limit
        case .greater: value > limit
        case .atLeast: value >= limit
        }
    }
}

extension ObjectiveJudge {
    /// By distribution-free bounds on the quantile.
    ///
    /// Below the count at which a bound exists on the side that would pass, the verdict is
    /// inconclusive.
    static func judge(
        _ objective: Objective, quantile: Double, of distribution: Distribution,
        risk: QuantileRanks.Risk
    ) -> Finding {
        let count = distribution.count
        let fewest = QuantileRanks.fewestSamples(
            objective.wantsLess ? quantile : 1 - quantile, risk: risk
        )
        guard count >= fewest else {
            return .inconclusive("n=\(count), \(objective.aggregate.text) needs \(fewest)")
        }
        let value = distribution.value(rank: QuantileRanks.estimate(quantile, count: count))
        let lower = distribution.lowerRank(quantile, risk: risk)
            .map { unbounded(distribution.value(rank: $0)) }
        let upper = distribution.upperRank(quantile, risk: risk)
            .map { unbounded(distribution.value(rank: $0)) }
        return judge(
            objective, value: value, lower: lower ?? -.infinity, upper: upper ?? .infinity,
            risk: risk)
    }

    /// By Student's interval around the mean, from ten samples on; turns of one call count for fewer
    /// where they are alike.
    ///
    /// With a censored sample the mean has no upper bound; counting such samples at the limit of
    /// the watch still bounds it from below.
    static func judgeMean(
        _ objective: Objective, of measured: PathMeasurement.Measured, risk: QuantileRanks.Risk
    ) -> Finding {
        let distribution = measured.distribution
        let count = distribution.count
        guard count >= 10 else { return .inconclusive("n=\(count), avg needs 10") }
        guard distribution.censored == 0 else {
            let floor = measured.censoredAt.map { distribution.countingCensored(at: $0) }
            let lower = floor?.meanBound(side: -1, risk: risk) ?? -.infinity
            var finding = judge(
                objective, value: nil, lower: lower, upper: .infinity, risk: risk)
            finding.reason = "\(distribution.censored) of \(count) samples outlasted the watch"
            return finding
        }
        return judge(
            objective,
            value: distribution.mean,
            lower: distribution.meanBound(side: -1, risk: risk) ?? -.infinity,
            upper: distribution.meanBound(side: 1, risk: risk) ?? .infinity,
            risk: risk
        )
    }

    /// By the bound of Clopper and Pearson.
    ///
    /// `rate>=1` and `rate<=0`, which no finite count can prove, compare what was counted.
    static func judge(
        _ objective: Objective, on proportion: Proportion, risk: QuantileRanks.Risk
    ) -> Finding {
        guard let value = proportion.value else { return .inconclusive("n=0: nothing was counted") }
        let isAbsolute =
            objective.comparison == .atLeast && objective.limit >= 1
            || objective.comparison == .atMost && objective.limit <= 0
        if isAbsolute { return judge(objective, observed: value) }

        var finding = judge(
            objective, value: value,
            lower: proportion.lowerBound(risk: risk.rawValue),
            upper: proportion.upperBound(risk: risk.rawValue),
            risk: risk)
        let fewest = fewestTrials(objective, risk: risk)
        if finding.verdict == .inconclusive, let fewest, proportion.trials < fewest {
            finding.reason = "n=\(proportion.trials), \(objective.expression) needs \(fewest)"
        }
        return finding
    }

    /// What was seen against the limit, with no claim beyond it.
    static func judge(_ objective: Objective, observed value: Double?) -> Finding {
        let holds = objective.holds(for: unbounded(value))
        return Finding(
            value: value,
            verdict: holds ? .pass : .fail,
            reason: value == nil ? "a sample outlasted the watch" : nil
        )
    }

    /// Fewest samples with which an objective can pass; `nil` where no number of them is enough.
    package static func fewestSamples(_ objective: Objective) -> Int? {
        func fewest(_ quantile: Double) -> Int {
            QuantileRanks.fewestSamples(
                objective.wantsLess ? quantile : 1 - quantile, risk: .oneSided)
        }
        switch objective.aggregate {
        case .quantile(let quantile): return fewest(quantile)
        case .median: return fewest(0.5)
        case .average: return 10
        case .minimum, .maximum: return 1
        case .rate: return fewestTrials(objective, risk: .oneSided)
        }
    }

    /// Fewest trials with which a perfect record passes; `nil` where none does.
    static func fewestTrials(_ objective: Objective, risk: QuantileRanks.Risk) -> Int? {
        let share = objective.wantsLess ? 1 - objective.limit : objective.limit
        guard share > 0, share < 1 else { return nil }
        return QuantileRanks.fewestSamples(share, risk: risk)
    }

    private static func judge(
        _ objective: Objective, value: Double?, lower: Double, upper: Double,
        risk: QuantileRanks.Risk
    ) -> Finding {
        let limit = objective.limit
        let passes = objective.wantsLess ? upper <= limit : lower >= limit
        let fails = objective.wantsLess ? lower > limit : upper < limit
        if passes { return Finding(value: value, verdict: .pass, reason: nil) }
        if fails { return Finding(value: value, verdict: .fail, reason: nil) }
        return .inconclusive(
            "the \(((1 - risk.rawValue) * 100).shortText) % bounds \(lower.shortText) to \(upper.shortText) straddle the limit",
            value: value
        )
    }
}

extension Distribution {
    /// One-sided bound of Student's interval around the mean: `side` −1 below, 1 above.
    fileprivate func meanBound(side: Double, risk: QuantileRanks.Risk) -> Double? {
        guard let mean, let deviation else { return nil }
        let independent = max(2, Double(measured) / designEffectOfMean)
        let t = StudentT.upperQuantile(risk: risk.rawValue, degrees: independent - 1)
        return mean + side * t * deviation / independent.squareRoot()
    }
}

extension Objective.Aggregate {
    /// As k6 writes it.
    var text: String {
        switch self {
        case .quantile(let quantile):
            let percent = (quantile * 1e6).rounded() / 1e4
            return percent == percent.rounded() ? "p(\(Int(percent)))" : "p(\(percent))"
        case .average: return "avg"
        case .minimum: return "min"
        case .median: return "med"
        case .maximum: return "max"
        case .rate: return "rate"
        }
    }
}

extension PathComparison {
    /// The finding of a rate, not judged yet.
    func finding(rate name: String, level: Double) -> ComparisonFinding {
        var finding = blank(name, "rate")
        finding.reason = gap(name, "rate", fewest: 1)
        guard finding.reason == nil else { return finding }
        let sides = [first, second].map { side in side.compactMap { $0.rate(name) } }
        let pooled = sides.map { side in
            Proportion(
                hits: side.reduce(0) { $0 + $1.hits }, trials: side.reduce(0) { $0 + $1.trials })
        }
        (finding.first.value, finding.second.value) = (pooled[0].value, pooled[1].value)
        if let a = pooled[0].value, let b = pooled[1].value { finding.difference = b - a }
        finding.differenceInterval = pooled[0].difference(to: pooled[1], level: level)
        finding.estimate = estimate(
            sides.map { side in side.compactMap(\.value) },
            within: pooled[0].difference(to: pooled[1], level: 0.05))
        return finding
    }

    /// Only the p of a rate, and the smallest change that would have been found, are an estimate's:
    /// its size is a difference.
    ///
    /// - Parameter interval: of the trials at a risk of 5 %. Runs that are all perfect do not vary,
    ///   and prove no more than their trials do.
    private func estimate(_ rates: [[Double]], within interval: Interval?) -> RatioEstimate? {
        let spread: RunSpread?
        switch design {
        case .paired: spread = RunSpread(paired: zip(rates[0], rates[1]).map { $1 - $0 })
        case .independent: spread = RunSpread(rates[0], rates[1])
        case .single: return nil
        }
        guard let spread, let runs = spread.detectable else { return nil }
        var estimate = RatioEstimate()
        estimate.take(spread.test())
        let half = interval.flatMap { interval in
            interval.lower.flatMap { lower in interval.upper.map { ($0 - lower) / 2 } }
        }
        let bound = Normal.upperQuantile(risk: 0.025)
        let trials = (half ?? 0) * (bound + Normal.upperQuantile(risk: 0.2)) / bound
        estimate.minimumDetectable = max(runs, trials)
        return estimate
    }
}

extension MetricSummary {
    /// The quantiles that are published, by name.
    package static let quantiles: [(name: String, value: Double)] = [
        ("p50", 0.5), ("p90", 0.9), ("p95", 0.95), ("p99", 0.99), ("p999", 0.999),
    ]

    /// Publishes a distribution: order statistics with distribution-free intervals, and `nil` for
    /// every quantile that has too few samples or lies in the censored tail.
    package init(
        name: String, unit: String, distribution: Distribution, censoredAt: Double? = nil
    ) {
        self.init(name: name, unit: unit)
        n = distribution.count
        censored = distribution.censored
        self.censoredAt = censoredAt
        void = distribution.void
        min = distribution.smallest
        mean = distribution.mean
        max = distribution.largestMeasured

        for (name, quantile) in Self.quantiles
        where n >= QuantileRanks.fewestSamples(quantile, risk: .twoSided) {
            let rank = QuantileRanks.estimate(quantile, count: n)
            let value = distribution.value(rank: rank)
            if value == nil { beyondTimeout.append(name) }
            self[quantile: name] = value
            let lower = distribution.lowerRank(quantile, risk: .twoSided)
            let upper = distribution.upperRank(quantile, risk: .twoSided)
            intervals[name] = Interval(
                lower: lower.flatMap { distribution.value(rank: $0) },
                upper: upper.flatMap { distribution.value(rank: $0) }
            )
        }
    }

    /// A published quantile by its name; `nil` where it is not published.
    package subscript(quantile name: String) -> Double? {
        get {
            switch name {
            case "p50": p50
            case "p90": p90
            case "p95": p95
            case "p99": p99
            case "p999": p999
            default: nil
            }
        }
        set {
            switch name {
            case "p50": p50 = newValue
            case "p90": p90 = newValue
            case "p95": p95 = newValue
            case "p99": p99 = newValue
            case "p999": p999 = newValue
            default: break
            }
        }
    }
}

extension RateSummary {
    package init(name: String, proportion: Proportion) {
        self.init(
            name: name,
            hits: proportion.hits,
            n: proportion.trials,
            value: proportion.value,
            interval: proportion.wilson
        )
    }
}

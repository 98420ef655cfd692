import Analysis

/// The quantiles that tables show.
enum Quantile: String, CaseIterable, Sendable {
    case p50, p90, p95, p99

    /// Whether tables print its interval: those of neighbours would only crowd these two.
    var showsInterval: Bool { self == .p50 || self == .p95 }

    func value(in metric: MetricSummary) -> Double? {
        switch self {
        case .p50: metric.p50
        case .p90: metric.p90
        case .p95: metric.p95
        case .p99: metric.p99
        }
    }
}

extension MetricSummary {
    /// One quantile for a table: `412`, `> 10 s` in the censored tail, `—` where not measured.
    func text(_ quantile: Quantile) -> String {
        if let value = quantile.value(in: self) { return Figure.plain(value) }
        return beyondTimeout.contains(quantile.rawValue) ? beyondCensoring : Figure.absent
    }

    /// The 95 % interval of p50 or p95: `405–419`; `nil` where there is none.
    ///
    /// An upper bound inside the censored tail is printed as the limit: `405–> 10 s`.
    func intervalText(_ quantile: Quantile) -> String? {
        guard quantile.showsInterval, let interval = intervals[quantile.rawValue] else {
            return nil
        }
        guard let lower = interval.lower else { return nil }
        guard let upper = interval.upper else {
            return censored > 0 ? "\(Figure.plain(lower))–\(beyondCensoring)" : nil
        }
        let join = lower < 0 || upper < 0 ? " to " : "–"
        return Figure.plain(lower) + join + Figure.plain(upper)
    }

    /// What became of other samples: `3 censored, 1 void`; `nil` when there is nothing to add.
    var remark: String? {
        var parts: [String] = []
        if censored > 0 { parts.append("\(censored) censored") }
        if void > 0 { parts.append("\(void) void") }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    /// How a value that was never reached is printed: `> 10 s`.
    var beyondCensoring: String {
        guard let limit = censoredAt else { return "> limit" }
        return unit == "ms" ? "> " + Figure.span(milliseconds: limit) : "> " + Figure.plain(limit)
    }

    var isMeasured: Bool { n > 0 }
}

extension RateSummary {
    /// Fewest events a rate is printed for; with fewer the counts stand alone.
    static let fewestEvents = 10

    /// The rate for a table: `99.7 %`, `n<10`, or `—` when nothing was tried.
    var text: String {
        guard n > 0, let value else { return Figure.absent }
        return n < Self.fewestEvents ? "n<\(Self.fewestEvents)" : Figure.percent(value)
    }

    /// The 95 % interval: `98.9–99.9 %`.
    var intervalText: String? {
        guard n >= Self.fewestEvents, let lower = interval?.lower, let upper = interval?.upper
        else {
            return nil
        }
        return "\(Figure.percentNumber(lower))–\(Figure.percentNumber(upper)) %"
    }
}

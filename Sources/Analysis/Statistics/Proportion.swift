/// Hits over trials, with the intervals published and judged.
package struct Proportion: Equatable, Sendable {
    package var hits: Int
    package var trials: Int

    /// - Precondition: 0 ≤ hits ≤ trials.
    package init(hits: Int, trials: Int) {
        precondition(hits >= 0 && hits <= trials, "\(hits) hits of \(trials) trials")
        self.hits = hits
        self.trials = trials
    }

    /// `nil` without a trial.
    package var value: Double? { trials > 0 ? Double(hits) / Double(trials) : nil }

    /// Two-sided 95 % score interval of Wilson (1927); `nil` without a trial.
    package var wilson: Interval? { score(level: 0.05) }

    /// The score interval of Wilson at a risk of both its sides together; `nil` without a trial.
    func score(level: Double) -> Interval? {
        guard let value else { return nil }
        let n = Double(trials)
        let z = Normal.upperQuantile(risk: level / 2)
        let centre = (value + z * z / (2 * n)) / (1 + z * z / n)
        let half =
            z / (1 + z * z / n) * (value * (1 - value) / n + z * z / (4 * n * n)).squareRoot()
        // Exactly 0 and 1 at the ends, where the formula misses them by a rounding.
        return Interval(
            lower: hits == 0 ? 0 : max(0, centre - half),
            upper: hits == trials ? 1 : min(1, centre + half)
        )
    }

    /// Lower bound of Clopper and Pearson (1934): the true rate is below it with at most `risk`.
    package func lowerBound(risk: Double) -> Double {
        hits == 0 ? 0 : Beta.quantile(risk, Double(hits), Double(trials - hits + 1))
    }

    /// Upper bound of Clopper and Pearson: the true rate is above it with at most `risk`.
    ///
    /// 0 hits in 149 trials bound the rate at 2 %, 0 in 299 at 1 %, at a risk of 0.05.
    package func upperBound(risk: Double) -> Double {
        hits == trials ? 1 : 1 - Beta.quantile(risk, Double(trials - hits), Double(hits + 1))
    }

    /// Two-sided 95 % interval of Clopper and Pearson; `nil` without a trial.
    package var clopperPearson: Interval? {
        guard trials > 0 else { return nil }
        return Interval(lower: lowerBound(risk: 0.025), upper: upperBound(risk: 0.025))
    }
}

import Planning

/// The runs of two sides on one path: what every figure of the comparison is computed from.
package struct PathComparison: Sendable {
    /// What the finding is listed under.
    package let name: String
    package let design: ComparisonDesign
    let first: [PathMeasurement]
    let second: [PathMeasurement]

    /// - Precondition: no side is empty, and pairs have as many runs on each.
    package init(
        name: String, design: ComparisonDesign, first: [PathMeasurement],
        second: [PathMeasurement]
    ) {
        precondition(!first.isEmpty && !second.isEmpty, "a side without a run")
        if case .paired(let count) = design {
            precondition(first.count == count && second.count == count, "pairs of unequal sides")
        }
        self.name = name
        self.design = design
        self.first = first
        self.second = second
    }

    /// What every run of both sides has samples or trials of, in catalogue order: distributions,
    /// then rates.
    var complete: (metrics: [String], rates: [String]) {
        let rates = (first.first?.rates ?? []).map(\.name)
        func isComplete(_ name: String) -> Bool { counts(of: name).joined().allSatisfy { $0 > 0 } }
        return (PathMeasurement.order.filter(isComplete), rates.filter(isComplete))
    }

    /// What of a family can be judged here.
    ///
    /// What no run measured is left out, unless it was asked for by name, or nothing else were left
    /// to judge: a figure that vanishes would pass.
    func judged(_ terms: ComparisonTerms, among paths: [PathComparison]) -> [ComparisonTerms.Item] {
        let kept = terms.family.filter { item in
            if hasMeasured(item.metric) { return true }
            guard terms.isNamed else { return false }
            // As packet loss on WebSocket: judged on the other paths alone.
            let isShownElsewhere = paths.contains { $0.hasMeasured(item.metric) }
            return !isShownElsewhere || (first + second).contains { $0.canShow(item.metric) }
        }
        return kept.isEmpty && !terms.isNamed ? terms.family : kept
    }

    private func hasMeasured(_ metric: String) -> Bool {
        counts(of: metric).joined().contains { $0 > 0 }
    }

    /// Samples or trials of each run, side by side.
    func counts(of metric: String) -> [[Int]] {
        [first, second].map { side in
            side.map { run in
                run.rate(metric)?.trials ?? run.metric(metric)?.distribution.count ?? 0
            }
        }
    }

    /// Why a figure cannot be told of every run; `nil` where it can.
    ///
    /// - Parameter fewest: samples that each run must have.
    func gap(_ metric: String, _ statistic: String, fewest: Int) -> String? {
        let counts = counts(of: metric)
        let empty = zip(counts, ["first", "second"]).compactMap { side, name -> String? in
            let missing = side.count { $0 == 0 }
            return missing > 0 ? "in \(missing) of \(side.count) runs on the \(name) side" : nil
        }
        guard empty.isEmpty else { return "no samples " + empty.joined(separator: " and ") }
        guard let least = counts.joined().min(), least < fewest else { return nil }
        return "the \(statistic) of a run needs \(fewest) samples, and one has \(least)"
    }

    /// The finding of a figure without anything known of it but how many samples there are.
    func blank(_ metric: String, _ statistic: String) -> ComparisonFinding {
        let counts = counts(of: metric)
        return ComparisonFinding(
            path: name, metric: metric, statistic: statistic,
            unit: MetricCatalogue.metric(named: metric)?.unit.rawValue ?? "ms",
            first: .init(n: counts[0].reduce(0, +)), second: .init(n: counts[1].reduce(0, +)))
    }
}

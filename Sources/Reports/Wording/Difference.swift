import Analysis

/// How two paths differ in a headline metric, in words.
struct Difference: Equatable, Sendable {
    var sentence: String

    /// Every path of a run against its first, for both headline metrics; none with one path.
    static func all(in summary: RunSummary) -> [Difference] {
        guard let first = summary.paths.first else { return [] }
        return MetricGroup.headline.flatMap { name in
            summary.paths.dropFirst().compactMap { between(first, $0, metric: name) }
        }
    }

    /// What every report says below its differences.
    static let caveat = "within one run; run-to-run variation unknown"

    private static func between(
        _ first: PathSummary, _ second: PathSummary, metric name: String
    ) -> Difference? {
        guard let one = first.metric(name), let other = second.metric(name) else { return nil }
        guard one.n > 0, other.n > 0 else { return nil }
        guard let left = one.p50, let right = other.p50 else {
            return undecided(first, one, second, other)
        }
        let verb = name == "first_audio" ? "answered" : "fell silent"
        let (winner, loser) = left < right ? (first, second) : (second, first)
        let (fast, slow) = left < right ? (left, right) : (right, left)
        // As many places as the figures themselves are printed with.
        let gap = Figure.fixed(slow - fast, abs(slow) >= 99.95 ? 0 : abs(slow) >= 9.995 ? 1 : 2)
        let figures = "\(Figure.plain(fast)) against \(Figure.plain(slow)) ms"
        switch overlap(one, other) {
        case false:
            return Difference(
                sentence: "\(winner.name) \(verb) \(gap) ms faster than "
                    + "\(loser.name) at p50 (\(figures); 95 % intervals apart)"
            )
        case true:
            return Difference(
                sentence: "\(first.name) and \(second.name) \(verb) alike at p50 "
                    + "(\(figures); 95 % intervals overlap)"
            )
        case nil:
            return Difference(
                sentence: "\(winner.name) \(verb) \(gap) ms faster than "
                    + "\(loser.name) at p50 (\(figures); no interval)"
            )
        }
    }

    private static func undecided(
        _ first: PathSummary, _ one: MetricSummary, _ second: PathSummary, _ other: MetricSummary
    ) -> Difference {
        Difference(
            sentence: "\(first.name) and \(second.name) cannot be compared on \(one.name): p50 is "
                + "\(one.text(.p50)) and \(other.text(.p50))"
        )
    }

    /// Whether the intervals of both medians overlap; `nil` when one of them is unknown.
    private static func overlap(_ one: MetricSummary, _ other: MetricSummary) -> Bool? {
        guard
            let left = one.intervals["p50"], let right = other.intervals["p50"],
            let leftLower = left.lower, let rightLower = right.lower
        else { return nil }
        let leftUpper = left.upper ?? .infinity
        let rightUpper = right.upper ?? .infinity
        return leftLower <= rightUpper && rightLower <= leftUpper
    }
}

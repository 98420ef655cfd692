import Analysis

/// How two paths differ in a headline metric, in words.
struct Difference: Equatable, Sendable {
    /// Which is faster and by how much, or that this cannot be told.
    var sentence: String
    /// The figures it rests on, with their intervals; `nil` where there are none.
    var figures: String?
    /// Where the slower path spends its time; `nil` where that is not known.
    var reason: String?

    /// Every path against the fastest, for both headline metrics; none with one path.
    ///
    /// Of an invalid run nothing is claimed, and that is said, however many paths it has.
    static func all(in summary: RunSummary) -> [Difference] {
        guard summary.generator?.valid != false else {
            return [
                Difference(
                    sentence: "nothing is said of the agent: the generator was over its own budget")
            ]
        }
        // What a path's queue held is the same story in each of its differences: told once.
        var told: [String] = []
        return summary.differences.map { difference in
            var words = Difference(
                sentence: sentence(difference), figures: figures(difference, in: summary))
            if difference.p50.conclusion == .apart {
                let reason = DifferenceReason(difference, in: summary)
                words.reason = reason.sentence(besides: told)
                told += reason.held.map { [$0] } ?? []
            }
            return words
        }
    }

    /// Whether it says something of the agent, which then needs the caveat.
    var isClaim: Bool { figures != nil }

    /// What every report says below its differences.
    static let caveat = "within one run; run-to-run variation unknown"

    /// How the intervals were found, for those who ask.
    static func method(paths: Int) -> String {
        let together = paths > 2 ? ", for all pairs of paths together" : ""
        return "95 % intervals\(together), from calls drawn again with replacement"
    }

    /// Sentence and figures in one, for a line of text.
    var line: String { [sentence, figures].compactMap(\.self).joined(separator: ": ") }

    // MARK: The sentence

    private static func sentence(_ difference: PathDifference) -> String {
        let (faster, slower) = (difference.faster, difference.slower)
        let isAnswer = difference.metric == "first_audio"
        let verb = isAnswer ? "answered" : "fell silent"
        let doing = isAnswer ? "answering" : "falling silent"
        let end = isAnswer ? "" : " when interrupted"
        let gap = gap(difference.p50)
        switch difference.p50.conclusion {
        case .apart:
            return "\(faster) \(verb) \(gap.map { $0 + " " } ?? "")faster than \(slower)\(end)"
        case .withinBias:
            return "\(faster) and \(slower) \(verb) alike: they are \(gap ?? "little") apart, "
                + "no more than this instrument may add"
        case .alike:
            return "\(faster) and \(slower) cannot be told apart in \(doing)"
        case .noInterval:
            let order =
                isEven(difference.p50) ? "as fast as" : "\(gap.map { $0 + " " } ?? "")faster than"
            return "\(faster) \(verb) \(order) \(slower)\(end), in too few calls to be sure"
        case .incomparable:
            return "\(faster) and \(slower) cannot be compared in \(doing)"
        }
    }

    /// The difference with the share of the slower path's figure that it is: `77 ms (13 %)`.
    private static func gap(_ gap: PathDifference.Gap) -> String? {
        guard let difference = gap.difference, let slower = gap.slower else { return nil }
        let text = "\(Figure.fixed(abs(difference), places(slower))) ms"
        guard slower > 0, let faster = gap.faster, faster > 0 else { return text }
        let share = 100 * abs(difference) / slower
        return text + " (\(Figure.fixed(share, share < 9.95 ? 1 : 0)) %)"
    }

    /// Whether nothing is left of the difference at the places it is printed with.
    private static func isEven(_ gap: PathDifference.Gap) -> Bool {
        guard let difference = gap.difference, let slower = gap.slower else { return false }
        return Double(Figure.fixed(abs(difference), places(slower))) == 0
    }

    // MARK: Its figures

    private static func figures(
        _ difference: PathDifference, in summary: RunSummary
    ) -> String? {
        let sides = [difference.faster, difference.slower].map { name in
            summary.paths.first { $0.name == name }?.metric(difference.metric)
        }
        guard let faster = sides[0], let slower = sides[1] else { return nil }
        var parts = ["median \(text(faster, .p50)) against \(text(slower, .p50))"]
        let p50 = difference.p50
        if let interval = interval(p50, from: slower) {
            parts[0] += ", 95 % interval of the difference \(interval)"
        } else if p50.conclusion == .noInterval {
            parts[0] += "; an interval needs 20 calls on each path"
        }
        if p50.conclusion != .incomparable, let p95 = difference.p95 {
            parts.append(tail(p95, faster, slower))
        }
        parts += sides.indices.compactMap { side in
            let name = side == 0 ? difference.faster : difference.slower
            return summary.paths.first { $0.name == name }.flatMap { misses($0, difference.metric) }
        }
        return parts.joined(separator: "; ")
    }

    /// A path that seldom does what is timed may look quick: how often it did not.
    private static func misses(_ path: PathSummary, _ metric: String) -> String? {
        let isAnswer = metric == "first_audio"
        let rate = path.rates.first { $0.name == (isAnswer ? "response_rate" : "yield_rate") }
        guard let rate, rate.n >= RateSummary.fewestEvents, rate.hits < rate.n else { return nil }
        let share = Figure.percent(Double(rate.n - rate.hits) / Double(rate.n))
        return isAnswer
            ? "\(path.name) left \(share) of the turns unanswered"
            : "\(path.name) did not stop in \(share) of the interruptions"
    }

    private static func tail(
        _ gap: PathDifference.Gap, _ faster: MetricSummary, _ slower: MetricSummary
    ) -> String {
        let bounds = interval(gap, from: slower).map { " (\($0))" } ?? ""
        guard let difference = gap.difference, let value = gap.slower else {
            return "at p95 \(text(faster, .p95)) against \(text(slower, .p95))"
        }
        let amount = Figure.fixed(abs(difference), places(value))
        switch gap.conclusion {
        case .alike: return "at p95 not told apart\(bounds)"
        default:
            return "at p95 \(amount) ms \(difference < 0 ? "slower" : "faster")\(bounds)"
        }
    }

    /// `496 ms`, `> 10 s`, `—`.
    private static func text(_ metric: MetricSummary, _ quantile: Quantile) -> String {
        metric.text(quantile) + (quantile.value(in: metric) == nil ? "" : " ms")
    }

    /// `72 to 82 ms`; `from 72 ms on` where the upper bound lies in the censored tail.
    private static func interval(
        _ gap: PathDifference.Gap, from slower: MetricSummary
    ) -> String? {
        guard let interval = gap.interval else { return nil }
        var places = places(gap.slower ?? gap.faster ?? 100)
        if let lower = interval.lower, let upper = interval.upper, upper - lower < 2 {
            places = max(1, places)
        }
        let lower = interval.lower.map { Figure.fixed($0, places) }
        let upper = interval.upper.map { Figure.fixed($0, places) }
        switch (lower, upper) {
        case (let lower?, let upper?): return "\(lower) to \(upper) ms"
        case (let lower?, nil): return "from \(lower) ms on"
        case (nil, let upper?): return "up to \(upper) ms"
        case (nil, nil): return nil
        }
    }

    /// As many places as the figures themselves are printed with.
    static func places(_ value: Double) -> Int {
        abs(value) >= 99.95 ? 0 : abs(value) >= 9.995 ? 1 : 2
    }
}

/// What a comparison is held to, declared before it is made.
package struct ComparisonTerms: Equatable, Sendable {
    /// What is judged, in order and each once: corrected together.
    package let family: [Item]
    /// Whether the family was asked for by name: what no run measured is then undecided, and not
    /// left out.
    package let isNamed: Bool
    /// Changes up to this share, 0.05 for 5 %, are no difference.
    package var margin: Double
    /// The same for rates, in points: 0.02 is 2 %.
    package var rateMargin: Double
    /// Two-sided risk of every interval and test.
    package var level: Double

    /// A metric and the statistic of it that is judged.
    package struct Item: Equatable, Hashable, Sendable {
        package var metric: String
        /// A published quantile's name, or `rate`.
        package var statistic: String

        package init(_ metric: String, _ statistic: String) {
            self.metric = metric
            self.statistic = statistic
        }
    }

    /// The headline metrics, and the rates without which they flatter.
    package static let headline: [Item] = [
        Item("first_audio", "p50"), Item("first_audio", "p95"),
        Item("barge_in_cut", "p50"), Item("barge_in_cut", "p95"),
        Item("response_rate", "rate"), Item("yield_rate", "rate"),
    ]

    /// - Parameters:
    ///   - family: what was asked for by name; `nil` for the headline metrics that were measured.
    ///   - level: 0.05, or half of it where a second look is kept open.
    package init(
        family: [Item]? = nil, margin: Double = 0.05, rateMargin: Double = 0.02,
        level: Double = 0.05
    ) {
        var seen: Set<Item> = []
        self.family = (family ?? Self.headline).filter { seen.insert($0).inserted }
        isNamed = family != nil
        self.margin = margin
        self.rateMargin = rateMargin
        self.level = level
    }
}

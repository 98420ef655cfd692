package import Analysis

/// A comparison with what a reader must know about its two sides.
package struct ComparisonDocument: Equatable, Sendable {
    /// One side.
    package struct Side: Equatable, Sendable {
        /// As the user called it: `latest/rtp`.
        package var reference: String
        /// The name that sentences use.
        package var name: String
        /// In the order in which they were made.
        package var runs: [RunFacts]

        package init(reference: String, name: String, runs: [RunFacts]) {
            self.reference = reference
            self.name = name
            self.runs = runs
        }
    }

    package var first: Side
    package var second: Side
    package var comparison: Comparison
    /// What sets the sides apart besides what is compared.
    package var differences: [String]
    /// What would have kept them from being compared, had the user not insisted.
    package var obstacles: [String]
    /// Runs whose generator was over its own budget, and why.
    package var invalid: [String]

    package init(
        first: Side, second: Side, comparison: Comparison, differences: [String] = [],
        obstacles: [String] = [], invalid: [String] = []
    ) {
        self.first = first
        self.second = second
        self.comparison = comparison
        self.differences = differences
        self.obstacles = obstacles
        self.invalid = invalid
    }
}

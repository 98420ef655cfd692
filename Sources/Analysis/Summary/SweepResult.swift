/// Runs that differ in swept values alone, in the order in which they were made.
package struct SweepResult: Equatable, Sendable {
    /// One run.
    package struct Point: Equatable, Sendable {
        /// The swept keys with this run's values, in the order of ``SweepResult/keys``.
        package var values: [String]
        package var summary: RunSummary

        package init(values: [String], summary: RunSummary) {
            self.values = values
            self.summary = summary
        }
    }

    /// The tag `sweep` of all its runs.
    package var id: String
    package var scenario: String
    /// What was swept, as in `agent.embedded.endpointing`.
    package var keys: [String]
    package var points: [Point]
    /// Runs that were meant to be made; more than ``points`` where it was ended early.
    package var planned: Int

    package init(id: String, scenario: String, keys: [String], points: [Point], planned: Int) {
        self.id = id
        self.scenario = scenario
        self.keys = keys
        self.points = points
        self.planned = planned
    }
}

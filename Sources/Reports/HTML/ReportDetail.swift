package import Analysis

/// What an HTML report shows beside the summary; all of it may be empty.
package struct ReportDetail: Sendable {
    /// One entry for each path that has curves, in any order.
    package var curves: [PathCurves]
    /// In the order in which they are to be listed.
    package var definitions: [MetricNote]
    /// The scenario as the run used it, overrides applied.
    package var scenarioYAML: String

    package init(
        curves: [PathCurves] = [], definitions: [MetricNote] = [], scenarioYAML: String = ""
    ) {
        self.curves = curves
        self.definitions = definitions
        self.scenarioYAML = scenarioYAML
    }
}

/// A metric's definition, as a reader of a report needs it.
package struct MetricNote: Equatable, Sendable {
    package var name: String
    /// `ms`, `score` or `ratio`.
    package var unit: String
    /// Start event, end event and what is left out, in sentences.
    package var definition: String

    package init(name: String, unit: String, definition: String) {
        self.name = name
        self.unit = unit
        self.definition = definition
    }
}

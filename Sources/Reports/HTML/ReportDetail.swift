package import Analysis

/// What an HTML report shows beside the summary; all of it may be empty.
package struct ReportDetail: Sendable {
    /// One entry for each path that has curves, in any order.
    package var curves: [PathCurves]
    /// One entry for each path whose latencies are to be explained, in any order.
    package var explanations: [PathExplanation]
    /// In the order in which they are to be listed.
    package var definitions: [MetricNote]
    /// The scenario as the run used it, overrides applied.
    package var scenarioYAML: String
    /// Calls whose sound was kept, in the order in which they are to be listed.
    package var recordings: [CallSound]

    package init(
        curves: [PathCurves] = [], explanations: [PathExplanation] = [],
        definitions: [MetricNote] = [], scenarioYAML: String = "", recordings: [CallSound] = []
    ) {
        self.curves = curves
        self.explanations = explanations
        self.recordings = recordings
        self.definitions = definitions
        self.scenarioYAML = scenarioYAML
    }
}

/// Where the sound of one call can be played from.
package struct CallSound: Equatable, Sendable {
    package var path: String
    /// Number of the call on its path, from 0.
    package var call: Int
    /// A relative reference from the page to the file, percent-encoded.
    package var reference: String

    package init(path: String, call: Int, reference: String) {
        self.path = path
        self.call = call
        self.reference = reference
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

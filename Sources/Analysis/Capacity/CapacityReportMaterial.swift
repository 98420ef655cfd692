package import Planning

/// A search for the capacity of one or more paths, as it is reported.
package struct CapacityReportMaterial: Equatable, Sendable {
    package var run: RunFacts
    package var settings: CapacitySearch.Settings
    package var holdSeconds: Double
    /// 0 for no soak.
    package var soakSeconds: Double
    /// In the order of the scenario.
    package var limits: [CapacityLimit]
    /// In the order in which they were searched.
    package var paths: [CapacityPath]
    /// Where the agent's use of CPU and memory was read; `nil` for nowhere.
    package var agentSource: String?

    package init(
        run: RunFacts, settings: CapacitySearch.Settings, holdSeconds: Double,
        soakSeconds: Double, objectives: [Objective], paths: [CapacityPath] = [],
        agentSource: String? = nil
    ) {
        self.run = run
        self.settings = settings
        self.holdSeconds = holdSeconds
        self.soakSeconds = soakSeconds
        limits = objectives.map(CapacityLimit.init)
        self.paths = paths
        self.agentSource = agentSource
    }
}

/// An objective as a line in a chart.
package struct CapacityLimit: Equatable, Sendable {
    package var metric: String
    /// As the user wrote it.
    package var expression: String
    /// Of a latency, ms; `nil` of anything else.
    package var milliseconds: Double?

    init(_ objective: Objective) {
        metric = objective.metric
        expression = objective.expression
        let isLatency = MetricCatalogue.metric(named: objective.metric)?.unit == .ms
        milliseconds = isLatency ? objective.limit : nil
    }
}

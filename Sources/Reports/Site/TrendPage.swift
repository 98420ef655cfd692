package import Analysis
package import ResultStore

/// One metric over the runs of one scenario, path by path: a chart, and the figures behind it.
package struct TrendPage: Sendable {
    /// What is shown, and what else there is to choose.
    package struct Choice: Equatable, Sendable {
        package var scenario: String
        package var metric: String
        package var mode: RunMode
        package var scenarios: [String]
        /// Published in the store; shown in the order of reports.
        package var metrics: [String]

        package init(
            scenario: String, metric: String, mode: RunMode, scenarios: [String], metrics: [String]
        ) {
            self.scenario = scenario
            self.metric = metric
            self.mode = mode
            self.scenarios = scenarios
            self.metrics = metrics
        }
    }

    /// The newest that many runs are shown.
    package static let runsAtMost = 100

    private let figures: [PublishedFigure]
    private let choice: Choice
    private let leftOut: Int
    private let store: String

    /// - Parameters:
    ///   - figures: oldest first; those of another mode are not shown.
    ///   - leftOut: how many runs of that mode are not shown since they were parts of something.
    package init(
        _ figures: [PublishedFigure], choice: Choice, leftOut: Int = 0, store: String
    ) {
        self.figures = figures.filter { $0.run.mode == choice.mode }
        self.choice = choice
        self.leftOut = leftOut
        self.store = store
    }

    /// The whole document.
    package func render() -> String {
        var parts = [form]
        if figures.isEmpty {
            parts.append(
                .tag(
                    "p", ["class": "note"],
                    HTML("No \(choice.mode.rawValue) run of that scenario published this metric.")))
        } else {
            parts.append(chart.figure())
            parts.append(.tag("p", ["class": "note"], HTML(legend)))
            parts.append(table)
        }
        if leftOut > 0 {
            let number = Figure.count(leftOut, "run")
            parts.append(
                .tag(
                    "p", ["class": "note"],
                    HTML(
                        "Left out: \(number) of sweeps, of capacity searches and in pairs, which were "
                            + "made otherwise than the scenario says.")))
        }
        return SiteFrame.page("Trends", at: .trends, store: store, parts)
    }

    private var legend: String {
        let isRate = figures.contains { $0.isRate }
        let marks =
            (isRate ? [] : ["Filled p50, hollow p95."])
            + (figures.contains { $0.verdict == .invalid }
                ? ["A cross is a run whose generator was over its own budget: no line leads to it."]
                : [])
        return
            (marks + [
                "One step to the right is one run, the newest last. Intervals are of 95 % and within "
                    + "a run: a step that leaves them may still be the host's."
            ]).joined(separator: " ")
    }

    private var form: HTML {
        let known = MetricGroup.all.flatMap(\.metrics)
        let metrics =
            known.filter(choice.metrics.contains)
            + choice.metrics.filter { !known.contains($0) }.sorted()
        return .tag(
            "form", ["class": "filter", "action": "/trends", "method": "get"],
            SiteFrame.choice(
                "scenario", "Scenario", choice.scenarios.map { ($0, $0) }, chosen: choice.scenario),
            SiteFrame.choice("metric", "Metric", metrics.map { ($0, $0) }, chosen: choice.metric),
            SiteFrame.choice(
                "mode", "Mode", [("live", "live"), ("simulated", "simulated")],
                chosen: choice.mode.rawValue),
            .tag("button", ["type": "submit"], "Show"))
    }

    /// Runs by id, in the order of the figures.
    private var runs: [RunFacts] {
        var runs: [RunFacts] = []
        for figure in figures where !runs.contains(where: { $0.id == figure.run.id }) {
            runs.append(figure.run)
        }
        return runs
    }

    private var paths: [String] {
        var paths: [String] = []
        for figure in figures where !paths.contains(figure.path) { paths.append(figure.path) }
        return paths
    }

    /// What stands under a run: its revision, or the day and time it began.
    private static func label(_ run: RunFacts) -> String {
        if let revision = run.gitRevision { return String(revision.prefix(7)) }
        return String(run.startedAt.dropFirst(5).prefix(11)).replacing("T", with: " ")
    }

    private var chart: LineChart {
        let runs = runs
        let isRate = figures.contains(where: \.isRate)
        let series = paths.enumerated().flatMap { index, path in
            (isRate ? [nil] : [Quantile.p50, .p95]).map { quantile in
                LineChart.Series(
                    name: quantile.map { "\(path) \($0.rawValue)" } ?? path, colour: index,
                    isDashed: quantile == .p95,
                    points: runs.enumerated().compactMap { position, run in
                        figures.first { $0.path == path && $0.run.id == run.id }
                            .map { point($0, quantile, at: position) }
                    })
            }
        }
        let unit = isRate ? "%" : figures.compactMap(\.unit).first ?? ""
        return LineChart(
            label: "\(choice.metric) over \(runs.count) runs; the figures are in the table below",
            unit: unit, labels: runs.map(Self.label), series: series)
    }

    private func point(
        _ figure: PublishedFigure, _ quantile: Quantile?, at position: Int
    ) -> LineChart.Point {
        let verdict = figure.verdict?.rawValue ?? "unfinished"
        let label = "\(figure.run.id), \(Self.label(figure.run)), \(verdict)"
        var point =
            switch figure.value {
            case .metric(let metric):
                LineChart.Point(metric, quantile ?? .p50, at: position, of: label)
            case .rate(let rate):
                LineChart.Point(
                    position: position, value: rate.value.map { $0 * 100 },
                    lower: rate.interval?.lower.map { $0 * 100 },
                    upper: rate.interval?.upper.map { $0 * 100 },
                    title: "\(label): \(rate.text), \(rate.hits)/\(rate.n)")
            }
        point.isCrossed = figure.verdict == .invalid
        return point
    }

    private var table: HTML {
        SiteFrame.table(
            "Figures",
            head: [
                "Run", "Path", "p50", "95 %", "p95", "95 %", "n", "Verdict", "Started", "Revision",
            ],
            rows: figures.reversed().map { figure in
                [
                    .tag(
                        "th", ["scope": "row"],
                        .tag(
                            "a", ["href": "/run/" + SiteFrame.escaped(figure.run.id)],
                            HTML(figure.run.id))),
                    .cell(figure.path),
                ] + figure.cells.map { .cell($0, class: "number") } + [
                    .cell(
                        figure.verdict.map { "\($0.mark) \($0.rawValue)" } ?? "… unfinished",
                        class: "mark \(figure.verdict?.rawValue ?? "")"),
                    .cell(
                        String(figure.run.startedAt.prefix(19)).replacing("T", with: " "),
                        class: "time"),
                    .cell(figure.run.gitRevision.map { String($0.prefix(12)) } ?? ""),
                ]
            })
    }
}

extension PublishedFigure {
    fileprivate var isRate: Bool {
        if case .rate = value { true } else { false }
    }

    var unit: String? {
        guard case .metric(let metric) = value else { return nil }
        return metric.unit
    }

    /// p50, p95 and n with their intervals; a rate stands in the first of them.
    fileprivate var cells: [String] {
        switch value {
        case .metric(let metric):
            [Quantile.p50, .p95].flatMap {
                [metric.text($0), metric.intervalText($0) ?? ""]
            } + [String(metric.n)]
        case .rate(let rate):
            [rate.text, rate.intervalText ?? "", "", "", "\(rate.hits)/\(rate.n)"]
        }
    }
}

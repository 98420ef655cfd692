import Analysis

extension HTMLReport {
    static func distributions(_ detail: ReportDetail) -> HTML {
        guard detail.curves.contains(where: { !$0.distributions.isEmpty }) else { return .empty }
        return .section(
            id: "distributions", "Distributions",
            [
                chooser("distribution-metric"),
                .tag("ul", ["class": "legend", "data-legend": "", "aria-label": "Paths"], []),
                .tag(
                    "div", ["class": "pair"],
                    [
                        plot(
                            "cdf", "Share of samples at or below a value",
                            "Empirical distribution with its 95 % band. A curve that ends below 100 % has "
                                + "censored samples: the reply never came. One that stays at 0 % has no others."
                        ),
                        plot(
                            "spectrum", "Value at each percentile",
                            "Percentile spectrum with its 95 % band: each step to the right is a tail ten "
                                + "times rarer."
                        ),
                    ]),
            ])
    }

    static func timeline(_ detail: ReportDetail) -> HTML {
        guard detail.curves.contains(where: { !$0.timeline.points.isEmpty }) else { return .empty }
        return .section(
            id: "timeline", "Timeline",
            [
                chooser("timeline-metric"),
                .tag("ul", ["class": "legend", "data-legend": "", "aria-label": "Paths"], []),
                plot(
                    "callers", "Callers connected",
                    "Most callers connected at once, against seconds since the path began."
                ),
                plot(
                    "latency", "Latency by second",
                    "Median of the turns in each second or few, with a line up to their 95th percentile. "
                        + "Shaded: the host stalled."
                ),
                byCallers(detail),
            ])
    }

    /// Whether latency grew with the callers, in words and as a table.
    private static func byCallers(_ detail: ReportDetail) -> HTML {
        let found = detail.explanations.flatMap { path in
            path.byCallers.filter { $0.bins.count > 1 }.map { (path.name, $0) }
        }
        guard !found.isEmpty else { return .empty }
        let sentences = found.compactMap { name, latency in
            latency.growth.map { growth in
                HTML.tag(
                    "li", [:],
                    [
                        .tag("strong", [:], HTML("\(name), \(latency.metric): ")),
                        HTML(growth.sentence),
                    ])
            }
        }
        let rows = found.flatMap { name, latency in
            latency.bins.map { bin in
                HTML.tag(
                    "tr", [:],
                    [
                        .tag("th", ["scope": "row"], HTML(name)), .cell(latency.metric),
                        .cell(bin.range, class: "number"),
                        .cell("\(bin.latency.n)", class: "number"),
                        .cell(bin.latency.text(.p50), class: "number"),
                        .cell(bin.latency.intervalText(.p50) ?? "", class: "number faint"),
                        .cell(bin.latency.text(.p95), class: "number"),
                    ])
            }
        }
        let heads = ["path", "metric", "callers", "n", "p50", "95 % interval", "p95"]
        return .tag(
            "div", ["class": "callers"],
            [
                .tag("h3", [:], "Latency by callers connected"),
                .tag("ul", ["class": "differences"], sentences),
                .tag(
                    "details", [:],
                    [
                        .tag("summary", [:], "The figures"),
                        .scrolling(
                            "Latency by callers connected when a turn began, ms",
                            table(caption: "Latency by callers connected", heads, rows)),
                    ]),
            ])
    }

    private static func chooser(_ id: String) -> HTML {
        .tag(
            "p", ["class": "chooser"],
            [
                .tag("label", ["for": id], "Metric"), " ",
                .tag("select", ["id": id, "data-chooser": ""], []),
            ])
    }

    private static func plot(_ kind: String, _ title: String, _ caption: String) -> HTML {
        .tag(
            "figure", ["class": "plot"],
            [
                .tag(
                    "div", ["class": "title"],
                    [
                        .tag("h3", [:], HTML(title)),
                        .tag("output", ["class": "readout", "aria-live": "polite"], []),
                    ]),
                .tag("div", ["class": "canvas", "data-plot": kind, "data-title": title], []),
                .tag("figcaption", [:], HTML(caption)),
            ])
    }

    static func objectives(_ summary: RunSummary) -> HTML {
        guard !summary.objectives.isEmpty else {
            return .section(
                id: "objectives", "Objectives",
                [
                    .tag("p", ["class": "note"], "None declared: nothing could fail.")
                ])
        }
        let explains = summary.objectives.contains { $0.reason != nil }
        let heads =
            ["verdict", "path", "metric", "objective", "measured", "n"] + (explains ? ["why"] : [])
        let rows = summary.objectives.map { objective in
            HTML.tag(
                "tr", [:],
                [
                    .tag(
                        "td", ["class": "mark \(objective.verdict.rawValue)"],
                        HTML("\(objective.verdict.mark) \(objective.verdict.rawValue)")
                    ),
                    .tag("th", ["scope": "row"], HTML(objective.path)),
                    .cell(objective.metric),
                    .tag("td", [:], .tag("code", [:], HTML(objective.expression))),
                    .cell(summary.valueText(objective), class: "number"),
                    .cell("\(objective.n)", class: "number"),
                    explains ? .cell(objective.reason ?? "", class: "why") : .empty,
                ])
        }
        return .section(
            id: "objectives", "Objectives",
            [
                .scrolling("Objectives", table(caption: "Objectives of the scenario", heads, rows))
            ])
    }

    static func calls(_ summary: RunSummary) -> HTML {
        guard !summary.paths.isEmpty else { return .empty }
        let heads = [
            "path", "transport", "hearing", "planned", "connected", "completed", "failed",
            "peak callers", "refused", "why calls failed", "control arm",
        ]
        let rows = summary.paths.map { path in
            let failed = path.failures.reduce(0) { $0 + $1.calls }
            let control = path.control
            return HTML.tag(
                "tr", [:],
                [
                    .tag("th", ["scope": "row"], HTML(path.name)),
                    .tag("td", [:], [HTML(path.transport), routes(path)]),
                    .cell(path.hearing),
                    .cell("\(path.calls.planned)", class: "number"),
                    .cell("\(path.calls.connected)", class: "number"),
                    .cell("\(path.calls.completed)", class: "number"),
                    .cell("\(failed)", class: failed > 0 ? "number bad" : "number"),
                    .cell("\(path.peakCallers)", class: "number"),
                    .cell(
                        "\(path.calls.packetsRefused)",
                        class: path.refusal == nil ? "number" : "number bad"),
                    .tag("td", ["class": "why"], path.failures.flatMap(failure)),
                    .cell(
                        control.calls > 0
                            ? "\(control.stoppedByThemselves) of \(control.calls) replies stopped unprompted"
                            : Figure.absent,
                        class: "why"
                    ),
                ])
        }
        return .section(
            id: "calls", "Calls",
            [
                .scrolling("Calls by path", table(caption: "Calls by path", heads, rows)),
                .tag(
                    "p", ["class": "note"],
                    HTML(
                        "Refused: messages or packets that were malformed, of another format or "
                            + "from a stranger.")),
            ])
    }

    private static func routes(_ path: PathSummary) -> HTML {
        path.routes.map { .tag("small", ["class": "faint"], HTML(" " + $0)) } ?? .empty
    }

    /// How many calls failed so, and what the first of them says.
    private static func failure(
        _ failure: (reason: String, calls: Int, example: String?)
    ) -> [HTML] {
        let example: HTML = failure.example.map { .tag("small", [:], HTML($0)) } ?? .empty
        return [.tag("div", [:], [HTML("\(failure.calls) \(failure.reason)"), example])]
    }

    static func generatorByPath(_ summary: RunSummary) -> HTML {
        let graded = summary.paths.filter { $0.generator != nil }
        guard let first = graded.first?.generator else { return .empty }
        let rows = first.figures.enumerated().map { index, figure in
            HTML.tag(
                "tr", [:],
                [.tag("th", ["scope": "row"], HTML(figure.label))]
                    + graded.map {
                        .cell($0.generator?.figures[index].value ?? "", class: "number")
                    }
            )
        }
        let heads = ["generator"] + graded.map(\.name)
        return .section(
            id: "generator-paths", "Generator by path",
            [
                .scrolling(
                    "Generator by path",
                    table(caption: "The generator's grade by path", heads, rows))
            ])
    }

    static func definitions(_ detail: ReportDetail) -> HTML {
        guard !detail.definitions.isEmpty else { return .empty }
        let entries = detail.definitions.map { note in
            HTML.tag(
                "div", ["id": MeasurementTable.anchor(note.name)],
                [
                    .tag(
                        "dt", [:],
                        [
                            .tag("code", [:], HTML(note.name)), " ",
                            .tag("span", ["class": "unit"], HTML(note.unit)),
                        ]),
                    .tag("dd", [:], HTML(note.definition)),
                ])
        }
        return .section(
            id: "definitions", "Definitions",
            [
                .tag("dl", ["class": "definitions"], entries)
            ])
    }

    static func scenario(_ detail: ReportDetail) -> HTML {
        guard !detail.scenarioYAML.isEmpty else { return .empty }
        return .section(
            id: "scenario", "Scenario",
            [
                .tag(
                    "details", [:],
                    [
                        .tag("summary", [:], "The scenario as it was run"),
                        .tag(
                            "pre", ["tabindex": "0", "aria-label": "Scenario, YAML"],
                            .tag("code", [:], HTML(detail.scenarioYAML))
                        ),
                    ])
            ])
    }

    static func table(caption: String, _ heads: [String], _ rows: [HTML]) -> HTML {
        .tag(
            "table", [:],
            [
                .tag("caption", ["class": "hidden"], HTML(caption)),
                .tag("thead", [:], .tag("tr", [:], heads.map { .headerCell($0, scope: "col") })),
                .tag("tbody", [:], rows),
            ])
    }
}

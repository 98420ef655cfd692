package import Analysis

/// A sweep as one self-contained web page: headline metrics against the values that were swept.
package enum SweepPage {
    /// The whole document; it holds no script and loads nothing.
    package static func render(_ sweep: SweepResult) -> String {
        HTML.document(
            head: head(sweep),
            body: [
                header(sweep),
                .tag("main", [:], MetricGroup.headline.map { chart($0, sweep) } + [table(sweep)]),
                .tag(
                    "footer", [:],
                    .tag("p", [:], "This file is whole: it loads nothing and sends nothing.")),
            ])
    }

    private static func head(_ sweep: SweepResult) -> [HTML] {
        let policy =
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
        return [
            .void("meta", ["charset": "utf-8"]),
            .void("meta", ["http-equiv": "Content-Security-Policy", "content": policy]),
            .void("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
            .void("meta", ["name": "color-scheme", "content": "light dark"]),
            .tag("title", [:], HTML("\(sweep.scenario): \(sweep.keyText) · Talkover")),
            .source("style", PageStyle.foundation),
            .source("style", PageStyle.components),
            .source("style", PageStyle.charts),
        ]
    }

    private static func header(_ sweep: SweepResult) -> HTML {
        var facts = ["sweep \(sweep.id)", Figure.count(sweep.points.count, "run")]
        if sweep.planned > sweep.points.count { facts.append("of \(sweep.planned) planned") }
        if let run = sweep.points.first?.summary.run {
            facts += ["\(run.mode.rawValue), seed \(run.seed)", "talkover \(run.version)"]
        }
        return .tag(
            "header", ["class": "top"],
            .tag("div", ["class": "brand"], .tag("span", ["class": "word"], "Talkover")),
            .tag("h1", [:], HTML("\(sweep.scenario): \(sweep.keyText)")),
            .tag("ul", ["class": "facts"], facts.map { .tag("li", [:], HTML($0)) }))
    }

    private static func chart(_ metric: String, _ sweep: SweepResult) -> HTML {
        let series = sweep.pathNames.enumerated().flatMap { index, path in
            [Quantile.p50, .p95].map { quantile in
                LineChart.Series(
                    name: "\(path) \(quantile.rawValue)", colour: index,
                    isDashed: quantile == .p95,
                    points: sweep.points.enumerated().map { position, point in
                        let metric = point.summary.metric(metric, ofPath: path)
                        return LineChart.Point(metric, quantile, at: position, of: point.label)
                    })
            }
        }
        let chart = LineChart(
            label: "\(metric) against \(sweep.keyText); the figures are in the table below",
            unit: "ms", labels: sweep.points.map(\.label), series: series)
        return .tag(
            "section", ["aria-label": metric],
            .tag("h2", [:], HTML(metric)),
            chart.figure(),
            .tag(
                "p", ["class": "note"],
                HTML(
                    "Filled p50, hollow p95, each on its 95 % interval within its run; run-to-run "
                        + "variation unknown.")))
    }

    private static func table(_ sweep: SweepResult) -> HTML {
        .section(
            id: "figures", "Figures",
            sweep.pathNames.flatMap { path -> [HTML] in
                let (head, rows) = SweepTable.cells(sweep, path: path)
                let body = rows.map { cells in
                    HTML.tag(
                        "tr", [:],
                        [.headerCell(cells[0], scope: "row")]
                            + cells.dropFirst().map { .cell($0, class: "number") })
                }
                return [
                    .tag("h3", [:], HTML(path)),
                    .scrolling(
                        "Figures of \(path)",
                        .tag(
                            "table", ["class": "figures"],
                            .tag(
                                "thead", [:],
                                .tag("tr", [:], head.map { .headerCell($0, scope: "col") })),
                            .tag("tbody", [:], body))),
                ]
            })
    }
}

extension SweepResult {
    /// What was swept, in words.
    var keyText: String { keys.joined(separator: ", ") }

    /// Every path of any run, in order.
    var pathNames: [String] {
        var names: [String] = []
        for path in points.flatMap(\.summary.paths) where !names.contains(path.name) {
            names.append(path.name)
        }
        return names
    }
}

extension SweepResult.Point {
    /// Its values, in words.
    var label: String { values.joined(separator: ", ") }
}

extension RunSummary {
    /// A metric of one of its paths; `nil` where either is missing.
    func metric(_ name: String, ofPath path: String) -> MetricSummary? {
        paths.first { $0.name == path }?.metric(name)
    }
}

extension LineChart.Point {
    /// A quantile of a metric that may not have been measured.
    init(_ metric: MetricSummary?, _ quantile: Quantile, at position: Int, of label: String) {
        let interval = metric?.intervals[quantile.rawValue]
        let text = metric?.text(quantile) ?? Figure.absent
        let bounds = metric?.intervalText(quantile).map { " (\($0))" } ?? ""
        self.init(
            position: position, value: metric.flatMap { quantile.value(in: $0) },
            lower: interval?.lower, upper: interval?.upper,
            title: "\(label): \(quantile.rawValue) \(text)\(bounds), n \(metric?.n ?? 0)")
    }
}

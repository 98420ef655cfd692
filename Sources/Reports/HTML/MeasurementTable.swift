import Analysis

/// The table of a page that holds every measurement, paths side by side.
struct MeasurementTable {
    let summary: RunSummary
    /// Names of metrics that the page defines further down.
    let defined: Set<String>
    /// Whether the summary is that of a run, and not put together from several.
    var isWholeRun = true

    /// More paths than this leave room for fewer figures of each.
    private static let pathsWithAllQuantiles = 3

    private var hasManyPaths: Bool { summary.paths.count > Self.pathsWithAllQuantiles }
    private var quantiles: [Quantile] {
        hasManyPaths ? Quantile.allCases.filter { $0 != .p90 } : Quantile.allCases
    }
    private var tableClass: String {
        if hasManyPaths { return "measurements many" }
        return summary.paths.count == 1 ? "measurements single" : "measurements"
    }

    func section() -> HTML {
        guard !summary.paths.isEmpty else { return .empty }
        var missing: [String] = []
        var bodies: [HTML] = []
        for group in MetricGroup.groups(of: summary) {
            let headline = group.title == "headline"
            let shown = group.metrics.filter { isMeasured($0) || MetricGroup.isAlwaysShown($0) }
            missing += group.metrics.filter { !shown.contains($0) }
            guard !shown.isEmpty else { continue }
            let span = "\(1 + summary.paths.count * (quantiles.count + 1))"
            let title = HTML.tag(
                "tr", ["class": "group"],
                .tag(
                    "th", ["scope": "rowgroup", "colspan": span],
                    .tag("span", [:], HTML(group.title)))
            )
            bodies.append(
                .tag("tbody", ["class": headline ? "lead" : ""], [title] + shown.map(row))
            )
        }
        var parts: [HTML] = [
            .tag(
                "p", ["class": "note"],
                [
                    "Milliseconds, unless marked otherwise. Small below: the 95 % interval. ",
                    "A dash: not measured, or too few samples for that quantile.",
                ]),
            .scrolling(
                "Measurements by path",
                .tag(
                    "table",
                    ["class": tableClass],
                    [
                        .tag("caption", ["class": "hidden"], "Measurements by path"), head(),
                    ] + bodies)
            ),
            .tag(
                "p", ["class": "copy", "hidden": "", "id": "copy"],
                [
                    copyButton("tsv", "Copy as TSV"), copyButton("markdown", "Copy as Markdown"),
                    isWholeRun ? copyButton("json", "Copy summary as JSON") : .empty,
                    .tag("span", ["role": "status", "id": "copied"], []),
                ]),
        ]
        if !missing.isEmpty {
            parts.append(
                .tag(
                    "p", ["class": "note"],
                    HTML("Not measured: " + missing.joined(separator: ", ") + "."))
            )
        }
        return .section(id: "measurements", "Measurements", parts)
    }

    /// The fragment of a metric's definition, of letters, digits and underscores.
    static func anchor(_ name: String) -> String {
        "def-" + name.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    }

    private func copyButton(_ format: String, _ title: String) -> HTML {
        .tag("button", ["type": "button", "data-copy": format], HTML(title))
    }

    private func head() -> HTML {
        let names = summary.paths.enumerated().map { index, path in
            HTML.tag(
                "th",
                [
                    "scope": "colgroup", "colspan": "\(quantiles.count + 1)",
                    "class": "path", "data-series": "\(index)",
                ],
                [
                    .tag("span", ["class": "swatch", "aria-hidden": "true"], []), HTML(path.name),
                    .tag(
                        "small", [:], HTML(path.name == path.transport ? "" : " " + path.transport)),
                ]
            )
        }
        let columns = summary.paths.flatMap { _ in
            quantiles.enumerated().map {
                HTML.headerCell($1.rawValue, scope: "col", class: $0 == 0 ? "first" : "")
            } + [.headerCell("n", scope: "col")]
        }
        return .tag(
            "thead", [:],
            [
                .tag("tr", [:], [.tag("td", [:], [])] + names),
                .tag("tr", [:], [.headerCell("metric", scope: "col")] + columns),
            ])
    }

    private func row(_ name: String) -> HTML {
        let label =
            defined.contains(name)
            ? HTML.tag("a", ["href": "#" + Self.anchor(name)], HTML(name)) : HTML(name)
        let cells = summary.paths.flatMap { path in
            switch path.measurement(name) {
            case .distribution(let metric): self.cells(metric)
            case .rate(let rate): self.cells(rate)
            case .missing: emptyCells()
            }
        }
        let isPart = MetricGroup.part(name) != nil
        return .tag(
            "tr", ["class": isPart ? "part" : ""], [.tag("th", ["scope": "row"], label)] + cells)
    }

    private func cells(_ metric: MetricSummary) -> [HTML] {
        guard metric.isMeasured else { return emptyCells() }
        let values = quantiles.map { quantile in
            HTML.tag(
                "td", ["class": quantile == .p50 ? "number first" : "number"],
                [
                    HTML(metric.text(quantile)), small(metric.intervalText(quantile)),
                ])
        }
        return values + [
            .tag("td", ["class": "number"], [HTML("\(metric.n)"), small(metric.remark)])
        ]
    }

    private func cells(_ rate: RateSummary) -> [HTML] {
        guard rate.n > 0 else { return emptyCells() }
        return [
            .tag("td", ["class": "number first"], HTML(rate.text)),
            .tag(
                "td", ["class": "faint", "colspan": "\(quantiles.count - 1)"],
                HTML(rate.intervalText ?? "")),
            .tag("td", ["class": "number"], HTML("\(rate.hits)/\(rate.n)")),
        ]
    }

    private func emptyCells() -> [HTML] {
        [
            .cell(Figure.absent, class: "number first"),
            .tag("td", ["colspan": "\(quantiles.count)"], []),
        ]
    }

    private func small(_ text: String?) -> HTML {
        text.map { .tag("small", [:], HTML($0)) } ?? .empty
    }

    private func isMeasured(_ name: String) -> Bool {
        summary.paths.contains { $0.measurement(name).isMeasured }
    }
}

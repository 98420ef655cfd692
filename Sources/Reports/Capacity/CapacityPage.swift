package import Analysis

/// A capacity as one self-contained web page: no script, no network, light and dark.
package enum CapacityPage {
    /// The whole document in UTF-8; what users wrote is escaped.
    package static func render(_ material: CapacityReportMaterial) -> String {
        let body: [HTML] = [
            .tag("a", ["class": "skip", "href": "#answers"], "Skip to the answers"),
            header(material),
            .tag(
                "main", [:],
                [answers(material), curves(material)]
                    + material.paths.filter { !$0.points.isEmpty }.map(loads)),
            .tag(
                "footer", [:],
                .tag(
                    "p", [:],
                    HTML(
                        "Written by talkover \(material.run.version). This file is whole: it loads"
                            + " nothing and sends nothing."))),
        ]
        return HTML.document(head: head(material), body: body)
    }

    private static func head(_ material: CapacityReportMaterial) -> [HTML] {
        let policy =
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
        return [
            .void("meta", ["charset": "utf-8"]),
            .void("meta", ["http-equiv": "Content-Security-Policy", "content": policy]),
            .void("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
            .void("meta", ["name": "color-scheme", "content": "light dark"]),
            .void("meta", ["name": "generator", "content": "talkover \(material.run.version)"]),
            .tag("title", [:], HTML("\(material.run.scenario): capacity · Talkover")),
            .source("style", PageStyle.foundation),
            .source("style", PageStyle.components),
            .source("style", style),
        ]
    }

    /// What this page has beside the others' style.
    private static let style: StaticString = #"""
        #answers table, .loads table { width: auto; min-width: 60%; }
        #answers td, #answers th, .loads td, .loads th { padding-right: 22px; }
        #answers td, #answers th { white-space: nowrap; }
        #answers td.why { white-space: normal; }
        #answers .lead { font-size: 17px; font-weight: 650; }
        .plot .scroll svg { max-width: none; }
        .plot + .plot { margin-top: 30px; }
        dl.what { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 4px 18px;
          font-size: 14px; margin: 0 0 14px; }
        dl.what dt { color: var(--soft); }
        @media (max-width: 760px) { dl.what { grid-template-columns: minmax(0, 1fr); gap: 0; }
          dl.what dd { margin-bottom: 8px; } }

        """#

    private static func header(_ material: CapacityReportMaterial) -> HTML {
        let run = material.run
        let facts =
            [
                "\(run.mode.rawValue) search \(run.id)", run.startedAt,
                Figure.duration(seconds: run.durationSeconds), "seed \(run.seed)",
            ]
            + material.settingsFacts
            + ["\(Figure.count(run.host.cores, "core")), \(run.host.kernel)"]
        return .tag(
            "header", ["class": "top"],
            [
                .tag("div", ["class": "brand"], .tag("span", ["class": "word"], "Talkover")),
                .tag("h1", [:], HTML("Capacity of \(run.scenario)")),
                .tag("ul", ["class": "facts"], facts.map { .tag("li", [:], HTML($0)) }),
            ])
    }

    private static func answers(_ material: CapacityReportMaterial) -> HTML {
        let heads = ["path", "capacity", "bracket", "how it ended"].map {
            HTML.headerCell($0, scope: "col")
        }
        let rows = material.paths.enumerated().map { index, path in
            HTML.tag(
                "tr", ["data-series": "\(index % CapacityChart.mostSeries)"],
                [
                    .tag(
                        "th", ["scope": "row"], .tag("span", ["class": "swatch"]), HTML(path.name)),
                    .cell(path.answer, class: "lead"), .cell(path.bracket),
                    .cell(
                        [path.sentence, path.soakWording].compactMap(\.self)
                            .joined(separator: "; "), class: "why"),
                ])
        }
        return .section(
            id: "answers", "Answers",
            [
                .scrolling(
                    "answers",
                    .tag(
                        "table", [:], .tag("thead", [:], .tag("tr", [:], heads)),
                        .tag("tbody", [:], rows))),
                .tag("p", ["class": "note"], HTML(CapacityReportMaterial.definition)),
            ])
    }

    /// The latencies that have a limit; that which gave out first.
    private static func curves(_ material: CapacityReportMaterial) -> HTML {
        let broken = material.paths.flatMap(\.gaveOut).map {
            ObjectiveTitle(metric: $0.metric, expression: $0.expression)
        }
        let titled = material.limits.compactMap { limit in
            limit.milliseconds.map {
                (ObjectiveTitle(metric: limit.metric, expression: limit.expression), $0)
            }
        }
        let ordered =
            titled.filter { broken.contains($0.0) }
            + titled.filter {
                !broken.contains($0.0)
            }
        let figures = ordered.compactMap { title, limit in
            CapacityChart(title, limit: limit, paths: material.paths)?.figure()
        }
        return .section(
            id: "curves", "Latency against callers",
            figures.isEmpty
                ? [.tag("p", ["class": "note"], "No latency with a limit was measured.")]
                : [legend(material)] + figures)
    }

    private static func legend(_ material: CapacityReportMaterial) -> HTML {
        .tag(
            "ul", ["class": "legend"],
            material.paths.enumerated().map { index, path in
                let series = index % CapacityChart.mostSeries
                let sign = HTML.tag(
                    "svg",
                    [
                        "width": "16", "height": "16", "viewBox": "-8 -8 16 16",
                        "aria-hidden": "true",
                    ],
                    .tag(
                        "path",
                        [
                            "d": CapacityChart.shapes[series],
                            "style": "fill: var(--series-\(series))",
                        ]))
                return .tag("li", [:], sign, HTML(path.name))
            })
    }

    // MARK: Each path

    private static func loads(_ path: CapacityPath) -> HTML {
        let titles = path.objectiveTitles
        let heads =
            [("callers", "number"), ("verdict", "")]
            + titles.map { ("\($0.metric) \($0.expression)", "number") }
            + [("turns/s", "number"), ("held", "number"), ("run", ""), ("for", "")]
        let points = path.points.enumerated().sorted {
            ($0.element.callers, $0.offset) < ($1.element.callers, $1.offset)
        }.map(\.element)
        let table = HTML.tag(
            "table", [:],
            .tag(
                "thead", [:],
                .tag(
                    "tr", [:], heads.map { .headerCell($0.0, scope: "col", class: $0.1) })),
            .tag("tbody", [:], points.map { row($0, titles) }))
        return .tag(
            "section", ["class": "loads", "aria-label": "Loads of \(path.name)"],
            [
                .tag("h2", [:], HTML(path.name)), facts(path),
                .scrolling("runs of \(path.name)", table),
            ]
        )
    }

    private static func row(_ point: CapacityPoint, _ titles: [ObjectiveTitle]) -> HTML {
        let values = titles.map { title -> HTML in
            guard let result = point.objectives.first(where: { title.isOf($0) }) else {
                return .cell(Figure.absent, class: "number")
            }
            return .cell(
                "\(point.valueText(result)) \(result.verdict.mark)",
                class: result.verdict == .fail ? "number bad" : "number")
        }
        let mark =
            point.outcome == .pass ? "mark pass" : point.outcome == .fail ? "mark fail" : "mark"
        return .tag(
            "tr", [:],
            [
                .headerCell("\(point.callers)", scope: "row", class: "number"),
                .cell("\(point.outcome.mark) \(point.outcome.wording)", class: mark),
            ] + values + [
                .cell(Figure.plain(point.turnsPerSecond), class: "number"),
                .cell(Figure.plain(point.heldCallers), class: "number"),
                .tag("td", [:], .tag("code", [:], HTML(point.run))),
                .cell(point.step.purpose.word),
            ])
    }

    private static func facts(_ path: CapacityPath) -> HTML {
        var facts: [(String, String)] = path.profile.map { share in
            let latencies = share.point.latencies.map {
                "\($0.name) p50 \($0.text(.p50)), p95 \($0.text(.p95)) ms"
            }
            return (
                "at \(Figure.fixed(100 * share.share, 0)) %",
                "\(Figure.count(share.point.callers, "caller")): "
                    + latencies.joined(separator: "; ")
            )
        }
        facts.append(("agent", path.agentWording ?? "CPU and memory were not measured"))
        if let cores = path.generatorCores {
            facts.append(("generator", "\(Figure.fixed(cores, 2)) cores"))
        }
        facts.append(("scalability", path.scalabilityWording))
        if let plan = path.planWording { facts.append(("plan", plan)) }
        return .tag(
            "dl", ["class": "what"],
            facts.flatMap { label, text in
                [HTML.tag("dt", [:], HTML(label)), .tag("dd", [:], HTML(text))]
            })
    }
}

package import Analysis

/// A run as one self-contained web page: no network, light and dark, every user's text escaped.
package enum HTMLReport {
    /// The whole document in UTF-8; well under 2 MB, since curves are thinned to fit.
    ///
    /// It loads nothing but the recordings that `detail` names, when they are played.
    ///
    /// - Parameter comparisons: of a group of runs, in place of what one run shows of differences.
    package static func render(
        _ summary: RunSummary, detail: ReportDetail = ReportDetail(),
        comparisons: [ComparisonDocument] = []
    ) -> String {
        let names = Set(detail.definitions.map(\.name))
        let body: [HTML] = [
            .tag("a", ["class": "skip", "href": "#measurements"], "Skip to the measurements"),
            header(summary),
            .tag(
                "main", [:],
                [
                    comparisons.isEmpty ? answer(summary) : answer(comparisons),
                    generator(summary),
                    headline(summary),
                    stages(summary, detail),
                    MeasurementTable(summary: summary, defined: names).section(),
                    slowest(summary, detail),
                    carriage(summary, detail),
                    distributions(detail),
                    timeline(detail),
                    objectives(summary),
                    calls(summary),
                    generatorByPath(summary),
                    definitions(detail),
                    scenario(detail),
                ]),
            footer(version: summary.run.version),
        ]
        let title = "\(summary.run.scenario): \(summary.verdict.rawValue) · Talkover"
        return HTML.document(
            head: head(
                title: title, version: summary.run.version, plays: !detail.recordings.isEmpty),
            body: body + scripts(PageData.document(summary, detail)))
    }

    static func scripts(_ data: JSONValue) -> [HTML] {
        [
            .data(id: "data", data), .source("script", PageScript.plots),
            .source("script", PageScript.drawings), .source("script", PageScript.controls),
        ]
    }

    /// - Parameter plays: whether the page plays recordings that stand beside it.
    static func head(title: String, version: String, plays: Bool) -> [HTML] {
        let policy =
            "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
            + (plays ? "media-src 'self' file:; " : "") + "base-uri 'none'; form-action 'none'"
        return [
            .void("meta", ["charset": "utf-8"]),
            .void("meta", ["http-equiv": "Content-Security-Policy", "content": policy]),
            .void("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
            .void("meta", ["name": "color-scheme", "content": "light dark"]),
            .void("meta", ["name": "generator", "content": "talkover \(version)"]),
            .tag("title", [:], HTML(title)),
            .source("style", PageStyle.foundation),
            .source("style", PageStyle.components),
            .source("style", PageStyle.figures),
        ]
    }

    static let brand = HTML.tag(
        "div", ["class": "brand"],
        [
            .tag("span", ["class": "word"], "Talkover"),
            .tag("button", ["type": "button", "id": "theme", "hidden": ""], "Theme: system"),
        ])

    private static func header(_ summary: RunSummary) -> HTML {
        let run = summary.run
        let wording = RunWording(summary)
        var facts = [
            wording.title, wording.started,
            Figure.duration(seconds: run.durationSeconds), "seed \(wording.seed)",
            "\(Figure.count(run.host.cores, "core")), \(run.host.kernel)",
            "talkover \(run.version)",
        ]
        if let revision = run.gitRevision { facts.append("revision \(revision.prefix(12))") }
        return .tag(
            "header", ["class": "top"],
            [
                brand,
                .tag("h1", [:], HTML(run.scenario)),
                .tag(
                    "p", ["class": "verdict \(summary.verdict.rawValue)"],
                    [
                        .tag(
                            "strong", [:],
                            HTML("\(summary.verdict.mark) \(summary.verdict.rawValue)")),
                        .tag("span", [:], HTML(summary.verdictSentence)),
                    ]),
                .tag(
                    "ul", ["class": "facts"],
                    (facts + wording.tags).map { .tag("li", [:], HTML($0)) }),
            ])
    }

    private static func generator(_ summary: RunSummary) -> HTML {
        guard let grade = summary.generator else {
            let why =
                summary.run.mode == .simulated
                ? GeneratorGrade.simulatedWording : "not graded: nothing was measured"
            return .section(id: "generator", "Generator", [.tag("p", ["class": "note"], HTML(why))])
        }
        var parts: [HTML] = []
        if grade.valid {
            let remark = grade.isIdle ? ": \(GeneratorGrade.idleWording)." : ""
            parts.append(
                .tag(
                    "p", ["class": "grade good"],
                    [
                        .tag("strong", [:], "✓ valid"),
                        HTML(remark),
                    ])
            )
        } else {
            parts.append(
                .tag(
                    "div", ["class": "grade bad", "role": "alert"],
                    [
                        .tag(
                            "p", [:],
                            [
                                .tag("strong", [:], "! INVALID"),
                                " Over its own budget: the figures below are no measurement of the agent.",
                            ]),
                        .tag("ul", [:], grade.problems.map { .tag("li", [:], HTML($0)) }),
                    ])
            )
        }
        let figures = grade.figures.map { figure in
            HTML.tag(
                "div", [:],
                [
                    .tag("dt", [:], HTML(figure.label)), .tag("dd", [:], HTML(figure.value)),
                ])
        }
        parts.append(.tag("dl", ["class": "tiles"], figures))
        parts += errorBars(summary)
        return .section(id: "generator", "Generator", parts)
    }

    static func headline(_ summary: RunSummary) -> HTML {
        guard !summary.paths.isEmpty else {
            return .section(
                id: "headline", "Headline", [.tag("p", ["class": "note"], "No path was run.")])
        }
        let figures = MetricGroup.headline.map { name in
            HTML.tag(
                "figure", ["class": "plot"],
                [
                    .tag("h3", [:], HTML(name)),
                    .tag(
                        "div", ["class": "canvas", "data-plot": "headline", "data-metric": name], []
                    ),
                    .tag(
                        "figcaption", [:],
                        "Circle p50 and diamond p95, each on its 95 % interval; stroke p99."
                    ),
                ])
        }
        return .section(id: "headline", "Headline", [.tag("div", ["class": "pair"], figures)])
    }

    static func footer(version: String) -> HTML {
        .tag(
            "footer", [:],
            [
                .tag(
                    "p", [:],
                    HTML(
                        "Written by talkover \(version). This file is whole: it loads nothing and "
                            + "sends nothing."
                    )
                ),
                .tag(
                    "noscript", [:],
                    .tag(
                        "p", [:],
                        "The plots are drawn by a script; every figure is in the tables too.")
                ),
            ])
    }
}

import Analysis

extension HTMLReport {
    /// What the headline latencies are made of, path by path.
    static func stages(_ summary: RunSummary, _ detail: ReportDetail) -> HTML {
        let figures = MetricGroup.headline.compactMap { metric -> HTML? in
            let rows = ordered(detail, summary).compactMap { stageRow($0, metric) }
            guard !rows.isEmpty else { return nil }
            return BarFigure(
                title: metric,
                caption: "Milliseconds: means over the middle fifth of the turns, which add up to "
                    + "about the median.",
                key: LatencyStage.stages(of: metric).map { ($0.title, $0.colour) }, rows: rows
            ).rendered()
        }
        guard !figures.isEmpty else { return .empty }
        return .section(
            id: "stages", "Where the time goes", [.tag("div", ["class": "pair"], figures)])
    }

    private static func stageRow(_ path: PathExplanation, _ metric: String) -> BarFigure.Row? {
        guard let makeup = path.makeups.first(where: { $0.metric == metric }) else { return nil }
        let facts = makeup.parts.map { part in
            let player = part.stage == .player ? path.player?.words.map { " (\($0))" } ?? "" : ""
            return "\(Figure.fixed(max(0, part.milliseconds), 0)) \(part.stage.title)\(player)"
        }
        let whole = makeup.parts.reduce(0) { $0 + $1.milliseconds }
        return BarFigure.Row(
            title: path.name, facts: ["\(Figure.fixed(whole, 0)) ms"] + facts,
            segments: BarFigure.Segment.stacked(makeup.parts))
    }

    /// How a call is set up, phase by phase, and what the media did on the way.
    static func carriage(_ summary: RunSummary, _ detail: ReportDetail) -> HTML {
        let parts = [setup(summary), media(summary, detail)].compactMap(\.self)
        guard !parts.isEmpty else { return .empty }
        return .section(id: "carriage", "Setting up, and what the network did", parts)
    }

    private static func setup(_ summary: RunSummary) -> HTML? {
        var used: [Int] = []
        let rows = summary.paths.compactMap { path -> BarFigure.Row? in
            guard let connect = path.metric("connect")?.p50 else { return nil }
            var end = 0.0
            var segments: [BarFigure.Segment] = []
            for (index, name) in MetricGroup.phases.enumerated() {
                guard let phase = path.metric(name)?.p50 else { continue }
                segments.append(.init(from: end, to: end + max(0, phase), colour: index))
                end += max(0, phase)
                if !used.contains(index) { used.append(index) }
            }
            return BarFigure.Row(
                title: path.name,
                facts: ["connect \(Figure.plain(connect)) ms"] + (path.phases.map { [$0] } ?? []),
                segments: segments.isEmpty
                    ? [.init(from: 0, to: connect, colour: 7)] : segments,
                ticks: [connect])
        }
        guard !rows.isEmpty, !used.isEmpty else { return nil }
        let key = used.sorted().compactMap { index in
            MetricGroup.part(MetricGroup.phases[index]).map { ($0.title, index) }
        }
        return BarFigure(
            title: "connect",
            caption: "Medians of the phases, one behind the other; the stroke is the median of the "
                + "whole. Phases may overlap, and medians need not add up.",
            key: key
                + [("no phases of its own", 7)].filter { _ in
                    rows.contains { $0.segments.first?.colour == 7 }
                }, rows: rows
        ).rendered()
    }

    private static func media(_ summary: RunSummary, _ detail: ReportDetail) -> HTML? {
        let carried = summary.paths.filter { path in
            ["loss", "concealment"].contains { path.measurement($0).isMeasured }
        }
        guard !carried.isEmpty else { return nil }
        let heads = [
            "path", "lost", "too late to play", "made up", "jitter p50", "jitter p95", "ipdv p99",
            "mouth to ear p50",
        ]
        let rows = carried.map { path in
            let late = detail.explanations.first { $0.name == path.name }?.latePackets
            let cells = [
                share(path.rates.first { $0.name == "loss" }.map { ($0.hits, $0.n) }),
                share(late.map { ($0.hits, $0.trials) }),
                share(path.rates.first { $0.name == "concealment" }.map { ($0.hits, $0.n) }),
                milliseconds(path.metric("jitter")?.p50), milliseconds(path.metric("jitter")?.p95),
                milliseconds(path.metric("ipdv")?.p99),
                milliseconds(path.metric("mouth_to_ear")?.p50),
            ]
            return HTML.tag(
                "tr", [:],
                [.tag("th", ["scope": "row"], HTML(path.name))]
                    + cells.map { .cell($0, class: "number") })
        }
        return .tag(
            "div", ["class": "media"],
            [
                .tag("h3", [:], "Loss and jitter on the way to the caller"),
                .scrolling(
                    "Loss and jitter by path",
                    table(caption: "Loss and jitter by path", heads, rows)),
            ])
    }

    private static func share(_ count: (hits: Int, n: Int)?) -> String {
        guard let count, count.n > 0 else { return Figure.absent }
        return Figure.percent(Double(count.hits) / Double(count.n))
    }

    private static func milliseconds(_ value: Double?) -> String {
        value.map { Figure.plain($0) + " ms" } ?? Figure.absent
    }

    /// Explanations in the order of the run's paths.
    static func ordered(_ detail: ReportDetail, _ summary: RunSummary) -> [PathExplanation] {
        summary.paths.compactMap { path in detail.explanations.first { $0.name == path.name } }
    }
}

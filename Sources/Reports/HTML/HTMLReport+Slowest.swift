import Analysis
import Timeline

extension HTMLReport {
    /// The slowest turns of each path, instant by instant, with the sound where it was kept.
    static func slowest(_ summary: RunSummary, _ detail: ReportDetail) -> HTML {
        let paths = ordered(detail, summary).filter { path in
            path.slowest.contains { !$0.turns.isEmpty }
        }
        var parts = paths.map { path in
            let figures = path.slowest.filter { !$0.turns.isEmpty }.map { slow in
                figure(slow, of: path, summary, detail)
            }
            let title = HTML.tag("summary", [:], .tag("h3", [:], HTML(path.name)))
            let body = [title, .tag("div", ["class": "pair"], figures)]
            // Many paths would bury what follows.
            return paths.count > 2
                ? HTML.tag("details", [:], body) : .tag("details", ["open": ""], body)
        }
        if !detail.recordings.isEmpty { parts.append(recordings(detail.recordings)) }
        guard !parts.isEmpty else { return .empty }
        return .section(id: "slowest", "Slowest calls", parts)
    }

    private static func figure(
        _ slow: PathExplanation.SlowTurns, of path: PathExplanation, _ summary: RunSummary,
        _ detail: ReportDetail
    ) -> HTML {
        let isCut = slow.metric == "barge_in_cut"
        let limit =
            summary.paths.first { $0.name == path.name }?.metric(slow.metric)?.censoredAt ?? 0
        let rows = slow.turns.map { turn in
            let value = turn.value.map { "\(Figure.plain($0)) ms" }
            let sound = detail.recordings
                .first { $0.path == path.name && $0.call == turn.call.number }
            return BarFigure.Row(
                title: turn.title,
                facts: [value ?? "nothing within \(Figure.span(milliseconds: limit))"] + turn.facts,
                segments: segments(turn, limit: limit),
                ticks: turn.marks.map(\.milliseconds),
                extra: sound.map { player($0, from: turn.secondsIntoCall) } ?? .empty)
        }
        var key = LatencyStage.stages(of: slow.metric).map { ($0.title, $0.colour) }
        if slow.turns.contains(where: { $0.value != nil && $0.parts.isEmpty }) {
            key.append(("not divided", 7))
        }
        if slow.turns.contains(where: { $0.value == nil }) { key.append(("never", 8)) }
        let zero = isCut ? "the interruption was due to begin" : "the caller was due to fall silent"
        return BarFigure(
            title: slow.metric,
            caption: "Milliseconds since \(zero). Strokes: every instant known.",
            key: key, rows: rows
        ).rendered()
    }

    private static func segments(_ turn: SlowTurn, limit: Double) -> [BarFigure.Segment] {
        guard let value = turn.value else { return [.init(from: 0, to: limit, colour: 8)] }
        let parts = BarFigure.Segment.stacked(turn.parts)
        return parts.isEmpty ? [.init(from: min(0, value), to: max(0, value), colour: 7)] : parts
    }

    private static func recordings(_ sounds: [CallSound]) -> HTML {
        let items = sounds.map { sound in
            HTML.tag(
                "li", [:],
                [
                    .tag(
                        "a", ["href": sound.reference],
                        HTML("\(sound.path), call \(sound.call)")),
                    player(sound),
                ])
        }
        return .tag(
            "div", ["class": "recordings"],
            [
                .tag("h3", [:], "Recordings"),
                .tag("ul", [:], items),
                .tag(
                    "p", ["class": "note"],
                    HTML(
                        "Caller on the left, agent as heard on the right. The files stand beside "
                            + "this page, not in it: keep them together.")),
            ])
    }

    /// - Parameter seconds: what is to be heard first, less a second to lead up to it.
    private static func player(_ sound: CallSound, from seconds: Double? = nil) -> HTML {
        let start = seconds.map { "#t=" + Figure.fixed(max(0, $0 - 1), 1) } ?? ""
        return .tag(
            "audio",
            [
                "controls": "", "preload": "none", "src": sound.reference + start,
                "aria-label": "Recording of \(sound.path), call \(sound.call)",
            ], [])
    }
}

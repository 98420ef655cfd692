import Analysis

/// Bars on one scale, each below a line of text that holds all of its figures.
///
/// Drawn by the style sheet alone: it needs no script, fits any width, and its text is what a
/// screen reader reads.
struct BarFigure {
    /// A part of a bar, in the unit of the scale.
    struct Segment {
        var from: Double
        var to: Double
        /// Index of a colour of the key.
        var colour: Int

        /// Stages one behind the other; what is below zero has no width.
        static func stacked(_ parts: [PathExplanation.Part]) -> [Segment] {
            var end = 0.0
            return parts.map { part in
                let from = end
                end += max(0, part.milliseconds)
                return Segment(from: from, to: end, colour: part.stage.colour)
            }
        }
    }

    struct Row {
        var title: String
        var facts: [String]
        var segments: [Segment]
        /// Places to mark on the bar; those outside of the scale are left to the text.
        var ticks: [Double] = []
        /// What belongs to the row and is no bar.
        var extra: HTML = .empty
    }

    var title: String
    var caption: String
    /// What each colour stands for.
    var key: [(title: String, colour: Int)]
    var rows: [Row]

    func rendered() -> HTML {
        let scale = Scale(rows.flatMap(\.segments).flatMap { [$0.from, $0.to] })
        let keys = key.map { entry in
            HTML.tag(
                "li", [:],
                [
                    .tag(
                        "span", ["class": "chip part-\(entry.colour)", "aria-hidden": "true"], []),
                    HTML(entry.title),
                ])
        }
        return .tag(
            "figure", ["class": "bars"],
            [
                .tag("h3", [:], HTML(title)),
                .tag("ul", ["class": "keys"], keys),
                .tag("ol", ["class": "rows"], rows.map { row($0, scale) }),
                .tag(
                    "div", ["class": "scale", "aria-hidden": "true"],
                    scale.marks.map { mark in
                        .tag(
                            "span", ["style": "left:\(scale.place(mark))%"],
                            HTML(Figure.shortest(mark)))
                    }),
                .tag("figcaption", [:], HTML(caption)),
            ])
    }

    private func row(_ row: Row, _ scale: Scale) -> HTML {
        let parts = row.segments.filter { $0.to > $0.from }.map { segment in
            let left = scale.share(segment.from)
            let width = Figure.fixed(scale.share(segment.to) - left, 2)
            return HTML.tag(
                "span",
                [
                    "class": "part part-\(segment.colour)",
                    "style": "left:\(Figure.fixed(left, 2))%;width:\(width)%",
                ], [])
        }
        let ticks = row.ticks.filter(scale.holds).map { tick in
            HTML.tag("span", ["class": "tick", "style": "left:\(scale.place(tick))%"], [])
        }
        return .tag(
            "li", [:],
            [
                .tag(
                    "p", [:],
                    [
                        .tag("strong", [:], HTML(row.title)), " ",
                        .tag("span", [:], HTML(row.facts.joined(separator: " · "))),
                    ]),
                .tag("div", ["class": "track", "aria-hidden": "true"], parts + ticks),
                row.extra,
            ])
    }

    /// From zero, or below, to a round number that holds every bar.
    private struct Scale {
        let low: Double
        let high: Double
        let marks: [Double]

        init(_ values: [Double]) {
            let least = min(0, values.min() ?? 0)
            let most = max(values.max() ?? 1, least + 1)
            let raw = (most - least) / 4
            var power = 1.0
            while power * 10 <= raw { power *= 10 }
            while power > raw { power /= 10 }
            let step = [1, 2, 2.5, 5, 10].map { $0 * power }.first { $0 >= raw * 0.999 } ?? raw
            low = (least / step).rounded(.down) * step
            high = (most / step).rounded(.up) * step
            let count = Int(((high - low) / step).rounded())
            marks = (0...max(1, count)).map { [low] in low + Double($0) * step }
        }

        func holds(_ value: Double) -> Bool { value >= low && value <= high }
        func share(_ value: Double) -> Double { 100 * (value - low) / (high - low) }
        func place(_ value: Double) -> String { Figure.fixed(share(value), 2) }
    }
}

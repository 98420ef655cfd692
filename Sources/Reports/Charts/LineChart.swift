/// A chart drawn without a script: values with their intervals, one step to the right each.
struct LineChart {
    /// One value; what was not measured leaves a gap in the line.
    struct Point: Equatable {
        /// Position on the horizontal axis: an index of the chart's labels.
        var position: Int
        var value: Double?
        var lower: Double?
        var upper: Double?
        /// Said in full where the mouse rests.
        var title: String
        /// A cross apart from the line: what is no measurement.
        var isCrossed = false
    }

    struct Series: Equatable {
        var name: String
        /// Which of the page's four colours; further ones begin anew.
        var colour: Int
        var isDashed = false
        var points: [Point]
    }

    /// For those who do not see it.
    var label: String
    /// As in `ms`.
    var unit: String
    /// Under the horizontal axis, one for each position.
    var labels: [String]
    var series: [Series]

    private static let width = 720.0
    private static let height = 270.0
    private static let left = 56.0
    private static let right = 700.0
    private static let top = 26.0
    private static let bottom = 226.0
    /// More labels than this would run into each other.
    private static let labelsAtMost = 10

    func figure() -> HTML {
        .tag(
            "figure",
            ["class": "plot chart", "role": "group", "tabindex": "0", "aria-label": label], svg(),
            legend())
    }

    private func svg() -> HTML {
        let scale = ChartScale(greatest: greatest)
        return .tag(
            "svg",
            [
                "viewBox": "0 0 \(Int(Self.width)) \(Int(Self.height))", "role": "img",
                "aria-label": label,
            ],
            axes(scale) + series.map { drawing($0, scale) })
    }

    private var greatest: Double {
        series.flatMap(\.points).flatMap { [$0.value, $0.upper] }.compactMap(\.self).max() ?? 0
    }

    private func axes(_ scale: ChartScale) -> [HTML] {
        var parts: [HTML] = scale.marks.flatMap { mark -> [HTML] in
            let y = y(mark, scale)
            return [
                line(Self.left, y, Self.right, y, class: mark == 0 ? "axis" : "grid"),
                text(Figure.shortest(mark), Self.left - 8, y + 4, anchor: "end"),
            ]
        }
        parts.append(text(unit, Self.left - 8, Self.top - 14, anchor: "end"))
        let every = (labels.count + Self.labelsAtMost - 1) / Self.labelsAtMost
        for (index, label) in labels.enumerated() where index % max(1, every) == 0 {
            parts.append(
                text(
                    TerminalText.fitted(label, to: 14), x(index), Self.bottom + 20,
                    anchor: "middle"))
        }
        return parts
    }

    private func drawing(_ series: Series, _ scale: ChartScale) -> HTML {
        var parts: [HTML] = []
        for (from, to) in zip(series.points, series.points.dropFirst()) {
            guard let start = from.value, let end = to.value, !from.isCrossed, !to.isCrossed
            else { continue }
            parts.append(
                line(
                    x(from.position), y(start, scale), x(to.position), y(end, scale),
                    class: series.isDashed ? "curve dashed" : "curve"))
        }
        for point in series.points {
            guard let value = point.value else { continue }
            if let lower = point.lower, let upper = point.upper {
                let x = x(point.position)
                parts.append(line(x, y(lower, scale), x, y(upper, scale), class: "interval"))
            }
            let (x, y) = (x(point.position), y(value, scale))
            parts.append(
                point.isCrossed
                    ? cross(x, y, title: point.title)
                    : circle(x, y, isHollow: series.isDashed, title: point.title))
        }
        return .tag("g", ["data-series": String(series.colour % 4)], parts)
    }

    private func circle(_ x: Double, _ y: Double, isHollow: Bool, title: String) -> HTML {
        .tag(
            "circle",
            [
                "cx": Figure.shortest(x), "cy": Figure.shortest(y), "r": "4",
                "class": isHollow ? "point hollow" : "point",
            ],
            .tag("title", [:], HTML(title)))
    }

    private func cross(_ x: Double, _ y: Double, title: String) -> HTML {
        let (left, right) = (Figure.shortest(x - 4), Figure.shortest(x + 4))
        let (top, bottom) = (Figure.shortest(y - 4), Figure.shortest(y + 4))
        return .tag(
            "path",
            [
                "d": "M\(left) \(top)L\(right) \(bottom)M\(left) \(bottom)L\(right) \(top)",
                "class": "cross",
            ],
            .tag("title", [:], HTML(title)))
    }

    /// Series of which nothing was measured are left out.
    private func legend() -> HTML {
        let drawn = series.filter { $0.points.contains { $0.value != nil } }
        return .tag(
            "figcaption", [:],
            drawn.map { series in
                .tag(
                    "span", ["class": "key", "data-series": String(series.colour % 4)],
                    .tag("span", ["class": series.isDashed ? "swatch hollow" : "swatch"], []),
                    HTML(series.name))
            })
    }

    private func line(
        _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, class name: String
    ) -> HTML {
        .tag(
            "line",
            [
                "x1": Figure.shortest(x1), "y1": Figure.shortest(y1), "x2": Figure.shortest(x2),
                "y2": Figure.shortest(y2), "class": name,
            ], [])
    }

    private func text(_ text: String, _ x: Double, _ y: Double, anchor: String) -> HTML {
        .tag(
            "text",
            ["x": Figure.shortest(x), "y": Figure.shortest(y), "text-anchor": anchor], HTML(text))
    }

    private func x(_ position: Int) -> Double {
        guard labels.count > 1 else { return (Self.left + Self.right) / 2 }
        let inner = Self.right - Self.left - 60
        return Self.left + 30 + inner * Double(position) / Double(labels.count - 1)
    }

    private func y(_ value: Double, _ scale: ChartScale) -> Double {
        Self.bottom - (Self.bottom - Self.top) * max(0, value) / scale.top
    }
}

import Analysis

/// A latency against callers, for every path: drawn here, so that the page needs no script.
///
/// Each run is a mark that the keyboard reaches: filled where it passed, hollow where it did not. The
/// line goes through each load's last sound run; the band is the bracket, the broken line the limit.
struct CapacityChart {
    private static let width = 880.0
    private static let height = 360.0
    private static let left = 64.0
    private static let right = 24.0
    private static let top = 26.0
    private static let bottom = 44.0
    static let mostSeries = 4

    let objective: ObjectiveTitle
    private let paths: [CapacityPath]
    private let limit: Double
    private let across: NiceScale
    private let up: NiceScale

    /// - Returns: `nil` for an objective that is no latency, or of which nothing was measured.
    init?(_ objective: ObjectiveTitle, limit: Double, paths: [CapacityPath]) {
        self.objective = objective
        self.limit = limit
        self.paths = paths
        let points = paths.flatMap(\.points)
        let values = points.compactMap { point in
            point.objectives.first { objective.isOf($0) }?.value
        }
        guard let most = points.map(\.callers).max(), let worst = values.max() else { return nil }
        across = NiceScale(to: Double(most) * 1.04)
        // What is far beyond the limit is at the upper edge: the neighbourhood of the limit counts.
        // Of a limit at or below zero, what was measured makes the scale.
        let reach = limit > 0 ? min(worst, 2.5 * limit) : worst
        up = NiceScale(to: max(limit * 1.15, reach * 1.05))
    }

    func figure() -> HTML {
        let label =
            "\(objective.metric) \(objective.expression) against callers, "
            + paths.map { "\($0.name): \($0.answer) \($0.bracket)" }.joined(separator: "; ")
        let drawing = HTML.tag(
            "svg",
            [
                "width": "\(Int(Self.width))", "height": "\(Int(Self.height))",
                "viewBox": "0 0 \(Int(Self.width)) \(Int(Self.height))", "role": "group",
                "aria-label": label,
            ],
            grid() + brackets() + limitLine() + paths.enumerated().flatMap { series($1, $0) })
        return .tag(
            "figure", ["class": "plot"],
            [
                .tag("h3", [:], HTML("\(objective.metric) \(objective.expression)")),
                .scrolling("chart of \(objective.metric) against callers", drawing),
                .tag(
                    "figcaption", [:],
                    HTML(
                        "Each mark is a run: filled passed, hollow did not; ▲ lies above the chart. "
                            + "The band is the bracket, the broken line the limit.")),
            ])
    }

    // MARK: Places

    private func x(_ callers: Double) -> Double {
        Self.left + callers / across.end * (Self.width - Self.left - Self.right)
    }

    private func y(_ value: Double) -> Double {
        let height = Self.height - Self.top - Self.bottom
        return Self.height - Self.bottom - min(1, value / up.end) * height
    }

    private static func number(_ value: Double) -> String { Figure.fixed(value, 1) }

    // MARK: The frame

    private func grid() -> [HTML] {
        var parts: [HTML] = []
        for value in up.ticks {
            parts.append(line(Self.left, y(value), Self.width - Self.right, y(value), "grid"))
            parts.append(text(Figure.shortest(value), Self.left - 8, y(value) + 4, "end"))
        }
        for callers in across.ticks {
            parts.append(
                text(Figure.shortest(callers), x(callers), Self.height - Self.bottom + 18, "middle")
            )
        }
        let floor = Self.height - Self.bottom
        parts.append(line(Self.left, floor, Self.width - Self.right, floor, "axis"))
        parts.append(text("callers", Self.width - Self.right, Self.height - 8, "end"))
        parts.append(text("ms", Self.left - 8, 14, "end"))
        return parts
    }

    private func limitLine() -> [HTML] {
        [
            .tag(
                "line",
                [
                    "x1": Self.number(Self.left), "x2": Self.number(Self.width - Self.right),
                    "y1": Self.number(y(max(0, limit))), "y2": Self.number(y(max(0, limit))),
                    "style": "stroke: var(--bad)", "stroke-width": "1.5", "stroke-dasharray": "7 4",
                ]),
            text(
                "limit \(Figure.shortest(limit))", Self.left + 6, y(max(0, limit)) - 6, "start",
                "strong"),
        ]
    }

    private func brackets() -> [HTML] {
        paths.enumerated().flatMap { index, path -> [HTML] in
            guard let capacity = path.conclusion.capacity else { return [] }
            let from = x(Double(capacity))
            let to = path.conclusion.upper.map { x(Double($0)) } ?? from
            let label = path.conclusion.upper.map { "\(capacity)–\($0)" } ?? "≥ \(capacity)"
            return [
                .tag(
                    "rect",
                    [
                        "x": Self.number(from), "y": Self.number(Self.top),
                        "width": Self.number(max(2, to - from)),
                        "height": Self.number(Self.height - Self.top - Self.bottom),
                        "style": "fill: \(Self.colour(index)); opacity: 0.18",
                    ]),
                text(label, (from + to) / 2, Self.top - 8, "middle", "strong"),
            ]
        }
    }

    // MARK: A path

    private static func colour(_ index: Int) -> String { "var(--series-\(index % mostSeries))" }

    private func series(_ path: CapacityPath, _ index: Int) -> [HTML] {
        let sound = path.points.filter { $0.isSound && value(of: $0) != nil }
        var last: [Int: Double] = [:]
        for point in sound { last[point.callers] = value(of: point) }
        let way = last.sorted { $0.key < $1.key }.map {
            "\(Self.number(x(Double($0.key)))),\(Self.number(y($0.value)))"
        }
        let polyline = HTML.tag(
            "polyline",
            [
                "points": way.joined(separator: " "), "stroke-width": "1.6",
                "stroke-dasharray": ["none", "6 3", "2 3", "9 3 2 3"][index % Self.mostSeries],
                "style": "fill: none; stroke: \(Self.colour(index))",
            ])
        return [polyline] + path.points.compactMap { mark($0, of: path, index) }
    }

    private func value(of point: CapacityPoint) -> Double? {
        let result = point.objectives.first { objective.isOf($0) }
        // Where it lies beyond the timeout, the mark stands at the upper edge.
        return result?.value ?? (result?.verdict == .fail ? .infinity : nil)
    }

    private func mark(_ point: CapacityPoint, of path: CapacityPath, _ index: Int) -> HTML? {
        guard let value = value(of: point) else { return nil }
        let result = point.objectives.first { objective.isOf($0) }
        let text = result.map { point.valueText($0) } ?? Figure.absent
        let label =
            "\(path.name), \(Figure.count(point.callers, "caller")): \(text), "
            + point.outcome.wording
        let place = (x: x(Double(point.callers)), y: y(value))
        let isAbove = value > up.end
        let shape = isAbove ? "M -5 4 L 0 -5 L 5 4 Z" : Self.shapes[index % Self.mostSeries]
        let colour = point.isSound ? Self.colour(index) : "var(--soft)"
        let fill = point.outcome == .pass ? colour : "var(--paper)"
        return .tag(
            "g",
            [
                "tabindex": "0", "role": "img", "aria-label": label,
                "transform": "translate(\(Self.number(place.x)) \(Self.number(place.y)))",
            ],
            .tag("title", [:], HTML(label)),
            .tag(
                "path",
                ["d": shape, "stroke-width": "1.8", "style": "fill: \(fill); stroke: \(colour)"]))
    }

    /// A disc, a diamond, a square, a cross: paths stay apart without colour.
    static let shapes = [
        "M -4.5 0 A 4.5 4.5 0 1 0 4.5 0 A 4.5 4.5 0 1 0 -4.5 0 Z", "M 0 -6 L 6 0 L 0 6 L -6 0 Z",
        "M -4.5 -4.5 H 4.5 V 4.5 H -4.5 Z",
        "M -5 -2 H -2 V -5 H 2 V -2 H 5 V 2 H 2 V 5 H -2 V 2 H -5 Z",
    ]

    // MARK: Parts

    private func line(
        _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ name: String
    ) -> HTML {
        .tag(
            "line",
            [
                "class": name, "x1": Self.number(x1), "y1": Self.number(y1), "x2": Self.number(x2),
                "y2": Self.number(y2),
            ])
    }

    private func text(
        _ text: String, _ x: Double, _ y: Double, _ anchor: String, _ name: String = ""
    ) -> HTML {
        .tag(
            "text",
            [
                "class": name, "x": Self.number(x), "y": Self.number(y), "text-anchor": anchor,
                "aria-hidden": "true",
            ], HTML(text))
    }
}

/// An axis from zero, with ticks at round numbers.
struct NiceScale {
    let end: Double
    let ticks: [Double]

    /// - Parameter most: what has to fit; not above zero gives a scale to 1.
    init(to most: Double) {
        let most = most > 0 && most.isFinite ? most : 1
        var unit = 1.0
        while unit * 10 < most { unit *= 10 }
        while unit > most { unit /= 10 }
        // 4 to 10 ticks.
        let step = [0.2, 0.25, 0.5, 1, 2].map { $0 * unit }.first { most / $0 <= 8 } ?? 2 * unit
        end = most
        ticks = (0...Int(most / step)).map { Double($0) * step }
    }
}

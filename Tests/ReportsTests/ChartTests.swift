import Testing

@testable import Reports

@Suite struct ChartTests {
    @Test(arguments: [
        (1.0, 1.0), (7, 7), (9.2, 10), (19, 20), (21, 25), (99, 100), (412, 450), (900, 900),
        (0.03, 0.03), (1_240, 1_400), (0, 1), (-5, 1), (.infinity, 1),
    ])
    func `an axis ends at a round number above every value`(greatest: Double, top: Double) {
        let scale = ChartScale(greatest: greatest)

        #expect(abs(scale.top - top) < 1e-9, "\(scale.marks)")
        #expect(scale.marks.first == 0 && (2...12).contains(scale.marks.count))
        #expect(zip(scale.marks, scale.marks.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test func `what was not measured leaves a gap, and greater values stand higher`() throws {
        let points = [100.0, nil, 200, 300].enumerated().map { index, value in
            LineChart.Point(position: index, value: value, title: "t\(index)")
        }
        let chart = LineChart(
            label: "l", unit: "ms", labels: ["a", "b", "c", "d"],
            series: [.init(name: "s", colour: 5, points: points)])

        let markup = chart.figure().markup

        #expect(markup.matches(of: #/class="curve"/#).count == 1)
        let heights = markup.matches(of: #/cy="([0-9.]+)"/#).compactMap { Double($0.output.1) }
        #expect(heights.count == 3 && heights[0] > heights[1] && heights[1] > heights[2])
        let places = markup.matches(of: #/cx="([0-9.]+)"/#).compactMap { Double($0.output.1) }
        #expect(places == places.sorted() && Set(places).count == 3)
        #expect(markup.contains("data-series=\"1\""))
    }

    @Test func `what is no measurement is a cross that no line leads to`() {
        let points = (0..<4).map { index in
            LineChart.Point(
                position: index, value: 100, title: "t\(index)", isCrossed: index == 1)
        }
        let markup = LineChart(
            label: "l", unit: "ms", labels: ["a", "b", "c", "d"],
            series: [.init(name: "s", colour: 0, points: points)]
        ).figure().markup

        #expect(markup.matches(of: #/class="curve"/#).count == 1)
        #expect(markup.matches(of: #/<circle /#).count == 3)
        #expect(markup.contains(#/class="cross"><title>t1</#))
    }
}

import Analysis
import Foundation
import Reports
import Testing

@Suite struct SweepReportTests {
    /// Three runs with rising first audio, the last one unfit for a 95th percentile.
    private func sweep(key: String = "agent.embedded.endpointing") -> SweepResult {
        let points = [(200, 400.0, 120), (300, 500.0, 120), (500, 700.0, 12)].map {
            value, ms, calls in
            var path = SamplePath("rtp", "rtp", firstAudio: ms, cut: 240)
            path.calls = calls
            return SweepResult.Point(
                values: ["\(value)ms"], summary: SampleRuns.summary(SampleRuns.material([path])))
        }
        return SweepResult(
            id: "1sweep", scenario: "quickstart", keys: [key], points: points, planned: 4)
    }

    @Test func `the table has a row for each value, with figures and verdict`() throws {
        let sweep = sweep()
        let lines = SweepTable.render(sweep, colour: false).split(separator: "\n")

        #expect(lines[0].contains("1sweep") && lines[0].contains("3 of 4 runs"))
        let head = try #require(lines.first { $0.hasPrefix("agent.embedded.endpointing") })
        #expect(head.contains("first_audio p50") && head.contains("barge_in_cut p95"))
        for point in sweep.points {
            let row = try #require(lines.first { $0.hasPrefix(point.values[0]) })
            let p50 = try #require(point.summary.paths[0].metrics[0].p50)
            #expect(row.contains(" \(Int(p50.rounded())) "), "\(row)")
            #expect(row.hasSuffix(point.summary.verdict.rawValue))
        }
        let last = try #require(lines.first { $0.hasPrefix("500ms") })
        #expect(last.contains("—"), "twelve calls have no p95: \(last)")
    }

    @Test func `the document has each value's whole summary`() throws {
        let sweep = sweep()
        let text = SweepJSON.render(sweep)

        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let about = try #require(object["sweep"] as? [String: Any])
        #expect(about["keys"] as? [String] == sweep.keys && about["planned"] as? Int == 4)
        let runs = try #require(object["runs"] as? [[String: Any]])
        #expect(runs.count == 3)
        for (run, point) in zip(runs, sweep.points) {
            #expect(run["values"] as? [String: String] == [sweep.keys[0]: point.values[0]])
            let summary = try #require(run["summary"] as? [String: Any])
            let alone = try JSONSerialization.jsonObject(
                with: Data(JSONReport.render(point.summary).utf8))
            #expect((summary as NSDictionary) == (alone as? NSDictionary))
        }
    }

    @Test func `the page charts every value that was measured, and loads nothing`() {
        let page = SweepPage.render(sweep())

        #expect(imbalance(page) == nil)
        #expect(!page.contains("<script") && !page.contains("://"))
        // Two metrics of one path: p50 three times, p95 twice.
        #expect(page.matches(of: #/<circle /#).count == 2 * (3 + 2))
        #expect(page.matches(of: #/class="interval"/#).count >= 2 * 3)
        for value in ["200ms", "300ms", "500ms"] { #expect(page.contains(">\(value)</text>")) }
        #expect(page.contains("first_audio") && page.contains("barge_in_cut"))
    }

    @Test(arguments: attacks)
    func `no text of a sweep leaves its place`(text: String) {
        var sweep = sweep(key: text)
        sweep.scenario = text
        sweep.points[0].values = [text]
        sweep.points[0].summary = SampleRuns.hostile(text).summary

        let page = SweepPage.render(sweep)

        #expect(imbalance(page) == nil)
        #expect(!page.contains("<img") && !page.contains("<script"))
    }
}

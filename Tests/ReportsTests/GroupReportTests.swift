import Testing

@testable import Analysis
@testable import Reports

/// What pages and sentences say of several runs together.
@Suite struct GroupReportTests {
    private var group: RunSummary {
        var summary = SampleRuns.summary(SampleRuns.pass)
        summary.pooledRuns = (1...8).map { place in
            var facts = summary.run
            facts.id = "1a\(place)"
            facts.seed = UInt64(41 + place)
            facts.startedAt = "2026-02-03T14:0\(place):00Z"
            facts.tags = ["pairs": "9zgroup", "pair": "\(place)", "branch": "main"]
            return facts
        }
        summary.run = summary.pooledRuns[0]
        return summary
    }

    @Test func `a group is labelled as a group, and not as its first run`() {
        let page = HTMLReport.render(group)

        #expect(page.contains("<li>8 live runs, 1a1 … 1a8</li>"))
        #expect(page.contains("<li>seed 42 … 49</li>"))
        #expect(page.contains("<li>2026-02-03T14:01:00Z … 2026-02-03T14:08:00Z</li>"))
        #expect(page.contains("<li>pairs=9zgroup</li>") && page.contains("<li>branch=main</li>"))
        #expect(!page.contains("<li>pair=1</li>") && !page.contains("live run 1a1"))
    }

    @Test func `a page of groups does not call unknown what its comparison knows`() {
        let reported = ReportedRun(summary: group, detail: ReportDetail())
        let single = ReportedRun(
            summary: SampleRuns.summary(SampleRuns.pass), detail: ReportDetail())
        let page = HTMLReport.comparison(of: [reported, reported])
        let mixed = HTMLReport.comparison(of: [reported, single])

        #expect(page.contains(">8 runs, 1a1 … 1a8</td>") && page.contains(">42 … 49</td>"))
        #expect(page.contains("branch=main, pairs=9zgroup</td>"))
        #expect(!page.contains("run-to-run variation unknown"))
        #expect(mixed.contains("run-to-run variation unknown"))
    }

    @Test func `each cell of a comparison has its head, for screens that stack them`() {
        let noise = [0.0, 1, -1, 2, -2, 1, 0, -1]
        let document = document(noise.map { (800 + $0, 400 - $0) }, design: .paired(8))
        let page = HTMLReport.comparison(
            document, of: [ReportedRun(summary: group, detail: ReportDetail())])

        #expect(page.contains("<div class=\"findings\"><table>"))
        for head in ["a", "b", "change", "95 % interval", "p", "MDE"] {
            #expect(page.contains("<td class=\"number\" data-head=\"\(head)\">"), "\(head)")
        }
        #expect(page.contains(".findings td[data-head]::before"))
    }

    @Test func `a slow turn of several runs names its run`() throws {
        var other = SampleRuns.pass
        other.run.id = "other"
        let pooled = RunMaterial.pooled([SampleRuns.pass, other])
        let page = HTMLReport.render(group, detail: SampleRuns.detail(pooled))

        #expect(page.contains(#/<strong>run (other|01jzx4t8m2k7), call \d+, turn \d+: /#))
        #expect(!page.contains("<strong>call "))
        #expect(!page.contains("id=\"timeline\"") && page.contains("id=\"distributions\""))
    }

    // MARK: Sentences

    private func document(
        _ values: [(Double, Double)], design: ComparisonDesign, margin: Double = 0.05
    ) -> ComparisonDocument {
        func run(_ value: Double) -> PathMeasurement {
            PathMeasurement(
                name: "p", transport: "rtp",
                metrics: [
                    .init(
                        name: "first_audio", unit: "ms",
                        distribution: Distribution(values: [Double](repeating: value, count: 6)),
                        censoredAt: 10_000)
                ], rates: [])
        }
        let comparison = Comparison(
            [
                PathComparison(
                    name: "p", design: design, first: values.map { run($0.0) },
                    second: values.map { run($0.1) })
            ],
            terms: ComparisonTerms(family: [.init("first_audio", "p50")], margin: margin),
            resampling: false)
        return ComparisonDocument(
            first: .init(reference: "a", name: "a", runs: [SampleRuns.pass.run]),
            second: .init(reference: "b", name: "b", runs: [SampleRuns.pass.run]),
            comparison: comparison)
    }

    @Test func `half as long is half faster, whichever side it is`() {
        let noise = [0.0, 1, -1, 2, -2, 1, 0, -1]
        let down = document(noise.map { (800 + $0, 400 - $0) }, design: .paired(8))
        let up = document(noise.map { (400 + $0, 800 - $0) }, design: .paired(8))

        #expect(down.sentences[0].hasPrefix("b answered 400 ms (50 %) faster than a at p50: "))
        #expect(up.sentences[0].hasPrefix("a answered 400 ms (50 %) faster than b at p50: "))
    }

    @Test func `equal sides are equally fast, and what has no interval names none`() {
        let even = document([(400, 400), (410, 410)], design: .paired(2)).sentences[0]
        let few = document([(400, 440), (410, 450)], design: .paired(2)).sentences[0]

        #expect(even.hasPrefix("a answered as fast as b at p50, which proves nothing: "), "\(even)")
        #expect(few.hasPrefix("a answered 40.0 ms (9.0 %) faster than b at p50, "), "\(few)")
        for sentence in [even, few] {
            #expect(!sentence.contains("interval of the change") && !sentence.contains("—"))
        }
    }

    @Test func `a relative objective beyond the watch shows where the watch ended`() {
        var objective = ObjectiveResult(
            path: "b against a", metric: "first_audio", expression: "p50 at most 10% worse than a",
            value: nil, verdict: .fail, n: 20, reason: nil)
        objective.isRelative = true
        objective.beyond = 10_000
        var summary = group
        summary.objectives = [objective]

        #expect(summary.valueText(objective) == "> 10 s")
        #expect(HTMLReport.render(summary).contains("<td class=\"number\">&gt; 10 s</td>"))
    }
}

import Analysis
import Foundation
import Reports
import ResultStore
import Testing

@Suite struct SitePageTests {
    private func row(
        _ id: String, scenario: String = "quickstart", tags: [String: String] = [:],
        verdict: Verdict? = .pass
    ) -> RunTable.Row {
        var run = SampleRuns.pass.run
        run.id = id
        run.scenario = scenario
        run.tags = tags
        return RunTable.Row(
            run: run, state: verdict == nil ? .unfinished : .finished, verdict: verdict,
            paths: ["websocket", "rtp"])
    }

    private func figures(_ values: [(String, Double)], path: String = "rtp") -> [PublishedFigure] {
        values.map { id, value in
            var run = SampleRuns.pass.run
            run.id = id
            run.gitRevision = "rev-\(id)-of-the-tree"
            var metric = MetricSummary(name: "first_audio", unit: "ms")
            metric.n = 100
            metric.p50 = value
            metric.p95 = value + 50
            metric.intervals = ["p50": Interval(lower: value - 4, upper: value + 4)]
            return PublishedFigure(
                run: run, verdict: .pass, path: path, transport: "rtp", value: .metric(metric))
        }
    }

    private func choice(mode: RunMode = .live) -> TrendPage.Choice {
        TrendPage.Choice(
            scenario: "quickstart", metric: "first_audio", mode: mode,
            scenarios: ["quickstart", "soak"], metrics: ["barge_in_cut", "first_audio", "zeta"])
    }

    @Test func `runs are listed as they come, each a link to its report`() throws {
        let page = RunsPage(
            [row("r2", verdict: nil), row("r1", tags: ["branch": "a&b"])], filter: .init(),
            store: "s.sqlite"
        ).render()

        #expect(imbalance(page) == nil)
        let newer = try #require(page.range(of: "href=\"/run/r2\""))
        let older = try #require(page.range(of: "href=\"/run/r1\""))
        #expect(newer.lowerBound < older.lowerBound)
        #expect(page.contains("… unfinished") && page.contains("✓ pass"))
        #expect(page.contains("href=\"/?tag=branch%3Da%26b\""))
        // Picked to begin with: the older one as A, the newer one as B.
        #expect(page.contains("name=\"a\" value=\"r1\" aria-label=\"r1 as A\" checked"))
        #expect(page.contains("name=\"b\" value=\"r2\" aria-label=\"r2 as B\" checked"))
    }

    @Test(arguments: [
        (RunsPage.Filter(), ["r1", "r2", "r3"]), (.init(scenario: "soak"), ["r3"]),
        (.init(tag: "branch=main"), ["r1"]), (.init(tag: "branch"), ["r1", "r2"]),
        (.init(scenario: "soak", tag: "branch"), []), (.init(tag: "branch="), []),
    ])
    func `a filter shows what it names`(filter: RunsPage.Filter, shown: [String]) {
        let rows = [
            row("r1", tags: ["branch": "main"]), row("r2", tags: ["branch": "work"]),
            row("r3", scenario: "soak"),
        ]

        #expect(rows.filter(filter.holds).map(\.run.id) == shown)
        let page = RunsPage(rows, filter: filter, store: "s").render()
        for id in ["r1", "r2", "r3"] {
            #expect(page.contains("/run/\(id)\"") == shown.contains(id))
        }
    }

    @Test func `a trend is drawn over runs, by revision, and every figure is in the table`() {
        let page = TrendPage(
            figures([("r1", 400), ("r2", 520), ("r3", 410)]), choice: choice(), store: "s"
        ).render()

        #expect(imbalance(page) == nil)
        #expect(page.matches(of: #/<circle /#).count == 6)
        #expect(page.matches(of: #/class="interval"/#).count == 3)
        #expect(page.contains(">rev-r1-</text>"))
        for text in ["400", "396–404", "520", "516–524", "href=\"/run/r3\""] {
            #expect(page.contains(text), "\(text)")
        }
        #expect(page.contains("<option value=\"first_audio\" selected"))
        #expect(page.contains("<option value=\"zeta\">"))
    }

    @Test func `an invalid run is a cross, and runs left out are counted`() {
        let found = figures([("r1", 400), ("r2", 520), ("r3", 410)]).map { figure in
            PublishedFigure(
                run: figure.run, verdict: figure.run.id == "r2" ? .invalid : .pass,
                path: figure.path, transport: figure.transport, value: figure.value)
        }
        let page = TrendPage(found, choice: choice(), leftOut: 12, store: "s").render()
        let valid = TrendPage(figures([("r1", 400)]), choice: choice(), store: "s").render()

        #expect(imbalance(page) == nil)
        #expect(page.matches(of: #/class="cross"/#).count == 2, "p50 and p95")
        #expect(page.contains("r2, rev-r2-, invalid: p50 520"))
        #expect(page.contains("A cross is a run whose generator was over its own budget"))
        #expect(page.contains("Left out: 12 runs of sweeps"))
        #expect(!valid.contains("A cross is") && !valid.contains("Left out"))
    }

    @Test func `live and simulated runs are never drawn together`() {
        var mixed = figures([("r1", 400)])
        var simulated = SampleRuns.simulated.run
        simulated.id = "virtual"
        mixed += [
            PublishedFigure(
                run: simulated, verdict: .pass, path: "rtp", transport: "rtp", value: mixed[0].value
            )
        ]

        let live = TrendPage(mixed, choice: choice(), store: "s").render()
        let virtual = TrendPage(mixed, choice: choice(mode: .simulated), store: "s").render()

        #expect(live.contains("/run/r1\"") && !live.contains("/run/virtual\""))
        #expect(virtual.contains("/run/virtual\"") && !virtual.contains("/run/r1\""))
        #expect(
            TrendPage([], choice: choice(), store: "s").render().contains("No live run"))
    }

    @Test func `two runs stand side by side, and what makes them unlike is said`() throws {
        let first = SampleRuns.summary(SampleRuns.pass)
        var second = SampleRuns.summary(SampleRuns.fourPaths)
        second.run.id = "other"
        second.run.seed = 43

        let page = ComparePage(first, second, store: "s").render()
        let alike = ComparePage(first, first, store: "s").render()

        #expect(imbalance(page) == nil)
        #expect(page.contains("Not like for like.") && page.contains("seed: 42 and 43"))
        #expect(!alike.contains("Not like for like."))
        #expect(page.contains("<h2>websocket</h2>") && page.contains("<h2>rtp</h2>"))
        #expect(!page.contains("<h2>webrtc</h2>"), "only one of them has it")
        let p50 = try #require(first.paths[0].metrics.first { $0.name == "first_audio" }?.p50)
        #expect(page.contains(">\(Int(p50.rounded()))</td>"))
        #expect(page.contains("response_rate"))
    }

    @Test(arguments: attacks)
    func `no text of a store leaves its place`(text: String) {
        let summary = SampleRuns.hostile(text).summary
        let hostile = RunTable.Row(
            run: summary.run, state: .finished, verdict: .fail, paths: [text])
        var figure = figures([(text, 400)], path: text)
        figure.append(contentsOf: figures([("r", 300)]))
        var choice = choice()
        choice.scenario = text
        choice.scenarios.append(text)

        for page in [
            RunsPage(
                [hostile], filter: .init(scenario: text, tag: "\(text)=\(text)"), store: text
            ).render(),
            RunsPage([hostile], filter: .init(), store: text).render(),
            TrendPage(figure, choice: choice, store: text).render(),
            ComparePage(summary, summary, store: text).render(),
            SiteFrame.message(text, text, store: text),
        ] {
            #expect(imbalance(page) == nil)
            #expect(!page.contains("<script") && !page.contains("<img"))
        }
    }
}

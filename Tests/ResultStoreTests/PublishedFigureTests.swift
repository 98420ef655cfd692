import Analysis
import Testing

@testable import ResultStore

@Suite struct PublishedFigureTests {
    @Test func `what was published of a metric is read back as it was, oldest run first`() throws {
        let folder = try TemporaryFolder()
        let store = try ResultStore.open(path: folder.file("talkover.sqlite"))
        let samples = ["20260102-aaaa", "20260103-bbbb"].map { StoredSample(id: $0) }
        let summaries = try samples.map { try $0.write(to: store) }

        let scenario = samples[0].facts.scenario
        let figures = try store.published(
            "first_audio", scenario: scenario, mode: .live, runsAtMost: 10)
        let newest = try store.published(
            "first_audio", scenario: scenario, mode: .live, runsAtMost: 1)
        let rates = try store.published(
            "response_rate", scenario: scenario, mode: .live, runsAtMost: 10)

        let expected = summaries.flatMap { summary in
            summary.paths.compactMap { path in
                path.metrics.first { $0.name == "first_audio" }.map { (summary, path, $0) }
            }
        }
        #expect(!expected.isEmpty && figures.count == expected.count)
        for (figure, (summary, path, metric)) in zip(figures, expected) {
            var stored = metric
            stored.note = nil  // is not stored: it belongs to the version that renders it
            #expect(figure.run.id == summary.run.id && figure.verdict == summary.verdict)
            #expect(figure.path == path.name && figure.transport == path.transport)
            #expect(figure.value == .metric(stored))
        }
        #expect(Set(newest.map(\.run.id)) == ["20260103-bbbb"])
        let rate = try #require(summaries[0].paths[0].rates.first { $0.name == "response_rate" })
        #expect(rates.first?.value == .rate(rate))
        #expect(
            try store.published("first_audio", scenario: "other", mode: .live, runsAtMost: 9)
                .isEmpty)
        let names = try store.publishedNames()
        #expect(names.scenarios == [scenario])
        #expect(names.metrics.contains("first_audio") && names.metrics.contains("response_rate"))
    }

    @Test func `newer runs of another mode and parts of a group take no run's place`() throws {
        let folder = try TemporaryFolder()
        let store = try ResultStore.open(path: folder.file("talkover.sqlite"))
        try StoredSample(id: "live", calls: 4).write(to: store)
        for number in 1...3 {
            try StoredSample(id: "virtual\(number)", calls: 4, mode: .simulated).write(to: store)
        }
        for key in RunTag.parts {
            try StoredSample(id: key, tags: [key: "1a"], calls: 4).write(to: store)
        }

        func shown(_ mode: RunMode) throws -> Set<String> {
            Set(
                try store.published("response_rate", scenario: "sample", mode: mode, runsAtMost: 2)
                    .map(\.run.id))
        }
        #expect(try shown(.live) == ["live"])
        #expect(try shown(.simulated) == ["virtual2", "virtual3"])
        #expect(try store.newestMode(of: "sample") == .simulated)
        #expect(try store.newestMode(of: "other") == nil)
        #expect(try store.parts(of: "sample", mode: .live) == 3)
        #expect(try store.parts(of: "sample", mode: .simulated) == 0)
    }
}

import Testing

@testable import Analysis
@testable import Reports

@Suite struct ComparisonReportTests {
    private func document(samples: Int) -> ComparisonDocument {
        let run = PathMeasurement(
            name: "rtp", transport: "rtp",
            metrics: [
                .init(
                    name: "first_audio", unit: "ms",
                    distribution: Distribution(values: (0..<samples).map { 400 + Double($0) }),
                    censoredAt: 10_000)
            ])
        let comparison = Comparison(
            [PathComparison(name: "rtp", design: .single, first: [run], second: [run])])
        let facts = [SampleRuns.pass.run]
        return ComparisonDocument(
            first: .init(reference: "a", name: "a", runs: facts),
            second: .init(reference: "b", name: "b", runs: facts), comparison: comparison)
    }

    @Test func `a p95 of five turns is a dash with a reason, in every report`() {
        let document = document(samples: 5)
        let reason = "the p95 of a run needs 20 samples, and one has 5"
        let terminal = ComparisonTerminal.render(document, width: 200, colour: false)
        let row = terminal.split(separator: "\n").first { $0.contains("first_audio p95") }
        #expect(row?.contains("ms") == false && row?.contains("%") == false, "\(terminal)")
        #expect(terminal.contains(reason))
        #expect(ComparisonMarkdown.render(document).contains(reason))
        #expect(FindingsTable(document: document).parts.map(\.markup).joined().contains(reason))
    }

    @Test func `single runs of enough turns have no reason but that they are single`() {
        let text = ComparisonMarkdown.render(document(samples: 20))
        #expect(!text.contains("needs") && text.contains("run-to-run variation unknown"), "\(text)")
    }
}

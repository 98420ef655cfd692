import Foundation
import Testing

@testable import Analysis
@testable import Reports

/// What CI systems and pull requests are given, byte for byte, in `Golden/`.
///
/// A change that is meant: `TALKOVER_GOLDEN=write swift test --filter GoldenTests`, and read the
/// difference.
@Suite struct GoldenTests {
    private func expect(_ text: String, is name: String) throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Golden/\(name)")
        if ProcessInfo.processInfo.environment["TALKOVER_GOLDEN"] == "write" {
            try Data(text.utf8).write(to: file)
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == text)
    }

    private var summary: RunSummary { SampleRuns.summary(SampleRuns.fourPaths) }

    @Test func `JUnit of a run that fails`() throws {
        try expect(JUnitReport.render(summary, status: .failed), is: "failed.xml")
    }

    @Test func `JUnit of an undecided run that may pass`() throws {
        var summary = summary
        summary.objectives.removeAll { $0.verdict == .fail }
        summary.objectives[1].verdict = .inconclusive
        summary.objectives[1].reason = "n=20, p(95) needs 59"
        summary.verdict = .inconclusive
        try expect(JUnitReport.render(summary, status: .passed), is: "undecided.xml")
    }

    @Test func `JUnit of a run that the environment ended`() throws {
        let text = JUnitReport.render(
            SampleRuns.summary(SampleRuns.pass), status: .environment)
        try expect(text, is: "environment.xml")
    }

    @Test func `Markdown of a gate against a baseline`() throws {
        let document = Self.document
        var summary = SampleRuns.summary(SampleRuns.pass)
        summary.objectives += RelativeGate.judge(
            document.comparison, allowed: 0.1, points: 0.02, baseline: "main")
        summary.verdict = .fail
        try expect(
            MarkdownReport.render(summary, comparisons: [document]), is: "gate.md")
        try expect(GitHubReport.render(summary, status: .failed), is: "gate.github.txt")
    }

    @Test func `a comparison in the terminal, as Markdown and as JSON`() throws {
        let document = Self.document
        try expect(
            ComparisonTerminal.render(document, width: 120, colour: false), is: "comparison.txt")
        try expect(ComparisonMarkdown.render(document), is: "comparison.md")
        try expect(ComparisonJSON.render(document), is: "comparison.json")
    }

    /// Ten pairs: an answer a fifth slower, a stop that is alike, a p95 beyond the watch.
    private static let document: ComparisonDocument = {
        func run(_ first: Double, _ stop: Double, lost: Int) -> PathMeasurement {
            PathMeasurement(
                name: "rtp", transport: "rtp",
                metrics: [
                    .init(
                        name: "first_audio", unit: "ms",
                        distribution: Distribution(
                            values: (0..<100 - lost).map { first + Double($0) }, censored: lost),
                        censoredAt: 10_000),
                    .init(
                        name: "barge_in_cut", unit: "ms",
                        distribution: Distribution(
                            values: (0..<20).map { stop + Double($0) / 9 }), censoredAt: 2_000),
                ],
                rates: [("response_rate", Proportion(hits: 100 - lost, trials: 100))])
        }
        let noise = [0.0, 3, -2, 1, 4, -3, 2, -1, 0, 1]
        let comparison = Comparison(
            [
                PathComparison(
                    name: "rtp", design: .paired(10),
                    first: noise.map { run(400 + $0, 110 + $0 / 10, lost: 0) },
                    second: noise.map { run(490 - $0, 111 - $0 / 10, lost: 8) })
            ])
        let facts = summaryFacts
        return ComparisonDocument(
            first: .init(reference: "1a/main", name: "main", runs: facts),
            second: .init(reference: "1a/fix_|_<b>", name: "fix_|_<b>", runs: facts),
            comparison: comparison, differences: ["revision: 4f2a91c and none"],
            invalid: ["run 1a2 is invalid: send lateness p99 7.1 ms is over 5 ms"])
    }()

    private static var summaryFacts: [RunFacts] {
        (1...10).map { place in
            var facts = SampleRuns.pass.run
            facts.id = "1a\(place)"
            return facts
        }
    }
}

import Testing

@testable import Analysis

/// A figure that cannot be told stays, undecided: one that vanished would let a gate pass.
@Suite struct MissingFiguresTests {
    private let ten = [Double](repeating: 400, count: 10)

    private func empty(_ metric: String = "first_audio") -> PathMeasurement {
        .showing(metric, Distribution(values: []))
    }

    @Test func `one run without samples leaves its figure undecided, with how many there are`()
        throws
    {
        var second = Sides.runs(ten)
        second[3] = empty()
        let comparison = Sides.compare(Sides.runs(ten), second, family: nil)
        #expect(comparison.findings.map(\.statistic) == ["p50", "p95"])
        for finding in comparison.findings {
            #expect(finding.verdict == .inconclusive)
            #expect(finding.reason == "no samples in 1 of 10 runs on the second side")
            #expect(finding.second.value == nil && finding.second.n == 9 * 21)
        }
        #expect(Sides.gate(comparison).map(\.verdict) == [.inconclusive, .inconclusive])
    }

    @Test func `what was asked for by name and never measured is undecided, else left out`() {
        let runs = Sides.runs(ten)
        let named = Sides.compare(runs, runs, family: [.init("barge_in_cut", "p50")])
        #expect(Sides.gate(named).map(\.verdict) == [.inconclusive])
        #expect(
            named.findings.first?.reason
                == "no samples in 10 of 10 runs on the first side and in 10 of 10 runs on the "
                + "second side")
        let usual = Sides.compare(runs, runs, family: nil)
        #expect(Set(usual.findings.map(\.metric)) == ["first_audio"])
        let nothing = Sides.compare(ten.map { _ in empty() }, ten.map { _ in empty() }, family: nil)
        #expect(nothing.findings.count == ComparisonTerms.headline.count)
        #expect(Sides.gate(nothing).allSatisfy { $0.verdict == .inconclusive })
    }

    @Test func `what a transport cannot show is judged on the other paths alone`() {
        func path(_ transport: String, trials: Int) -> PathComparison {
            let runs = (0..<10).map { _ in
                PathMeasurement(
                    name: transport, transport: transport, metrics: [],
                    rates: [("loss", Proportion(hits: 0, trials: trials))])
            }
            return PathComparison(name: transport, design: .paired(10), first: runs, second: runs)
        }
        let terms = ComparisonTerms(family: [.init("loss", "rate")])
        let paths = [path("websocket", trials: 0), path("rtp", trials: 500)]
        #expect(Comparison(paths, terms: terms).findings.map(\.path) == ["rtp"])
        #expect(Comparison([paths[0]], terms: terms).findings.map(\.path) == ["websocket"])
    }

    @Test func `a run of too few samples for its quantile is not compared`() throws {
        func runs(_ count: Int) -> [PathMeasurement] {
            ten.map { _ in
                .showing("first_audio", Distribution(values: (0..<count).map { 400 + Double($0) }))
            }
        }
        func findings(_ count: Int, design: ComparisonDesign? = nil) -> [ComparisonFinding] {
            let sides = design == .single ? Array(runs(count).prefix(1)) : runs(count)
            return Sides.compare(
                sides, sides, family: [.init("first_audio", "p50"), .init("first_audio", "p95")],
                design: design
            ).findings
        }
        let five = findings(5)
        #expect(five.allSatisfy { $0.verdict == .inconclusive && $0.estimate == nil })
        #expect(five.first?.reason == "the p50 of a run needs 6 samples, and one has 5")
        #expect(findings(6).map(\.verdict) == [.equivalent, .inconclusive])
        #expect(findings(19).last?.reason == "the p95 of a run needs 20 samples, and one has 19")
        #expect(findings(20).map(\.verdict) == [.equivalent, .equivalent])
        // Nothing is printed of it, be it the change of a single run.
        let single = findings(5, design: .single)
        #expect(single.allSatisfy { $0.first.value == nil && $0.bootstrap == nil })
    }

    @Test func `a figure asked for twice is judged once`() {
        let item = ComparisonTerms.Item("first_audio", "p50")
        let runs = Sides.runs(ten)
        #expect(Sides.compare(runs, runs, family: [item, item]).findings.count == 1)
        #expect(ComparisonTerms(family: [item, item]).family == [item])
    }
}

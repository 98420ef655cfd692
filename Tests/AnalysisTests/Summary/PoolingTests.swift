import Testing
import Timeline

@testable import Analysis

@Suite struct PoolingTests {
    /// Three calls a run, of which the last is the slowest by far in the second run.
    private func run(_ id: String, slowest: Double) -> RunMaterial {
        var path = PathMaterial.path()
        path.calls = (0..<3).map { .completed($0) }
        path.turns = (0..<3).map {
            .utterance(call: $0, answeredAfter: $0 == 2 ? slowest : 300 + Double($0))
        }
        path.seconds = [.second(0, callers: 3), .second(1, callers: 3)]
        var run = RunMaterial.sample([path])
        run.run.id = id
        return run
    }

    @Test func `a slow turn of several runs is known by its own run and call`() throws {
        let pooled = RunMaterial.pooled([run("r1", slowest: 900), run("r2", slowest: 2_000)])

        let slowest = try #require(PathExplanation.all(of: pooled).first?.slowest.first).turns
        #expect(pooled.paths[0].calls.map(\.id.number) == Array(0..<6))
        #expect(slowest[0].run == "r2" && slowest[0].call.number == 2)
        #expect(slowest[1].run == "r1" && slowest[1].call.number == 2)
        #expect(slowest[0].value == 2_000)
    }

    @Test func `runs together have no seconds and so no timeline, one run keeps its own`() throws {
        let one = run("r1", slowest: 900)
        let alone = try #require(PathCurves.all(of: .pooled([one])).first)
        let both = try #require(
            PathCurves.all(of: .pooled([one, run("r2", slowest: 900)])).first)

        #expect(alone.timeline == PathCurves(one.paths[0], scenario: one.scenario).timeline)
        #expect(alone.timeline.points.map(\.callers).max() == 3)
        #expect(both.timeline.points.isEmpty)
        #expect(both.distributions.first?.n == 6)
        let turns = PathExplanation.all(of: .pooled([one]))[0].slowest[0].turns
        #expect(turns.allSatisfy { $0.run == nil })
    }
}

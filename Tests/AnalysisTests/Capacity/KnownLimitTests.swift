import Planning
import Testing
import Timeline

@testable import Analysis

/// An agent whose limit is known, asked through everything that judges a real one but the calls.
///
/// Beyond `sessions` callers each further one adds `beyond` to every latency; a turn scatters by 20 ms,
/// a run by 1 %.
private struct KnownAgent {
    let sessions: Int
    let seed: UInt64
    let target = 600.0
    private let base = 450.0
    private let turnDeviation = 20.0
    private let runDeviation = 0.01

    /// A second of slowness at twice the sessions.
    private var beyond: Double { 1_000 / Double(sessions) }

    private func mean(_ callers: Int) -> Double {
        base + beyond * Double(max(0, callers - sessions))
    }

    /// The most callers whose true p95 is within the target.
    var limit: Int {
        var callers = sessions
        while true {
            let mean = mean(callers + 1)
            let deviation =
                (turnDeviation * turnDeviation + runDeviation * runDeviation * mean * mean)
                .squareRoot()
            guard mean + 1.645 * deviation <= target else { return callers }
            callers += 1
        }
    }

    func point(_ step: CapacitySearch.Step, isGeneratorFit: Bool = true) -> CapacityPoint {
        let schedule = HoldSchedule(
            ramp: .seconds(1), hold: .seconds(30 * Int64(step.stretch)))
        var generator = SeededGenerator(
            seed: seed &+ UInt64(step.attempt), stream: "agent", number: UInt64(step.callers))
        let run = 1 + runDeviation * Self.normal(&generator)
        var path = PathMaterial.path()
        // Enough turns for a p95, and not so many that the test takes long.
        let each = max(1, min(5, 400 / step.callers)) * step.stretch
        for caller in 0..<step.callers {
            var call = CallRecord.completed(caller)
            call.ended = at(60_000_000)
            path.calls.append(call)
            for turn in 0..<each {
                let latency =
                    mean(step.callers) * run + turnDeviation * Self.normal(&generator)
                path.turns.append(
                    .utterance(
                        call: caller, number: turn, onset: 2_500 + 5_000 * Double(turn),
                        answeredAfter: latency))
            }
        }
        if !isGeneratorFit {
            path.frames[.sendLateness] = FrameTally()
            path.frames[.sendLateness]?.record(.milliseconds(9), count: 100)
        }
        let objective = Objective(
            metric: "first_audio", aggregate: .quantile(0.95), comparison: .less, limit: target,
            expression: "p(95)<600ms")
        let material = RunMaterial.sample([path], scenario: .sample(objectives: [objective]))
        return CapacityPoint(
            material, summary: Summarizer.summarize(material), step: step, schedule: schedule,
            samples: [], idleBytes: nil)
    }

    /// Box and Muller's.
    private static func normal(_ generator: inout SeededGenerator) -> Double {
        DurationDistribution.normal(mean: .seconds(100), sd: .seconds(1))
            .draw(using: &generator).seconds - 100
    }
}

@Suite struct KnownLimitTests {
    static let agents: [(sessions: Int, seed: UInt64)] = [
        (8, 1), (12, 2), (19, 3), (27, 4), (40, 5), (64, 6), (85, 7), (110, 8), (170, 9),
        (290, 10),
    ]

    @Test(arguments: agents)
    func `a known limit is found within five percent`(sessions: Int, seed: UInt64) {
        let agent = KnownAgent(sessions: sessions, seed: seed)
        let limit = agent.limit

        let tried = TriedSearch(start: 10) { agent.point($0).outcome }

        let found = tried.found.capacity ?? 0
        let error = Double(found - limit) / Double(limit)
        #expect(abs(error) <= 0.05, "limit \(limit), found \(found) by \(tried.callers)")
        #expect(tried.found.ending == .bracketed || tried.found.ending == .undecided)
        #expect(tried.found.isSoaked)
        #expect(tried.steps.count < 30, "\(tried.callers)")
    }

    @Test func `where the generator gives out first, that is what is said`() {
        let agent = KnownAgent(sessions: 200, seed: 11)

        let tried = TriedSearch(start: 10) { step in
            agent.point(step, isGeneratorFit: step.callers <= 60).outcome
        }

        #expect(tried.found.ending == .generatorLimited)
        #expect(tried.found.capacity.map { (58...60).contains($0) } == true)
    }

    @Test func `a limit with too few samples for it is undecided, and asks for more`() {
        let agent = KnownAgent(sessions: 100, seed: 12)

        // Two callers have ten turns, and a p95 needs 59.
        let outcome = agent.point(.init(callers: 2, purpose: .search)).outcome
        let longer = agent.point(.init(callers: 2, purpose: .longer, stretch: 8)).outcome

        #expect(outcome == .inconclusive(stretch: 8))
        #expect(longer == .pass)
    }
}

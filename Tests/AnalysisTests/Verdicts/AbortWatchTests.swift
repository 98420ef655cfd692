import Audio
import Planning
import Testing
import Timeline

@testable import Analysis

@Suite struct AbortWatchTests {
    private func scenario(after: Double?, limit: Double = 500) -> Scenario {
        scenario(
            Objective(
                metric: "first_audio", aggregate: .quantile(0.5), comparison: .less,
                limit: limit, expression: "p(50)<\(Int(limit))ms",
                abortAfter: after.map { ms($0) }))
    }

    private func scenario(_ objective: Objective, callers: Int = 1) -> Scenario {
        Scenario(
            name: "watched",
            paths: [
                PathConfiguration(
                    name: "rtp", transport: .rtp, codec: .opus,
                    player: .jitterBuffer(.milliseconds(60)))
            ],
            load: .closed(callers: callers, ramp: .zero, repeating: .calls(1)), dialogue: [],
            objectives: [objective])
    }

    private func second(_ number: Int) -> SecondRecord { SecondRecord(path: 0, second: number) }

    @Test func `a run goes on until a miss is sure, and then not a look longer`() throws {
        var watch = try #require(AbortWatch(scenario(after: 0)))
        var missedAt: Int?
        for number in 0..<30 {
            watch.take(.turn(.utterance(call: number, answeredAfter: 800)))
            if let missed = watch.missed(at: second(number)) {
                missedAt = number
                #expect(missed.metric == "first_audio" && missed.verdict == .fail)
                break
            }
        }
        // Ten turns above the limit have a chance of 1 in 1,024; looks are five seconds apart.
        #expect(missedAt == 10)
    }

    @Test func `what is met, or not asked for, never ends a run`() throws {
        #expect(AbortWatch(scenario(after: nil)) == nil)
        var watch = try #require(AbortWatch(scenario(after: 0)))
        for number in 0..<200 {
            watch.take(.turn(.utterance(call: number, answeredAfter: 400)))
            #expect(watch.missed(at: second(number)) == nil)
        }
    }

    @Test func `no look is taken before the delay is over`() throws {
        var watch = try #require(AbortWatch(scenario(after: 20_000)))
        for number in 0..<200 { watch.take(.turn(.utterance(call: number, answeredAfter: 800))) }
        #expect(watch.missed(at: second(100)) == nil)
        #expect(watch.missed(at: second(119)) == nil)
        #expect(watch.missed(at: second(124)) != nil)
    }

    private var success: Objective {
        Objective(
            metric: "call_success", aggregate: .rate, comparison: .greater, limit: 0.97,
            expression: "rate>0.97", abortAfter: .zero)
    }

    @Test func `calls that are still up, or dialling, may yet succeed`() throws {
        var watch = try #require(AbortWatch(scenario(success, callers: 200)))
        for number in 0..<4 { watch.take(.call(.failed(number, reason: "refused"))) }
        var up = second(1)
        up.callers = 150
        #expect(watch.missed(at: up) == nil)

        // Thirty of two hundred are lost, whatever becomes of the others.
        for number in 4..<30 { watch.take(.call(.failed(number, reason: "refused"))) }
        up.second = 6
        let missed = watch.missed(at: up)
        #expect(missed?.value == 0 && missed?.n == 30)
    }

    @Test(arguments: [
        (Objective.Aggregate.minimum, Objective.Comparison.less, false),
        (.maximum, .greater, false), (.minimum, .greater, true), (.maximum, .less, true),
    ])
    func `an extreme that may still come ends no run, and one that came does`(
        aggregate: Objective.Aggregate, comparison: Objective.Comparison, ends: Bool
    ) {
        let objective = Objective(
            metric: "first_audio", aggregate: aggregate, comparison: comparison,
            limit: comparison == .less ? 500 : 1_000, expression: "extreme", abortAfter: .zero)
        var watch = AbortWatch(scenario(objective))
        watch?.take(.turn(.utterance(call: 0, answeredAfter: 800)))
        #expect((watch?.missed(at: second(1)) != nil) == ends)
    }
}

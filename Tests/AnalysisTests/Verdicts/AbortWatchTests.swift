import Audio
import Planning
import Testing
import Timeline

@testable import Analysis

@Suite struct AbortWatchTests {
    private func scenario(after: Double?, limit: Double = 500) -> Scenario {
        Scenario(
            name: "watched",
            paths: [
                PathConfiguration(
                    name: "rtp", transport: .rtp, codec: .opus,
                    player: .jitterBuffer(.milliseconds(60)))
            ],
            load: .closed(callers: 1, ramp: .zero, repeating: .calls(1)), dialogue: [],
            objectives: [
                Objective(
                    metric: "first_audio", aggregate: .quantile(0.5), comparison: .less,
                    limit: limit, expression: "p(50)<\(Int(limit))ms",
                    abortAfter: after.map { ms($0) })
            ])
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
}

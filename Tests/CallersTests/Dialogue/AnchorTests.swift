import Planning
import Testing
import Timeline

@testable import Callers

@Suite struct AnchorTests {
    @Test func `an utterance after call_start counts from the connection`() {
        var bench = DialogueBench([
            .pause(.ms(300)), .say(after: .callStart, delay: 1_000), .hangUp,
        ])
        bench.run(until: 3_000)
        bench.abandon()

        #expect(bench.clipsBegun == [0])
        #expect(bench.turns.map(\.scheduledOnset) == [.ms(1_000)])
        #expect(bench.turns.map(\.scheduledEnd) == [.ms(1_600)])
    }

    @Test func `an utterance after previous counts from the end of the step before`() {
        var bench = DialogueBench([.pause(.ms(300)), .say(delay: 400), .hangUp])
        bench.run(until: 3_000)
        bench.abandon()

        let onset: Double = bench.turns.first?.scheduledOnset.ms ?? -1
        #expect((700..<740).contains(onset), "\(onset)")
    }

    @Test func `after agent_speech_start means from the agent's first audible sample`() {
        var bench = DialogueBench(
            [.question, .interrupt(after: 600), .hangUp], talks: [.init(from: 1_503, to: 9_000)]
        )
        bench.run(until: 4_000)
        bench.abandon()

        let onset: Double = bench.turns.last?.scheduledOnset.ms ?? -1
        #expect((2_103..<2_123).contains(onset), "\(onset)")
    }

    @Test func `a voiced onset is never early and at most one frame late`() {
        for seed in UInt64(1)...300 {
            var chance = SeededGenerator(seed: seed, stream: "anchors")
            let interval: Double = [10.0, 20, 40, 60, 100].randomElement(using: &chance) ?? 20
            let lead = chance.milliseconds(0...400)
            // Onsets are known 30 ms late, and then at the next frame.
            let delay = lead + 60 + 2 * interval + chance.milliseconds(0...900)
            let reply = 1_500 + Double(Int.random(in: 0...3_000, using: &chance)) / 10
            var bench = DialogueBench(
                [
                    .question,
                    .say(
                        clip: 1, after: .agentSpeechStart, delay: delay, kind: .interrupt,
                        expect: .cut, onset: lead, end: lead + 300
                    ), .hangUp,
                ],
                talks: [.init(from: reply, to: 9_000)], interval: .ms(interval)
            )
            bench.run(until: 5_000)
            bench.abandon()

            let late: Double = (bench.turns.last?.scheduledOnset.ms ?? -1) - (reply + delay)
            #expect(bench.turns.count == 2, "seed \(seed)")
            #expect(
                late >= -0.1 && late < interval + 0.1, "seed \(seed): \(late) of \(interval) ms")
        }
    }

    @Test func `a lead-in longer than the delay is begun at once`() {
        var bench = DialogueBench([
            .say(after: .callStart, delay: 50, onset: 300, end: 700), .hangUp,
        ])
        bench.run(until: 2_000)
        bench.abandon()

        #expect(bench.turns.first?.scheduledOnset == .ms(300))
        #expect(bench.instants(of: .begin(clip: 0)) == [20])
    }

    @Test func `an interjection whose agent never speaks is void and keeps its number`() {
        var bench = DialogueBench(
            [.question, .interrupt(), .say(clip: 2, expect: .nothing), .hangUp],
            turnTimeout: .seconds(2)
        )
        bench.run(until: 12_000)

        #expect(bench.clipsBegun == [0, 2])
        #expect(bench.turns.map(\.number) == [0, 1, 2])
        #expect(bench.turns.map(\.outcome) == [.unanswered, .silent, .silent])
        #expect(bench.turns.map(\.voidReason) == [nil, .agentSilentAtOnset, nil])
        #expect(bench.hungUp != nil)
    }

    @Test func `speech anchored to the greeting begins while the greeting is heard`() {
        var bench = DialogueBench(
            [.listenToGreeting, .interrupt(after: 500), .hangUp],
            talks: [.init(from: 700, to: 6_000)]
        )
        bench.run(until: 5_000)

        #expect(isNear(bench.turns.first?.scheduledOnset, 1_200, by: 20))
        #expect(bench.turns.first?.agentAudibleAtOnset == true)
    }
}

import Planning
import Testing
import Timeline

@testable import Callers

/// Turns that expect a reply: voiced from 100 to 700 ms of the call, unless a test says otherwise.
@Suite struct ReplyTests {
    private static let early = TurnWatch.earlyAnswer.milliseconds

    @Test func `a turn is settled when its reply has ended, with the onset that was heard`() {
        var bench = DialogueBench([.say(), .hangUp], talks: [.init(from: 1_120, to: 3_000)])
        bench.run(until: 6_000)

        let turn = bench.turns.first
        #expect(turn?.outcome == .answered)
        #expect(turn?.heardOnset == .ms(1_120))
        #expect(turn?.firstAudible == .ms(1_060), "the packet's arrival, not its playing")
        #expect(turn?.scheduledEnd == .ms(700))
        #expect(bench.hungUp == 3_400, "hold after the last audible sample")
    }

    @Test func `a turn that the next one counts from is settled when its reply begins`() {
        var bench = DialogueBench(
            [.question, .interrupt(), .hangUp], talks: [.init(from: 1_120, to: 3_000)]
        )
        bench.run(until: 1_400)

        #expect(bench.turns.map(\.outcome) == [.answered])
        #expect(bench.settled(0).map { $0 <= 1_160 } == true, "30 ms late and at the next frame")
    }

    @Test(arguments: [-249.0, -100, 0, 1_000])
    func `a reply from 250 ms before the caller's end on is an answer`(offset: Double) {
        var bench = DialogueBench([.say(), .hangUp], talks: [.init(from: 700 + offset, to: 3_000)])
        bench.run(until: 6_000)

        #expect(bench.turns.map(\.outcome) == [.answered])
        #expect(bench.turns.first?.heardOnset == .ms(700 + offset))
        #expect(bench.turns.first?.agentInterrupted == false)
    }

    @Test func `an earlier one interrupts the caller, and the answer after it counts`() {
        var bench = DialogueBench(
            [.say(), .hangUp], talks: [.init(from: 300, to: 480), .init(from: 1_500, to: 2_000)]
        )
        bench.run(until: 6_000)

        let turn = bench.turns.first
        #expect(turn?.agentInterrupted == true)
        #expect(turn?.outcome == .answered)
        #expect(turn?.heardOnset == .ms(1_500))
    }

    @Test func `an agent that interrupts and talks on has taken the turn, without a latency`() {
        var bench = DialogueBench([.say(), .hangUp], talks: [.init(from: 300, to: 2_000)])
        bench.run(until: 6_000)

        let turn = bench.turns.first
        #expect(turn?.agentInterrupted == true)
        #expect(turn?.outcome == .answered)
        #expect(turn?.heardOnset == nil)
        #expect(bench.hungUp == 2_400)
    }

    @Test func `an agent that speaks into a scripted pause took it over`() {
        let steps: [Script.Step] = [.say(end: 2_500, pauses: [600...1_400]), .hangUp]
        var bench = DialogueBench(
            steps, talks: [.init(from: 900, to: 1_100), .init(from: 3_000, to: 3_600)]
        )
        bench.run(until: 8_000)

        let turn = bench.turns.first
        #expect(turn?.hasPause == true)
        #expect(turn?.pauseTakenOver == true)
        #expect(turn?.agentInterrupted == false)
        #expect(turn?.heardOnset == .ms(3_000))
    }

    @Test func `a turn without a reply is unanswered once its patience is over`() {
        var bench = DialogueBench([.say(), .hangUp], turnTimeout: .seconds(3))
        bench.run(until: 10_000)

        #expect(bench.turns.map(\.outcome) == [.unanswered])
        #expect(bench.turns.first?.heardOnset == nil)
        #expect(bench.turns.first?.patience == .seconds(3))
        #expect(bench.hungUp.map { (3_700...3_740).contains($0) } == true)
    }

    @Test func `the end of the reply before is no answer`() {
        var bench = DialogueBench(
            [.say(doneWhenReplyBegins: true), .say(clip: 1, delay: 500), .hangUp],
            talks: [.init(from: 1_000, to: 1_900), .init(from: 3_500, to: 4_000)]
        )
        bench.run(until: 8_000)

        #expect(bench.turns.map(\.number) == [0, 1])
        #expect(bench.turns.map(\.heardOnset) == [.ms(1_000), .ms(3_500)])
    }

    @Test func `an utterance after which nothing is expected waits two seconds for no reply`() {
        var bench = DialogueBench([.say(end: 4_000, pauses: []), .hangUp].expecting(.nothing))
        bench.run(until: 10_000)

        #expect(bench.turns.map(\.outcome) == [.silent])
        #expect(bench.hungUp.map { (6_000...6_440).contains($0) } == true, "\(bench.hungUp ?? 0)")
    }

    @Test func `a reply where none was expected is on record`() {
        var bench = DialogueBench(
            [.say(), .hangUp].expecting(.nothing), talks: [.init(from: 1_300, to: 1_800)]
        )
        bench.run(until: 10_000)

        #expect(bench.turns.map(\.outcome) == [.answered])
        #expect(bench.turns.first?.heardOnset == .ms(1_300))
    }

    @Test func `the first turns of a call are cold, and only they`() {
        var bench = DialogueBench(
            [.say(expect: .nothing), .say(expect: .nothing), .say(expect: .nothing), .hangUp],
            warmupTurns: 2
        )
        bench.run(until: 20_000)

        #expect(bench.turns.map(\.number) == [0, 1, 2])
        #expect(bench.turns.map(\.isCold) == [true, true, false])
        #expect(
            bench.turns.allSatisfy { $0.call == CallID(path: 0, number: 7) && $0.clip == "clip_0" })
    }

    @Test func `packets of an earlier stream are not the first packet of a reply`() {
        let watch = TurnWatch(
            record: TurnRecord(
                call: CallID(path: 0, number: 0), number: 0, kind: .utterance, expect: .response,
                clip: "a", scheduledOnset: .ms(1_000), scheduledEnd: .ms(2_000),
                patience: .seconds(10)
            ), pauses: [], hold: .ms(400)
        )

        watch.heardOnset(heard: .ms(2_500), arrived: .ms(2_440), firstPacket: .ms(20))

        #expect(watch.record.heardOnset == .ms(2_500))
        #expect(watch.record.firstPacket == nil)
    }
}

extension [Script.Step] {
    /// The same script with another expectation of everything said.
    func expecting(_ expectation: Timeline.Expectation) -> [Script.Step] {
        map { step in
            guard case .say(var line) = step else { return step }
            line.expect = expectation
            return .say(line)
        }
    }
}

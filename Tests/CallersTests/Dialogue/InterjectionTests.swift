import Planning
import Testing
import Timeline

@testable import Callers

/// The agent is audible from 1,000 ms on; the interjection begins at about 2,000 ms.
@Suite struct InterjectionTests {
    private static let script: [Script.Step] = [.question, .interrupt(), .hangUp]

    private static func bench(
        _ talks: [DialogueBench.Talk], _ steps: [Script.Step] = script, isControl: Bool = false
    ) -> DialogueBench {
        var bench = DialogueBench(steps, talks: talks, isControl: isControl)
        bench.run(until: 20_000)
        return bench
    }

    @Test func `a stop is decided when silence has lasted for hold, and dated back`() {
        let bench = Self.bench([.init(from: 1_000, to: 2_750)])

        let turn = bench.turns.last
        #expect(turn?.outcome == .cut)
        #expect(turn?.agentAudibleAtOnset == true)
        #expect(turn?.voidReason == nil)
        #expect(isNear(turn?.heardStop, 2_750))
        #expect(bench.hungUp.map { (3_140...3_180).contains($0) } == true, "\(bench.hungUp ?? 0)")
    }

    @Test func `an agent that talks on for two seconds has not been stopped`() {
        let bench = Self.bench([.init(from: 1_000, to: 9_000)])

        #expect(bench.turns.last?.outcome == .continued)
        #expect(bench.turns.last?.heardStop == nil)
        #expect(bench.hungUp.map { (4_000...4_060).contains($0) } == true, "\(bench.hungUp ?? 0)")
    }

    @Test(arguments: [(1_990.0, TurnOutcome.cut), (2_050, .continued)])
    func `two seconds after the onset part a cut from none`(after: Double, outcome: TurnOutcome) {
        let bench = Self.bench([.init(from: 1_000, to: 2_000 + after)])

        #expect(bench.turns.last?.outcome == outcome)
    }

    @Test func `an interruption of a silent agent is void`() {
        let bench = Self.bench([.init(from: 1_000, to: 1_400)])

        #expect(bench.turns.last?.outcome == .silent)
        #expect(bench.turns.last?.voidReason == .agentSilentAtOnset)
        #expect(bench.turns.last?.heardStop == nil)
    }

    @Test func `a stop before the onset that is known only after it is no reaction`() {
        let bench = Self.bench([.init(from: 1_000, to: 1_950)])

        #expect(bench.turns.last?.voidReason == .agentSilentAtOnset)
        #expect(bench.turns.last?.heardStop == nil)
        #expect(bench.turns.last?.agentAudibleAtOnset == false)
    }

    @Test func `a pause of over 200 ms makes the agent silent at the onset`() {
        let inPause = Self.bench([.init(from: 1_000, to: 1_700), .init(from: 2_080, to: 2_900)])
        let bridged = Self.bench([.init(from: 1_000, to: 1_850), .init(from: 2_030, to: 2_900)])

        #expect(inPause.turns.last?.voidReason == .agentSilentAtOnset)
        #expect(bridged.turns.last?.voidReason == nil)
        #expect(bridged.turns.last?.outcome == .cut)
    }

    @Test func `an agent that begins just before the onset is audible at it`() {
        let bench = Self.bench(
            [.init(from: 1_000, to: 1_300), .init(from: 1_990, to: 2_900)]
        )

        #expect(bench.turns.last?.agentAudibleAtOnset == true)
        #expect(bench.turns.last?.outcome == .cut)
    }

    @Test func `an agent that begins just after the onset is not audible at it`() {
        var bench = DialogueBench(
            Self.script, talks: [.init(from: 1_000, to: 1_300), .init(from: 2_030, to: 2_900)],
            interval: .ms(100)
        )
        bench.run(until: 20_000)

        #expect(bench.turns.last?.scheduledOnset == .ms(2_000))
        #expect(bench.turns.last?.agentAudibleAtOnset == false)
    }

    @Test func `a duck is on record with the instant at which the level fell`() {
        let bench = Self.bench(
            [.init(from: 1_000, to: 2_300), .init(from: 2_300, to: 9_000, level: -35)],
            [.question, .interrupt(.duck), .hangUp]
        )

        #expect(bench.turns.last?.outcome == .ducked)
        #expect(bench.turns.last?.duckedAt == .ms(2_300))
        #expect(bench.hungUp.map { $0 < 3_200 } == true, "decided before the two seconds are over")
    }

    @Test func `a duck belongs to its interjection and not to the turn after it`() {
        let bench = Self.bench(
            [
                .init(from: 1_000, to: 2_300), .init(from: 2_300, to: 5_000, level: -35),
                .init(from: 7_500, to: 8_000),
            ],
            [.question, .interrupt(.duck), .wait(.silence), .say(clip: 2), .hangUp]
        )

        #expect(bench.turns.map(\.duckedAt) == [nil, .ms(2_300), nil])
        #expect(bench.turns.map(\.outcome) == [.answered, .ducked, .answered])
    }

    @Test func `a cut followed by a soft new reply is no duck`() {
        let bench = Self.bench(
            [.init(from: 1_000, to: 2_300), .init(from: 2_800, to: 4_000, level: -35)],
            [.question, .interrupt(.continue), .wait(.response), .hangUp]
        )

        #expect(bench.turns.last?.duckedAt == nil)
        #expect(bench.turns.last?.outcome == .cut)
    }

    @Test(arguments: [Timeline.Expectation.continue, .nothing])
    func `what expects no reaction is decided after two seconds`(expect: Timeline.Expectation) {
        let bench = Self.bench(
            [.init(from: 1_000, to: 9_000)],
            [
                .question,
                .say(
                    clip: 1, after: .agentSpeechStart, delay: 1_000, kind: .backchannel,
                    expect: expect, onset: 100, end: 300
                ), .hangUp,
            ]
        )

        #expect(bench.turns.last?.outcome == .continued)
        #expect(bench.hungUp.map { (4_000...4_640).contains($0) } == true, "\(bench.hungUp ?? 0)")
    }

    @Test func `or when the reply has ended`() {
        let bench = Self.bench(
            [.init(from: 1_000, to: 3_000)], [.question, .interrupt(.continue), .hangUp]
        )

        #expect(isNear(bench.turns.last?.heardStop, 3_000))
        #expect(bench.hungUp == 3_400)
    }

    @Test func `the reply after a stop ends the aftermath, with its onset`() {
        let bench = Self.bench(
            [.init(from: 1_000, to: 2_300), .init(from: 3_600, to: 5_000)],
            [.question, .interrupt(), .wait(.response), .hangUp]
        )

        #expect(bench.turns.last?.heardAgain == .ms(3_600))
        #expect(bench.settled(1).map { (3_630...3_660).contains($0) } == true)
        #expect(bench.hungUp == 5_400)
        #expect(bench.turns.count == 2, "settled once")
    }

    @Test func `a next utterance ends the aftermath without an onset`() {
        let bench = Self.bench(
            [.init(from: 1_000, to: 2_300), .init(from: 4_500, to: 5_000)],
            [.question, .interrupt(), .say(clip: 2), .hangUp]
        )

        #expect(bench.turns.map(\.number) == [0, 1, 2])
        #expect(bench.turns[1].heardAgain == nil)
        #expect(bench.turns[2].heardOnset == .ms(4_500))
    }

    @Test func `an aftermath nothing follows is settled with the turn's patience`() {
        var bench = DialogueBench(
            [.question, .interrupt(), .pause(.seconds(30)), .hangUp],
            talks: [.init(from: 1_000, to: 2_300)], turnTimeout: .seconds(3)
        )
        bench.run(until: 20_000)

        #expect(bench.turns.last?.outcome == .cut)
        #expect(bench.settled(1).map { (5_600...5_660).contains($0) } == true)
    }

    @Test func `the first signal from the onset on is kept`() {
        var bench = DialogueBench(Self.script, talks: [.init(from: 1_000, to: 2_500)])
        bench.signals = [1_950, 2_150, 2_300]
        bench.run(until: 9_000)

        #expect(bench.turns.last?.signal == .ms(2_150))
        #expect(bench.turns.first?.signal == nil)
    }

    @Test func `an interruption that expects a response waits for the reply to it`() {
        let bench = Self.bench(
            [.init(from: 1_000, to: 2_300), .init(from: 3_600, to: 5_000)],
            [.question, .interrupt(.response), .hangUp]
        )

        #expect(bench.turns.last?.outcome == .cut)
        #expect(bench.turns.last?.heardAgain == .ms(3_600))
        #expect(bench.hungUp == 5_400)
    }

    // MARK: The control arm

    @Test func `the control arm says nothing and keeps everything else`() {
        let talks: [DialogueBench.Talk] = [.init(from: 1_000, to: 2_750)]
        let said = Self.bench(talks)
        let keptBack = Self.bench(talks, isControl: true)

        #expect(said.clipsBegun == [0, 1])
        #expect(keptBack.clipsBegun == [0])
        #expect(keptBack.turns.map(\.isControl) == [false, true])
        #expect(keptBack.turns.last?.scheduledOnset == said.turns.last?.scheduledOnset)
        #expect(keptBack.turns.last?.outcome == .cut, "a reply that would have ended by itself")
        #expect(isNear(keptBack.turns.last?.heardStop, 2_750))
    }

    @Test func `the control arm waits for no answer to what it did not say`() {
        let bench = Self.bench(
            [.init(from: 1_000, to: 2_300)], [.question, .interrupt(), .wait(.response), .hangUp],
            isControl: true
        )

        #expect(bench.hungUp.map { $0 <= 2_800 } == true, "\(bench.hungUp ?? 0)")
    }

    @Test func `but it hears the reply out that was not interrupted`() {
        let bench = Self.bench(
            [.init(from: 1_000, to: 6_000)], [.question, .interrupt(), .wait(.response), .hangUp],
            isControl: true
        )

        #expect(bench.hungUp == 6_400)
    }
}

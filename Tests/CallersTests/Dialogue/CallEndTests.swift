import Planning
import Testing
import Timeline

@testable import Callers

@Suite struct CallEndTests {
    @Test func `steps that only wait take the time they say`() {
        var bench = DialogueBench([.pause(.ms(700)), .hangUp])
        bench.run(until: 2_000)

        #expect(bench.hungUp.map { (700...740).contains($0) } == true)
        #expect(bench.turns.isEmpty)
    }

    @Test func `a greeting is listened to until its end and timed from the connection`() {
        var bench = DialogueBench(
            [.listenToGreeting, .hangUp], talks: [.init(from: 640, to: 2_000)])
        bench.run(until: 5_000)

        #expect(bench.instants(of: .greeted(after: .ms(640))).count == 1)
        #expect(bench.hungUp == 2_400)
    }

    @Test func `a greeting that does not come is waited for as long as any reply`() {
        var bench = DialogueBench([.listenToGreeting, .hangUp], turnTimeout: .seconds(2))
        bench.run(until: 5_000)

        #expect(bench.hungUp.map { (2_000...2_060).contains($0) } == true)
    }

    @Test func `waiting for a response waits for one that has not begun`() {
        var bench = DialogueBench(
            [.wait(.response), .hangUp], talks: [.init(from: 3_000, to: 4_000)])
        bench.run(until: 8_000)

        #expect(bench.hungUp == 4_400)
    }

    @Test func `waiting for silence does not wait for speech`() {
        var quiet = DialogueBench(
            [.wait(.silence), .hangUp], talks: [.init(from: 3_000, to: 4_000)])
        quiet.run(until: 8_000)
        var talking = DialogueBench(
            [.pause(.ms(500)), .wait(.silence), .hangUp], talks: [.init(from: 100, to: 4_000)]
        )
        talking.run(until: 8_000)

        #expect(quiet.hungUp == 20)
        #expect(talking.hungUp == 4_400)
    }

    @Test func `a turn the call ends in is abandoned and void`() {
        var bench = DialogueBench([.say(), .hangUp])
        bench.run(until: 1_500)
        bench.abandon()

        #expect(bench.turns.map(\.outcome) == [.abandoned])
        #expect(bench.turns.map(\.voidReason) == [.callEnded])
        #expect(bench.dialogue.isOver)
    }

    @Test func `a turn that was answered by then stays answered`() {
        var bench = DialogueBench([.say(), .hangUp], talks: [.init(from: 1_000, to: 9_000)])
        bench.run(until: 1_500)
        bench.abandon()

        #expect(bench.turns.map(\.outcome) == [.answered])
        #expect(bench.turns.first?.voidReason == nil)
    }

    @Test func `a stop that was heard by then stays a stop`() {
        var bench = DialogueBench(
            [.question, .interrupt(), .wait(.response), .hangUp],
            talks: [.init(from: 1_000, to: 2_300)]
        )
        bench.run(until: 2_900)
        bench.abandon()

        #expect(bench.turns.map(\.outcome) == [.answered, .cut])
        #expect(bench.turns.last?.voidReason == nil)
    }

    @Test func `an interjection the call ends in is abandoned`() {
        var bench = DialogueBench(
            [.question, .interrupt(), .hangUp], talks: [.init(from: 1_000, to: 9_000)]
        )
        bench.run(until: 2_300)
        bench.abandon()

        #expect(bench.turns.map(\.outcome) == [.answered, .abandoned])
    }

    @Test func `nothing is said or settled after the end`() {
        var bench = DialogueBench(
            [.say(expect: .nothing), .hangUp], talks: [.init(from: 5_000, to: 6_000)])
        bench.run(until: 4_500)
        let before = bench.events.count
        bench.run(until: 9_000)
        bench.abandon()

        #expect(bench.instants(of: .hangUp).count == 1)
        #expect(bench.events.count == before)
    }
}

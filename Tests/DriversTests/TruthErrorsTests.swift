import Audio
import Drivers
import Planning
import Testing
import Timeline

@Suite struct TruthErrorsTests {
    private let clock = MonotonicClock(originMonotonicNs: 5_000_000_000)
    private let opus = PathConfiguration(
        name: "rtp", transport: .rtp, codec: .opus, player: .jitterBuffer(.milliseconds(60)))
    private let stream = PathConfiguration(
        name: "ws", transport: .websocket, dialect: .binary, codec: .pcm16,
        player: .playback(flushesOnEvent: true))

    /// A reply that begins at 1 s and is cut at 3 s of the run, and another one later.
    private var truth: TruthJoin {
        let events = [
            ("reply_first_packet", 1_000), ("reply_first_audible", 1_002),
            ("reply_last_audible", 3_000), ("reply_first_packet", 4_000),
            ("reply_first_audible", 4_002), ("reply_last_audible", 9_000),
        ]
        let lines = events.map { event, ms in
            #"{"call": "17", "turn": 0, "event": "\#(event)", "mono_ns": \#(5_000 + ms)000000}"#
        }
        return TruthJoin(log: lines.joined(separator: "\n") + "\n", clock: clock)
    }

    private var call: CallRecord {
        CallRecord(id: CallID(path: 0, number: 0), wireID: 17, planned: .zero)
    }

    private func turns(heard: Double, stopped: Double) -> [TurnRecord] {
        func turn(_ kind: SpeechKind, _ number: Int, at ms: Double) -> TurnRecord {
            let onset = RunInstant.zero + Nanoseconds(milliseconds: ms)
            return TurnRecord(
                call: call.id, number: number, kind: kind, expect: .response, clip: "tone",
                scheduledOnset: onset, scheduledEnd: onset + .milliseconds(500),
                patience: .seconds(3))
        }
        var question = turn(.utterance, 0, at: 200)
        question.firstPacket = .zero + .milliseconds(1_001)
        question.heardOnset = .zero + Nanoseconds(milliseconds: heard)
        question.outcome = .answered
        var interruption = turn(.interrupt, 1, at: 2_500)
        interruption.heardStop = .zero + Nanoseconds(milliseconds: stopped)
        interruption.outcome = .cut
        return [question, interruption]
    }

    @Test func `player and codec are taken off what was heard, not off packets`() {
        let errors = TruthErrors(
            turns: turns(heard: 1_002 + 66.5 + 0.75, stopped: 3_000 + 66.5 - 0.25), calls: [call],
            truth: truth, path: opus)

        #expect(errors.firstPacket == [.milliseconds(1)])
        #expect(errors.onset == [.microseconds(750)])
        #expect(errors.stop == [.microseconds(-250)])
    }

    @Test func `behind a WebSocket player what plays is heard`() {
        let errors = TruthErrors(
            turns: turns(heard: 1_002.5, stopped: 3_001), calls: [call], truth: truth, path: stream)

        #expect(errors.onset == [.microseconds(500)])
        #expect(errors.stop == [.milliseconds(1)])
    }

    @Test func `what is void, was not cut or is nobody's counts for nothing`() {
        var turns = turns(heard: 1_010, stopped: 3_010)
        turns[0].voidReason = .hostStall
        turns[1].outcome = .continued

        #expect(
            TruthErrors(turns: turns, calls: [call], truth: truth, path: opus)
                == TruthErrors(turns: [], calls: [], truth: truth, path: opus))
        let strangers = TruthErrors(
            turns: self.turns(heard: 1_010, stopped: 3_010), calls: [], truth: truth, path: opus)
        #expect(strangers.onset.isEmpty && strangers.stop.isEmpty)
    }

    @Test func `a later turn is held against its own reply`() {
        var turn = turns(heard: 4_070, stopped: 0)[0]
        turn.scheduledOnset = .zero + .milliseconds(3_200)
        turn.firstPacket = .zero + .milliseconds(4_003)

        let errors = TruthErrors(turns: [turn], calls: [call], truth: truth, path: opus)
        #expect(errors.firstPacket == [.milliseconds(3)])
    }
}

import Testing
import Timeline

@testable import Analysis

@Suite struct AnswerMetricTests {
    @Test func `first audio runs from the scheduled end to what is heard`() {
        var turn = TurnRecord.utterance(answeredAfter: 640)
        turn.actualOnset = at(1_003)
        #expect(turn.sample(.firstAudio) == .value(640))
        #expect(turn.sample(.firstPacket) == .value(600))
        #expect(turn.sample(.leadSilence) == .value(30))
    }

    @Test func `first audio may be a little negative`() {
        #expect(TurnRecord.utterance(answeredAfter: -180).sample(.firstAudio) == .value(-180))
    }

    @Test func `no answer is a censored sample`() {
        #expect(TurnRecord.utterance().sample(.firstAudio) == .censored)
        #expect(TurnRecord.utterance().sample(.firstPacket) == .censored)
        #expect(TurnRecord.utterance().sample(.leadSilence) == nil)
    }

    @Test func `an answer after the turn's patience is censored too`() {
        #expect(TurnRecord.utterance(answeredAfter: 10_000).sample(.firstAudio) == .value(10_000))
        #expect(TurnRecord.utterance(answeredAfter: 10_001).sample(.firstAudio) == .censored)
    }

    @Test func `a failed call answered nothing and an interrupted one was not asked`() {
        var turn = TurnRecord.utterance()
        turn.outcome = .abandoned
        turn.voidReason = .callEnded
        var interrupted = CallRecord.completed(0)
        interrupted.outcome = .interrupted

        #expect(turn.sample(.firstAudio, in: .failed(0, reason: "closed")) == .censored)
        #expect(turn.sample(.firstAudio, in: interrupted) == .void(.callEnded))
        #expect(turn.sample(.firstAudio, in: .completed(0)) == .void(.callEnded))
        #expect(turn.sample(.firstAudio, in: nil) == .void(.callEnded))
    }

    @Test func `a reply that had begun when the call ended was heard`() {
        var turn = TurnRecord.utterance(answeredAfter: 640)
        turn.outcome = .abandoned
        #expect(turn.sample(.firstAudio) == .value(640))
    }

    @Test func `a stalled host voids the turn, answered or not`() {
        for gap in [640, nil] as [Double?] {
            var turn = TurnRecord.utterance(answeredAfter: gap)
            turn.voidReason = .hostStall
            #expect(turn.sample(.firstAudio) == .void(.hostStall))
        }
    }

    @Test func `first audio asks only utterances that want a reply`() {
        var turn = TurnRecord.utterance(answeredAfter: 100)
        turn.expect = .nothing
        #expect(turn.sample(.firstAudio) == nil)
        #expect(TurnRecord.interjection(stopAfter: 300).sample(.firstAudio) == nil)
    }

    @Test func `the agent's view subtracts the round trip of the turn, else of the call`() {
        var turn = TurnRecord.utterance(answeredAfter: 640)
        var call = CallRecord.completed(0)
        #expect(turn.sample(.firstAudioAgent, in: call) == nil)

        call.media.roundTrip = ms(50)
        #expect(turn.sample(.firstAudioAgent, in: call) == .value(590))
        turn.roundTrip = ms(80)
        #expect(turn.sample(.firstAudioAgent, in: call) == .value(560))
        #expect(TurnRecord.utterance().sample(.firstAudioAgent, in: call) == .censored)
    }
}

@Suite struct InterruptionMetricTests {
    @Test func `a cut runs from the onset to the last sample played`() {
        #expect(TurnRecord.interjection(stopAfter: 320).sample(.bargeInCut) == .value(320))
    }

    @Test func `an agent that goes on for more than two seconds was not cut`() {
        #expect(TurnRecord.interjection(stopAfter: 2_000).sample(.bargeInCut) == .value(2_000))
        #expect(TurnRecord.interjection(stopAfter: 2_000.001).sample(.bargeInCut) == .censored)
        #expect(TurnRecord.interjection().sample(.bargeInCut) == .censored)
    }

    @Test func `an interruption of silence is void`() {
        var turn = TurnRecord.interjection()
        turn.agentAudibleAtOnset = false
        #expect(turn.sample(.bargeInCut) == .void(.agentSilentAtOnset))
    }

    @Test func `an agent that had just stopped by itself was not cut`() {
        let turn = TurnRecord.interjection(stopAfter: -120)
        #expect(turn.sample(.bargeInCut) == .void(.agentSilentAtOnset))
        #expect(turn.sample(.signalLatency) == nil)
    }

    @Test func `backchannels and the control arm are no barge-ins`() {
        var control = TurnRecord.interjection(stopAfter: 320)
        control.isControl = true
        #expect(control.sample(.bargeInCut) == nil)
        #expect(TurnRecord.interjection(.backchannel, stopAfter: 320).sample(.bargeInCut) == nil)
    }

    @Test func `the agent's view of a cut subtracts the round trip`() {
        var turn = TurnRecord.interjection(stopAfter: 320)
        turn.roundTrip = ms(40)
        #expect(turn.sample(.bargeInCutAgent) == .value(280))
    }

    @Test func `the next words after a cut count from the end of the interruption`() {
        var turn = TurnRecord.interjection(stopAfter: 320)
        #expect(turn.sample(.afterInterrupt) == nil)
        turn.heardAgain = at(6_700)
        #expect(turn.sample(.afterInterrupt) == .value(1_200))
        turn.heardAgain = nil
        turn.expect = .response
        #expect(turn.sample(.afterInterrupt) == .censored)
        turn.heardStop = nil
        #expect(turn.sample(.afterInterrupt) == nil)
    }

    @Test func `a false stop resumes, or is censored`() {
        var turn = TurnRecord.interjection(.backchannel, stopAfter: 400)
        #expect(turn.sample(.resume) == .censored)
        turn.heardAgain = at(6_400)
        #expect(turn.sample(.resume) == .value(1_000))
        turn.heardStop = at(6_001)
        #expect(
            turn.sample(.resume) == nil, "more than a second after it, the stop is not its doing")
    }

    @Test func `signal, wire and player tell where a cut's time went`() {
        var turn = TurnRecord.interjection(stopAfter: 320)
        turn.signal = at(5_180)
        turn.wireStop = at(4_100)
        turn.bufferedAtOnset = ms(2_500)
        turn.staleAudio = ms(60)
        #expect(turn.sample(.signalLatency) == .value(180))
        #expect(turn.sample(.wireStop) == .value(-900))
        #expect(turn.sample(.bufferedAtCut) == .value(2_500))
        #expect(turn.sample(.staleAudio) == .value(60))
    }

    @Test func `a duck is the fall of the level, and its absence is censored where one was due`() {
        var turn = TurnRecord.interjection()
        #expect(turn.sample(.duck) == nil)
        turn.expect = .duck
        #expect(turn.sample(.duck) == .censored)
        turn.duckedAt = at(5_210)
        #expect(turn.sample(.duck) == .value(210))
        turn.duckedAt = at(7_001)
        #expect(turn.sample(.duck) == .censored)
    }
}

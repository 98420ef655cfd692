import Testing
import Timeline

@testable import Analysis

@Suite struct RateMetricTests {
    private func rate(_ metric: RateMetric, _ material: PathMaterial) -> Proportion {
        PathMeasurement(material, scenario: .sample()).rate(metric.name)
            ?? Proportion(hits: 0, trials: 0)
    }

    private func material(_ turns: [TurnRecord], calls: [CallRecord] = []) -> PathMaterial {
        var material = PathMaterial.path()
        material.turns = turns
        material.calls = calls
        return material
    }

    @Test func `answers are counted over turns that want one`() {
        var void = TurnRecord.utterance(number: 2)
        void.voidReason = .hostStall
        var deaf = TurnRecord.utterance(number: 3)
        deaf.expect = .nothing
        let turns = [.utterance(answeredAfter: 500), .utterance(number: 1), void, deaf]
        #expect(rate(.responseRate, material(turns)) == Proportion(hits: 1, trials: 2))
    }

    @Test func `a turn lost with its call was not answered`() {
        var lost = TurnRecord.utterance(call: 1)
        lost.outcome = .abandoned
        lost.voidReason = .callEnded
        var cutOff = TurnRecord.utterance(call: 2)
        cutOff.outcome = .abandoned
        var interrupted = CallRecord.completed(2)
        interrupted.outcome = .interrupted
        let whole = material(
            [.utterance(answeredAfter: 400), lost, cutOff],
            calls: [.completed(0), .failed(1, reason: "closed"), interrupted]
        )
        #expect(rate(.responseRate, whole) == Proportion(hits: 1, trials: 2))
        #expect(rate(.callSuccess, whole) == Proportion(hits: 1, trials: 2))
    }

    @Test func `yields are counted over valid interruptions`() {
        var silent = TurnRecord.interjection(number: 3, stopAfter: 100)
        silent.agentAudibleAtOnset = false
        let turns = [
            .interjection(stopAfter: 300), .interjection(number: 2, stopAfter: 2_500), silent,
            .interjection(.tic, number: 4, stopAfter: 300),
        ]
        #expect(rate(.yieldRate, material(turns)) == Proportion(hits: 1, trials: 2))
    }

    @Test func `a false interruption is a stop within a second of what is none`() {
        let kinds: [SpeechKind] = [.backchannel, .tic, .sideTalk, .noise]
        let stops: [Double?] = [999, 1_000, 1_001, nil]
        let turns = zip(kinds, stops).enumerated().map { number, trial in
            TurnRecord.interjection(trial.0, number: number, stopAfter: trial.1)
        }
        #expect(rate(.falseInterrupt, material(turns)) == Proportion(hits: 2, trials: 4))
    }

    @Test func `an agent that talks into a turn or its pause is counted per turn`() {
        var early = TurnRecord.utterance(answeredAfter: 100)
        early.agentInterrupted = true
        var patient = TurnRecord.utterance(number: 1, answeredAfter: 100)
        patient.hasPause = true
        var hasty = patient
        hasty.number = 2
        hasty.pauseTakenOver = true
        let turns = material([early, patient, hasty, .interjection(number: 3)])
        #expect(rate(.agentInterrupts, turns) == Proportion(hits: 1, trials: 3))
        #expect(rate(.pauseTakeover, turns) == Proportion(hits: 1, trials: 2))
    }

    @Test func `losses are summed over calls and never negative`() {
        var one = CallRecord.completed(0)
        one.media.packetsExpected = 500
        one.media.packetsLost = 20
        one.media.framesPlayed = 480
        one.media.framesConcealed = 20
        var other = CallRecord.completed(1)
        other.media.packetsExpected = 500
        other.media.packetsLost = -3
        other.media.framesPlayed = 500
        let whole = material([], calls: [one, other])
        #expect(rate(.loss, whole) == Proportion(hits: 20, trials: 1_000))
        #expect(rate(.concealment, whole) == Proportion(hits: 20, trials: 1_000))
    }

    @Test func `what the peer missed is its own report, of the calls that have one`() {
        var one = CallRecord.completed(0)
        one.media.remotePacketsExpected = 400
        one.media.remotePacketsLost = 8
        var other = CallRecord.completed(1)
        other.media.remotePacketsExpected = 100
        other.media.remotePacketsLost = -2
        var mute = CallRecord.completed(2)
        mute.media.remotePacketsLost = 9
        let whole = material([], calls: [one, other, mute])

        #expect(rate(.remoteLoss, whole) == Proportion(hits: 8, trials: 500))
        #expect(
            whole.calls.map(\.media.remoteLossFraction) == [8.0 / 400, 0, nil])
        #expect(rate(.remoteLoss, .path()) == Proportion(hits: 0, trials: 0))
    }

    @Test func `late frames are those beyond 60 ms`() {
        var whole = PathMaterial.path()
        var delays = FrameTally()
        delays.record(.milliseconds(1), count: 97)
        delays.record(.milliseconds(60), count: 1)
        delays.record(.milliseconds(61), count: 2)
        whole.frames[.frameDelay] = delays
        #expect(rate(.frameLate, whole) == Proportion(hits: 2, trials: 100))
        #expect(rate(.frameLate, .path()) == Proportion(hits: 0, trials: 0))
    }

    @Test func `the control arm tells what would have stopped by itself`() {
        func kept(_ number: Int, stopAfter stop: Double?) -> TurnRecord {
            var turn = TurnRecord.interjection(number: number, stopAfter: stop)
            turn.isControl = true
            return turn
        }
        var silent = kept(4, stopAfter: nil)
        silent.agentAudibleAtOnset = false
        let turns = [
            kept(1, stopAfter: 1_900), kept(2, stopAfter: 2_100), kept(3, stopAfter: nil), silent,
            .interjection(number: 5, stopAfter: 300),
        ]
        let control = PathMeasurement(material(turns), scenario: .sample()).control
        #expect(control.calls == 3)
        #expect(control.stoppedByThemselves == 1)
    }
}

import Testing
import Timeline

@testable import Analysis

@Suite struct VoidingTests {
    private func voided(
        _ turn: TurnRecord, stalledSecond: Int, calls: [CallRecord] = []
    ) -> VoidReason? {
        var path = PathMaterial.path()
        path.turns = [turn]
        path.calls = calls
        path.seconds = [.second(stalledSecond, late: 50.001)]
        return path.voidingStalls()[0].voidReason
    }

    @Test func `a turn is void when the host stalled between its onset and its decision`() {
        // Onset in second 1, answered in second 2.
        let turn = TurnRecord.utterance(onset: 1_000, answeredAfter: 640)
        #expect(voided(turn, stalledSecond: 0) == nil)
        #expect(voided(turn, stalledSecond: 1) == .hostStall)
        #expect(voided(turn, stalledSecond: 2) == .hostStall)
        #expect(voided(turn, stalledSecond: 3) == nil)
    }

    @Test func `a tick 50 ms late is no stall yet`() {
        var path = PathMaterial.path()
        path.turns = [.utterance(onset: 1_000)]
        path.seconds = [.second(1, late: 50)]
        #expect(path.voidingStalls() == path.turns)
    }

    @Test func `an unanswered turn is watched for its whole patience, but not past its call`() {
        let turn = TurnRecord.utterance(onset: 1_000)
        #expect(voided(turn, stalledSecond: 12) == .hostStall)
        #expect(voided(turn, stalledSecond: 13) == nil)
        #expect(voided(turn, stalledSecond: 12, calls: [.completed(0)]) == nil)
    }

    @Test func `an uncut interruption is watched for two seconds`() {
        let turn = TurnRecord.interjection(onset: 5_000)
        #expect(voided(turn, stalledSecond: 7) == .hostStall)
        #expect(voided(turn, stalledSecond: 8) == nil)
        #expect(voided(.interjection(onset: 5_000, stopAfter: 300), stalledSecond: 7) == nil)
    }

    @Test func `voiding keeps a reason that was there and is done once`() {
        var silent = TurnRecord.interjection()
        silent.voidReason = .agentSilentAtOnset
        #expect(voided(silent, stalledSecond: 5) == .agentSilentAtOnset)

        var path = PathMaterial.path()
        path.turns = [.utterance(), .interjection(number: 1, stopAfter: 100)]
        path.seconds = [.second(5, late: 80)]
        let once = path.voidingStalls()
        path.turns = once
        #expect(path.voidingStalls() == once)
    }
}

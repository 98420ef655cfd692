import Testing
import Timeline

@testable import Analysis

@Suite struct LiveRowTests {
    @Test func `a turn has every metric that it shows, at the last instant it tells of`() {
        let row = LiveRow(turn: .utterance(call: 3, number: 1, answeredAfter: 420), path: "rtp")

        #expect(row.event == .turn)
        #expect(row.at == at(2_420))
        #expect(row.path == "rtp")
        #expect(row.facts[.call] == .whole(3) && row.facts[.turn] == .whole(1))
        #expect(row.facts[.kind] == .text("utterance") && row.facts[.outcome] == .text("answered"))
        #expect(row.metrics["first_audio"] == 420)
        #expect(row.metrics["first_packet"] == 380)
        #expect(row.metrics["lead_silence"] == 30)
        #expect(row.metrics["barge_in_cut"] == nil)
        #expect(row.censored.isEmpty && row.facts[.reason] == nil)
    }

    @Test func `a turn that nobody answered is censored, not left out`() {
        let row = LiveRow(turn: .utterance(), path: "rtp")

        #expect(row.metrics["first_audio"] == nil)
        #expect(row.censored == ["first_audio", "first_packet"])
    }

    @Test func `a turn that does not count says why, and has no latency`() {
        var turn = TurnRecord.interjection(stopAfter: 300)
        turn.voidReason = .hostStall

        let row = LiveRow(turn: turn, path: "rtp")

        #expect(row.facts[.reason] == .text("host_stall"))
        #expect(row.metrics["barge_in_cut"] == nil)
    }

    @Test func `a call has its reason and its phases`() {
        let failed = LiveRow(call: .failed(2, reason: "timeout"), path: "rtp", configuration: nil)
        let completed = LiveRow(call: .completed(1), path: "rtp", configuration: nil)

        #expect(failed.facts[.outcome] == .text("failed"))
        #expect(failed.facts[.reason] == .text("timeout"))
        #expect(failed.at == at(100) && failed.metrics["connect"] == nil)
        #expect(completed.metrics["connect"] == 20 && completed.at == at(10_020))
    }

    @Test func `a second is over when the next one begins`() {
        let row = LiveRow(second: .second(4, callers: 7, late: 61, scheduled: 50), path: "rtp")

        #expect(row.at == at(5_000))
        #expect(row.facts[.callers] == .whole(7) && row.facts[.framesScheduled] == .whole(50))
        #expect(row.facts[.tickLateness] == .number(61))
        #expect(row.facts[.reason] == .text("host_stall"))
    }
}

import Planning
import Testing
import Timeline

@testable import Analysis

/// The two legs of a hybrid.
@Suite struct LegTests {
    /// Answered 700 ms after its end, heard by the gateway's clock at 30 and at 610.
    private func answered() -> TurnRecord {
        var turn = TurnRecord.utterance(answeredAfter: 700)
        turn.gatewayForwarded = turn.scheduledEnd + ms(30)
        turn.gatewayReceived = turn.scheduledEnd + ms(610)
        return turn
    }

    @Test func `the legs of an answer are before and behind the gateway`() {
        #expect(answered().sample(.firstAudioEdge) == .value(30 + 90))
        #expect(answered().sample(.firstAudioBackend) == .value(580))
        #expect(answered().sample(.bargeInCutEdge) == nil)
    }

    @Test func `the legs of a cut count from the onset`() {
        var turn = TurnRecord.interjection(stopAfter: 300)
        turn.gatewayForwarded = turn.scheduledOnset + ms(25)
        turn.gatewayReceived = turn.scheduledOnset + ms(240)

        #expect(turn.sample(.bargeInCutEdge) == .value(25 + 60))
        #expect(turn.sample(.bargeInCutBackend) == .value(215))
        #expect(turn.sample(.firstAudioEdge) == nil)
    }

    @Test func `a caller may hear the end before the gateway is told of it`() {
        var turn = TurnRecord.interjection(stopAfter: 100)
        turn.gatewayForwarded = turn.scheduledOnset + ms(25)
        turn.gatewayReceived = turn.scheduledOnset + ms(240)

        #expect(turn.sample(.bargeInCutEdge) == .value(25 - 140))
        #expect(turn.sample(.bargeInCutBackend) == .value(215))
    }

    @Test func `the legs of any turn add up to the whole`() throws {
        var generator = SeededGenerator(seed: 3, stream: "legs")
        for _ in 0..<200 {
            var turn = TurnRecord.utterance(answeredAfter: generator.unit() * 3_000)
            turn.gatewayForwarded = turn.scheduledEnd + Nanoseconds(Int64(generator.unit() * 1e8))
            turn.gatewayReceived = turn.scheduledEnd + Nanoseconds(Int64(generator.unit() * 3e9))
            guard case .value(let edge) = turn.sample(.firstAudioEdge),
                case .value(let backend) = turn.sample(.firstAudioBackend),
                case .value(let whole) = turn.sample(.firstAudio)
            else {
                Issue.record("an answered turn has legs")
                return
            }
            #expect(abs(edge + backend - whole) < 1e-6)
        }
    }

    @Test func `without both instants, or without the whole, there are no legs`() {
        var half = answered()
        half.gatewayReceived = nil
        var silent = answered()
        silent.heardOnset = nil
        silent.outcome = .unanswered
        var stalled = answered()
        stalled.voidReason = .hostStall

        for turn in [TurnRecord.utterance(answeredAfter: 500), half, silent, stalled] {
            #expect(turn.sample(.firstAudioEdge) == nil)
            #expect(turn.sample(.firstAudioBackend) == nil)
        }
    }
}

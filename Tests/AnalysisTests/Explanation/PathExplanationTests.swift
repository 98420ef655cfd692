import Testing
import Timeline

@testable import Analysis

@Suite struct LatencyStageTests {
    private func parts(_ turn: TurnRecord, _ metric: String, _ player: PathPlayer?) -> [Double]? {
        LatencyStage.parts(of: metric, TurnInContext(turn, in: .completed(0)), player: player)
            .map { $0.map { ($0 * 1e6).rounded() / 1e6 } }
    }

    @Test func `an answer is the first packet, silence in front, and the player`() {
        // First packet after 460 ms, first audible one after 490, heard after 500.
        let turn = TurnRecord.utterance(answeredAfter: 500)

        #expect(parts(turn, "first_audio", .jitterBuffer(25)) == [460, 15, 25])
        // A queue plays what arrives at once: what it waited for is inside the message.
        #expect(parts(turn, "first_audio", .queue(flushes: true)) == [460, 40, 0])
        #expect(parts(turn, "first_audio", .adaptiveJitterBuffer) == [460, 30, 10])
        #expect(parts(.utterance(), "first_audio", .jitterBuffer(25)) == nil)
    }

    @Test func `a cut is the stop's arrival and what the player plays on`() {
        var turn = TurnRecord.interjection(stopAfter: 150)
        turn.wireStop = turn.scheduledOnset + ms(70)

        #expect(parts(turn, "barge_in_cut", .jitterBuffer(60)) == [90, 60])
        #expect(parts(turn, "barge_in_cut", .adaptiveJitterBuffer) == [70, 80])
        #expect(parts(turn, "barge_in_cut", .queue(flushes: true)) == nil)
        turn.signal = turn.scheduledOnset + ms(149)
        #expect(parts(turn, "barge_in_cut", .queue(flushes: true)) == [149, 1])
        #expect(parts(turn, "duck", .queue(flushes: true)) == nil)
    }
}

@Suite struct SlowTurnTests {
    private func contexts(_ turns: [TurnRecord]) -> [TurnInContext] {
        turns.map { TurnInContext($0, in: .completed($0.call.number)) }
    }

    @Test func `the slowest lead, those that never came before all`() throws {
        let turns = (0..<20).map { number in
            TurnRecord.utterance(
                call: number, answeredAfter: number == 3 ? nil : 400 + Double(number * 7 % 20))
        }
        let slowest = SlowTurn.slowest(.firstAudio, contexts(turns))

        #expect(slowest.count == 5)
        #expect(slowest.map(\.value) == [nil, 419, 418, 417, 416])
        #expect(slowest[0].call.number == 3 && slowest[0].marks.isEmpty)
    }

    @Test func `instants count from the caller's silence, and stand in their order`() throws {
        var turn = TurnRecord.utterance(call: 4, number: 2, answeredAfter: 500)
        turn.actualOnset = turn.scheduledOnset + ms(3)
        turn.gatewayForwarded = turn.scheduledEnd + ms(20)
        let slow = try #require(SlowTurn.slowest(.firstAudio, contexts([turn])).first)

        #expect(slow.sentLate == 3)
        #expect(slow.marks.map(\.event) == [.forwarded, .firstPacket, .firstAudible, .heard])
        #expect(slow.marks.map(\.milliseconds) == [20, 460, 490, 500])
    }

    @Test func `instants of an interruption count from its onset`() throws {
        var turn = TurnRecord.interjection(stopAfter: 150)
        turn.signal = turn.scheduledOnset + ms(149)
        turn.wireStop = turn.scheduledOnset - ms(2_000)
        let slow = try #require(SlowTurn.slowest(.bargeInCut, contexts([turn])).first)

        #expect(slow.value == 150)
        #expect(slow.marks.map(\.event) == [.wireStop, .signal, .heardStop])
        #expect(slow.marks.map(\.milliseconds) == [-2_000, 149, 150])
    }
}

@Suite struct LatencyByCallersTests {
    /// Ten turns in each of ten seconds, with a caller more in each.
    private func latency(_ gap: (Int) -> Double) -> LatencyByCallers? {
        let turns = (0..<100).map { number in
            let second = number / 10
            return TurnInContext(
                TurnRecord.utterance(
                    call: number, onset: Double(1_000 * second + 10 * (number % 10)),
                    answeredAfter: gap(second + 1) + Double(number % 10)),
                in: .completed(number))
        }
        let seconds = (0..<10).map { SecondRecord.second($0, callers: $0 + 1) }
        return LatencyByCallers(.firstAudio, turns, seconds: seconds)
    }

    @Test func `turns stand by the callers there were when they began`() throws {
        let latency = try #require(latency { _ in 500 })

        #expect(latency.bins.map(\.callers) == [1...2, 3...4, 5...6, 7...8, 9...10])
        #expect(latency.bins.map(\.latency.n) == [20, 20, 20, 20, 20])
        #expect(latency.growth?.isApart == false)
    }

    @Test func `growth with the callers stands out`() throws {
        let growth = try #require(latency { 400 + Double($0 * 30) }?.growth)

        #expect(growth.isApart)
        #expect(growth.fewest.callers == 1...2 && growth.most.callers == 9...10)
        #expect(try #require(growth.most.latency.p50) > #require(growth.fewest.latency.p50))
    }

    @Test func `turns of a second without callers are left out`() {
        #expect(LatencyByCallers(.firstAudio, [], seconds: []) == nil)
        let turn = TurnInContext(.utterance(answeredAfter: 500), in: .completed(0))
        #expect(LatencyByCallers(.firstAudio, [turn], seconds: [.second(40)]) == nil)
    }
}

@Suite struct PathExplanationTests {
    @Test func `a path is explained by its player, its stages and its late packets`() throws {
        var path = PathMaterial.path("rtp")
        for number in 0..<30 {
            var call = CallRecord.completed(number)
            call.media.packetsExpected = 100
            call.media.packetsLate = number == 0 ? 6 : 0
            path.calls.append(call)
            path.turns.append(.utterance(call: number, answeredAfter: 500))
        }
        let found = try #require(PathExplanation.all(of: .sample([path])).first)

        #expect(found.player == .jitterBuffer(60))
        #expect(found.latePackets == Proportion(hits: 6, trials: 3_000))
        #expect(found.makeups.map(\.metric) == ["first_audio"])
        #expect(found.makeups[0].parts.map(\.stage) == [.firstPacket, .silence, .player])
        #expect(found.slowest.map(\.turns.count) == [5, 0])
    }
}

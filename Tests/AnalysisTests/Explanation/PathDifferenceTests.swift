import Planning
import Testing
import Timeline

@testable import Analysis

@Suite struct PathDifferenceTests {
    /// Calls whose one turn is answered after what `gap` says; `nil` never.
    private func path(
        _ name: String, index: Int = 0, calls: Int = 100, gap: (Int) -> Double?
    ) -> PathMaterial {
        var path = PathMaterial.path(name, index: index)
        for number in 0..<calls {
            path.calls.append(.completed(number))
            path.turns.append(.utterance(call: number, answeredAfter: gap(number)))
        }
        return path
    }

    private func differences(_ paths: [PathMaterial]) -> [PathDifference] {
        Summarizer.summarize(.sample(paths)).differences
    }

    /// 0 to 99 in an order that has nothing to do with the call's number.
    private func shuffled(_ number: Int) -> Double { Double(number * 37 % 100) }

    @Test func `a plain difference is told with its interval and by the faster path`() throws {
        let found = differences([
            path("rtp") { 570 + 0.2 * shuffled($0) },
            path("websocket", index: 1) { 490 + 0.2 * shuffled($0) },
        ])

        let difference = try #require(found.first)
        #expect(found.count == 1)
        #expect(difference.metric == "first_audio")
        #expect(difference.faster == "websocket" && difference.slower == "rtp")
        #expect(difference.p50.conclusion == .apart)
        #expect(difference.p50.difference.map { abs($0 - 80) < 0.001 } == true)
        let interval = try #require(difference.p50.interval)
        let (lower, upper) = (try #require(interval.lower), try #require(interval.upper))
        // The medians of a hundred values 0.2 ms apart: a standard error of 1 ms on each side.
        #expect((76...79).contains(lower) && (81...84).contains(upper), "\(lower) to \(upper)")
        #expect(difference.p95?.conclusion == .apart)
    }

    @Test func `the same material gives the same interval, and one more path moves no other's`() {
        let two = [
            path("rtp") { 500 + shuffled($0) }, path("websocket", index: 1) { 520 + shuffled($0) },
        ]
        let third = path("third", index: 2) { 900 + shuffled($0) }

        #expect(differences(two) == differences(two))
        let wider = differences(two + [third])
        #expect(wider.count == 2)
        #expect(wider[0].p50.difference == differences(two)[0].p50.difference)
    }

    @Test func `with more paths each interval is wider: they hold together`() throws {
        let two = [
            path("rtp") { 500 + shuffled($0) }, path("websocket", index: 1) { 560 + shuffled($0) },
        ]
        let more = (2..<4).map { index in
            path("path \(index)", index: index) { 900 + shuffled($0) }
        }

        let alone = try #require(differences(two).first?.p50.interval)
        let together = try #require(differences(two + more).first?.p50.interval)
        #expect(try #require(together.lower) < #require(alone.lower))
        #expect(try #require(together.upper) > #require(alone.upper))
    }

    @Test func `what chance explains is called alike`() throws {
        let found = differences([
            path("rtp") { 500 + shuffled($0) }, path("websocket", index: 1) { 503 + shuffled($0) },
        ])

        #expect(try #require(found.first).p50.conclusion == .alike)
    }

    @Test func `what the instrument may add is no difference, however certain`() throws {
        let found = differences([
            path("rtp") { 500 + 0.01 * shuffled($0) },
            path("websocket", index: 1) { 501.5 + 0.01 * shuffled($0) },
        ])

        #expect(try #require(found.first).p50.conclusion == .withinBias)
    }

    @Test func `below twenty calls there is a difference and no interval`() throws {
        let found = differences([
            path("rtp", calls: 19) { 500 + shuffled($0) },
            path("websocket", index: 1) { 900 + shuffled($0) },
        ])

        let difference = try #require(found.first)
        #expect(difference.p50.conclusion == .noInterval)
        #expect(difference.p50.interval == nil && difference.p50.difference != nil)
        #expect(difference.p95 == nil)
    }

    @Test func `a median in the censored tail is slower than any, two of them do not compare`()
        throws
    {
        let mute = path("rtp") { $0 < 80 ? nil : 500 }
        let found = differences([mute, path("websocket", index: 1) { 490 + shuffled($0) }])
        let difference = try #require(found.first)
        #expect(difference.faster == "websocket")
        #expect(difference.p50.conclusion == .apart)
        #expect(difference.p50.difference == nil && difference.p50.slower == nil)

        var other = mute
        (other.name, other.index) = ("websocket", 1)
        #expect(differences([mute, other]).first?.p50.conclusion == .incomparable)
    }

    @Test func `one path has nothing to be held against, nor has a metric without samples`() {
        #expect(differences([path("rtp") { 500 + shuffled($0) }]).isEmpty)
        let found = differences([
            path("rtp") { 500 + shuffled($0) }, path("websocket", index: 1) { 503 + shuffled($0) },
        ])
        #expect(found.allSatisfy { $0.metric == "first_audio" })
    }

    @Test func `the difference of the medians is divided among the stages`() throws {
        // On rtp 60 ms in the jitter buffer of the sample scenario, on websocket none.
        var paths = [path("rtp") { 570 + 0.1 * shuffled($0) }]
        paths.append(path("websocket", index: 1) { 495 + 0.1 * shuffled($0) })
        for index in paths[0].turns.indices {
            let end = paths[0].turns[index].scheduledEnd
            paths[0].turns[index].firstPacket = end + ms(440)
        }
        for index in paths[1].turns.indices {
            let end = paths[1].turns[index].scheduledEnd
            paths[1].turns[index].firstPacket = end + ms(425)
        }

        let stages = try #require(differences(paths).first).stages
        #expect(stages.map(\.stage) == [.firstPacket, .silence, .player])
        #expect(stages.map { ($0.difference * 10).rounded() / 10 } == [15, 0, 60])
        #expect(stages.map(\.isCertain) == [true, false, true])
    }
}

@Suite struct CallBootstrapTests {
    private func samples(calls: Int, turns: Int, _ gap: (Int, Int) -> Double?) -> CallBootstrap {
        var found: [TurnInContext] = []
        for call in 0..<calls {
            for number in 0..<turns {
                let turn = TurnRecord.utterance(
                    call: call, number: number, answeredAfter: gap(call, number))
                found.append(TurnInContext(turn, in: .completed(call)))
            }
        }
        return CallBootstrap(.firstAudio, found, player: .jitterBuffer(10))
    }

    @Test func `the samples as they are give the published quantiles`() throws {
        let samples = samples(calls: 100, turns: 2) { call, turn in
            call == 99 ? nil : Double(2 * call + turn)
        }
        let estimate = try #require(samples.estimate)

        #expect(samples.calls == 100 && samples.count == 200)
        #expect(estimate.p50 == 99)
        #expect(estimate.p95 == 189)
        // The middle fifth are 80 to 119, each 40 ms behind its first packet and 10 ms in the player.
        #expect(estimate.stages.map { ($0 * 1e6).rounded() / 1e6 } == [59.5, 30, 10])
    }

    @Test func `in the censored tail a quantile is beyond all, and stages are not known`() throws {
        let estimate = try #require(
            samples(calls: 40, turns: 1) { call, _ in call < 18 ? 500 : nil }.estimate)

        #expect(estimate.p50 == .infinity && estimate.p95 == .infinity)
        #expect(estimate.stages.isEmpty)
    }

    @Test func `turns that resemble each other within a call count as one`() {
        func spread(_ samples: CallBootstrap) -> Double {
            var chance = SeededGenerator(seed: 5, stream: "test")
            let drawn = samples.replicates(500, using: &chance).map(\.p50).sorted()
            return drawn[487] - drawn[12]
        }
        let together = spread(samples(calls: 30, turns: 6) { call, _ in Double(call * 17 % 30) })
        let apart = spread(
            samples(calls: 180, turns: 1) { call, _ in Double(call * 17 % 30) })
        #expect(together > 1.8 * apart, "\(together) and \(apart)")
    }

    @Test func `the interval of a difference covers the truth as often as it says`() {
        var covered = 0
        let trials = 80
        for trial in 0..<trials {
            var chance = SeededGenerator(seed: 11, stream: "coverage", number: UInt64(trial))
            func path(_ name: String, _ index: Int, _ centre: Double) -> PathMeasurement {
                var path = PathMaterial.path(name, index: index)
                for call in 0..<40 {
                    let level = centre + 20 * chance.standardNormal()
                    path.calls.append(.completed(call))
                    for number in 0..<2 {
                        path.turns.append(
                            .utterance(
                                call: call, number: number,
                                answeredAfter: level + 30 * chance.standardNormal()))
                    }
                }
                return PathMeasurement(path, scenario: .sample())
            }
            let paths = [path("rtp", 0, 500), path("websocket", 1, 540)]
            let interval = PathDifference.all(paths, players: [:], seed: 3).first?.p50.interval
            if let lower = interval?.lower, let upper = interval?.upper, lower <= 40, upper >= 40 {
                covered += 1
            }
        }
        // Nominally 76 of 80; the percentile bootstrap is a little short with forty calls.
        #expect(covered >= 71, "\(covered) of \(trials)")
    }
}

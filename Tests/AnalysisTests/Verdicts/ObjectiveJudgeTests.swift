import Planning
import Testing
import Timeline

@testable import Analysis

@Suite struct ObjectiveJudgeTests {
    private func objective(
        _ metric: String, _ aggregate: Objective.Aggregate, _ comparison: Objective.Comparison,
        _ limit: Double
    ) -> Objective {
        Objective(
            metric: metric, aggregate: aggregate, comparison: comparison, limit: limit,
            expression: "\(aggregate.text)\(comparison.rawValue)\(limit.shortText)"
        )
    }

    /// A path whose answers come after 1, 2, 3 … ms, the first of them never.
    private func path(_ count: Int, unanswered: Int = 0) -> PathMeasurement {
        var material = PathMaterial.path()
        material.turns = (0..<count).map { number in
            .utterance(
                number: number, answeredAfter: number < unanswered ? nil : Double(number + 1))
        }
        return PathMeasurement(material, scenario: .sample())
    }

    private func judge(_ objective: Objective, _ path: PathMeasurement) -> ObjectiveResult {
        ObjectiveJudge.judge(objective, on: path)
    }

    /// Of 100 samples, one-sided bounds of p95 are ranks 91 and 99.
    @Test(arguments: [
        (99.0, ObjectiveVerdict.pass), (98, .inconclusive), (91, .inconclusive), (90.9, .fail),
    ])
    func `a quantile is judged by its one-sided bounds`(limit: Double, verdict: ObjectiveVerdict) {
        let result = judge(objective("first_audio", .quantile(0.95), .less, limit), path(100))
        #expect(result.verdict == verdict)
        #expect(result.value == 95)
        #expect(result.n == 100)
        #expect((result.reason == nil) == (verdict != .inconclusive))
    }

    @Test(arguments: [
        (2.0, ObjectiveVerdict.pass), (3, .inconclusive), (10, .inconclusive), (10.1, .fail),
    ])
    func `a lower limit mirrors the bounds`(limit: Double, verdict: ObjectiveVerdict) {
        let result = judge(objective("first_audio", .quantile(0.05), .greater, limit), path(100))
        #expect(result.verdict == verdict)
    }

    @Test(arguments: [(0.5, 5), (0.9, 29), (0.95, 59), (0.99, 299)])
    func `too few samples say how many it takes`(quantile: Double, fewest: Int) {
        let wide = objective("first_audio", .quantile(quantile), .less, 9_000)
        let short = judge(wide, path(fewest - 1))
        #expect(short.verdict == .inconclusive)
        #expect(short.value == nil)
        #expect(short.reason == "n=\(fewest - 1), p(\(Int(quantile * 100))) needs \(fewest)")
        #expect(judge(wide, path(fewest)).verdict == .pass)
    }

    @Test func `unanswered turns weigh as infinitely slow`() {
        let p90 = objective("first_audio", .quantile(0.9), .less, 9_000)
        #expect(judge(p90, path(100)).verdict == .pass)
        #expect(judge(p90, path(100, unanswered: 10)).verdict == .inconclusive)
        let lost = judge(p90, path(100, unanswered: 20))
        #expect(lost.verdict == .fail)
        #expect(lost.value == nil)
    }

    @Test func `a median is the quantile in the middle`() {
        let median = judge(objective("first_audio", .median, .less, 59), path(100))
        #expect(median.verdict == .pass)
        #expect(median.value == 50)
    }

    // Twenty calls of five equal turns, 400 to 590 ms: as calls the mean has an error of 13.2 ms and
    // a bound 22.9 ms above it; as a hundred turns the bound were 9.6 ms above.
    @Test func `a mean knows that the turns of a call are alike`() {
        var material = PathMaterial.path()
        for call in 0..<20 {
            for number in 0..<5 {
                material.turns.append(
                    .utterance(
                        call: call, number: number, answeredAfter: 400 + 10 * Double(call)))
            }
        }
        let alike = PathMeasurement(material, scenario: .sample())
        let average = Objective.Aggregate.average
        #expect(
            judge(objective("first_audio", average, .less, 517), alike).verdict == .inconclusive)
        #expect(judge(objective("first_audio", average, .less, 519), alike).verdict == .pass)
        #expect(
            judge(objective("first_audio", average, .less, 473), alike).verdict == .inconclusive)
        #expect(judge(objective("first_audio", average, .less, 471), alike).verdict == .fail)
    }

    /// Mean 50.5, deviation 29.01, t of 99 degrees 1.6604: bounds 45.68 and 55.32.
    @Test(arguments: [
        (55.33, ObjectiveVerdict.pass), (55.3, .inconclusive), (45.7, .inconclusive), (45.6, .fail),
    ])
    func `a mean is judged by Student's bounds`(limit: Double, verdict: ObjectiveVerdict) {
        let result = judge(objective("first_audio", .average, .less, limit), path(100))
        #expect(result.verdict == verdict)
        #expect(result.value == 50.5)
    }

    @Test func `a mean with unanswered turns can fail but never pass`() {
        let generous = judge(
            objective("first_audio", .average, .less, 9_000), path(100, unanswered: 1))
        #expect(generous.verdict == .inconclusive)
        #expect(generous.value == nil)
        #expect(generous.reason == "1 of 100 samples outlasted the watch")
        let strict = judge(objective("first_audio", .average, .less, 40), path(100, unanswered: 9))
        #expect(strict.verdict == .fail)
        #expect(
            judge(objective("first_audio", .average, .less, 9_000), path(9)).verdict
                == .inconclusive)
    }

    @Test func `extremes are compared as they were seen`() {
        #expect(judge(objective("first_audio", .maximum, .less, 101), path(100)).verdict == .pass)
        #expect(judge(objective("first_audio", .maximum, .less, 100), path(100)).verdict == .fail)
        #expect(judge(objective("first_audio", .maximum, .atMost, 100), path(100)).verdict == .pass)
        #expect(judge(objective("first_audio", .minimum, .atLeast, 1), path(1)).verdict == .pass)
        let lost = judge(objective("first_audio", .maximum, .less, 9e9), path(9, unanswered: 1))
        #expect(lost.verdict == .fail)
        #expect(lost.reason == "a sample outlasted the watch")
    }

    @Test(arguments: [
        (98, 0, ObjectiveVerdict.inconclusive), (99, 0, .pass), (157, 1, .pass),
        (156, 1, .inconclusive),
        (200, 12, .fail), (200, 8, .inconclusive), (2, 2, .fail),
    ])
    func `a rate is judged by its exact bounds`(
        count: Int, unanswered: Int, verdict: ObjectiveVerdict
    ) {
        let goal = objective("response_rate", .rate, .greater, 0.97)
        let result = judge(goal, path(count, unanswered: unanswered))
        #expect(result.verdict == verdict)
        #expect(result.n == count)
        #expect(result.value == Double(count - unanswered) / Double(count))
    }

    @Test func `too few trials for a rate say how many it takes`() {
        let goal = objective("response_rate", .rate, .greater, 0.97)
        #expect(judge(goal, path(98)).reason == "n=98, rate>0.97 needs 99")
        let none = judge(goal, path(0))
        #expect(none.verdict == .inconclusive)
        #expect(none.value == nil)
    }

    @Test func `an absolute rate is compared as it was counted`() {
        let all = objective("response_rate", .rate, .atLeast, 1)
        #expect(judge(all, path(3)).verdict == .pass)
        #expect(judge(all, path(300, unanswered: 1)).verdict == .fail)
    }

    @Test func `nothing measured is inconclusive`() {
        let result = judge(objective("barge_in_cut", .maximum, .less, 1), path(3))
        #expect(result.verdict == .inconclusive)
        #expect(result.reason == "n=0: nothing was measured")
    }

    @Test func `a transport is not judged by what it cannot show`() {
        var rtp = PathMaterial.path()
        var call = CallRecord.completed(0)
        call.media.packetsExpected = 1_000
        rtp.calls = [call]
        let socket = PathMaterial.path("websocket", index: 1)
        let goals = [
            objective("loss", .rate, .less, 0.01), objective("first_audio", .maximum, .less, 900),
        ]
        let paths = [rtp, socket].map { PathMeasurement($0, scenario: .sample()) }

        let both = ObjectiveJudge.judge(goals, on: paths)
        #expect(
            both.map { "\($0.path) \($0.metric)" } == [
                "rtp loss", "rtp first_audio", "websocket first_audio",
            ])
        #expect(both[0].verdict == .pass)
        let alone = ObjectiveJudge.judge([goals[0]], on: [paths[1]])
        #expect(alone.map(\.verdict) == [.inconclusive])
    }

    @Test(arguments: [
        ("setup_ice", ["webrtc", "hybrid"]), ("first_audio_backend", ["hybrid"]),
        ("setup_upgrade", ["websocket"]), ("remote_loss", ["rtp", "webrtc", "hybrid"]),
        ("setup_tcp", ["websocket", "webrtc", "hybrid"]),
        ("signal_latency", ["websocket", "webrtc"]),
        ("connect", ["websocket", "rtp", "webrtc", "hybrid"]),
    ])
    func `each transport answers for what it has`(metric: String, transports: [String]) {
        let paths = Transport.allCases.map {
            PathMeasurement(.path($0.rawValue), scenario: .sample())
        }

        #expect(paths.filter { $0.canShow(metric) }.map(\.transport) == transports)
    }
}

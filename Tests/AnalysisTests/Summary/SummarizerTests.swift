import Planning
import Testing
import Timeline

@testable import Analysis

@Suite struct SummarizerTests {
    private func answers(_ count: Int, unanswered: Int = 0) -> PathMaterial {
        var path = PathMaterial.path()
        path.calls = [.completed(0)]
        path.turns = (0..<count).map { number in
            .utterance(
                number: number, answeredAfter: number < unanswered ? nil : Double(number + 1))
        }
        return path
    }

    private func firstAudio(_ path: PathMaterial) throws -> MetricSummary {
        let summary = Summarizer.summarize(.sample([path], mode: .simulated))
        return try #require(summary.paths[0].metrics.first { $0.name == "first_audio" })
    }

    @Test func `quantiles are order statistics and wait for enough samples`() throws {
        let metric = try firstAudio(answers(100))
        #expect(metric.n == 100)
        #expect(metric.min == 1)
        #expect(metric.max == 100)
        #expect(metric.mean == 50.5)
        #expect(metric.p50 == 50)
        #expect(metric.p90 == 90)
        #expect(metric.p95 == 95)
        #expect(metric.p99 == nil)
        #expect(metric.beyondTimeout.isEmpty)
        #expect(metric.intervals["p50"] == Interval(lower: 40, upper: 61))
        #expect(metric.intervals["p99"] == nil)
    }

    @Test(
        arguments: [(5, nil, nil), (6, 3, nil), (45, 23, nil), (46, 23, 42)]
            as [(Int, Double?, Double?)])
    func `a quantile appears with its smallest count`(
        count: Int, p50: Double?, p90: Double?
    ) throws {
        let metric = try firstAudio(answers(count))
        #expect(metric.p50 == p50)
        #expect(metric.p90 == p90)
    }

    @Test func `quantiles in the censored tail are named and have no value`() throws {
        let metric = try firstAudio(answers(100, unanswered: 8))
        #expect(metric.n == 100)
        #expect(metric.censored == 8)
        #expect(metric.censoredAt == 10_000)
        #expect(metric.p50 == 58)
        #expect(metric.p90 == 98)
        #expect(metric.p95 == nil)
        #expect(metric.beyondTimeout == ["p95"])
        #expect(metric.intervals["p90"]?.upper == nil)
        #expect(metric.intervals["p90"]?.lower != nil)
        #expect(metric.max == 100)
    }

    @Test func `a simulated run has no generator to grade`() {
        let summary = Summarizer.summarize(.sample([answers(3)], mode: .simulated))
        #expect(summary.generator == nil)
        #expect(summary.paths[0].generator == nil)
        #expect(summary.verdict == .pass)
    }

    @Test func `each reason of failure has the sentence of its first call`() {
        func failed(_ number: Int, _ reason: String, _ detail: String?) -> CallRecord {
            var call = CallRecord.failed(number, reason: reason)
            call.detail = detail
            return call
        }
        var path = PathMaterial.path()
        path.calls = [
            failed(3, "refused", "later"), failed(1, "refused", nil), failed(2, "refused", "first"),
            failed(4, "timeout", ""), .completed(0),
        ]

        let calls = Summarizer.summarize(.sample([path])).paths[0].calls

        #expect(calls.failed == ["refused": 3, "timeout": 1])
        #expect(calls.failureExamples == ["refused": "first"])
    }

    @Test func `routes are counted where ICE chose one`() {
        var relayed = CallRecord.completed(0)
        relayed.media.localCandidate = .relay
        relayed.media.remoteCandidate = .host
        var other = CallRecord.completed(1)
        other.media = relayed.media
        var path = PathMaterial.path()
        path.calls = [relayed, other, .completed(2)]

        #expect(
            Summarizer.summarize(.sample([path])).paths[0].calls.routes == ["relay/host": 2])
    }

    @Test func `calls are counted by how they ended`() {
        var path = PathMaterial.path()
        path.calls = [
            .completed(0), .failed(1, reason: "refused"), .failed(2, reason: "refused"),
            .failed(3, reason: "timeout"),
        ]
        path.seconds = [.second(0, callers: 3), .second(1, callers: 7), .second(2, callers: 2)]
        let summary = Summarizer.summarize(.sample([path])).paths[0]
        #expect(summary.calls.planned == 4)
        #expect(summary.calls.connected == 1)
        #expect(summary.calls.completed == 1)
        #expect(summary.calls.failed == ["refused": 2, "timeout": 1])
        #expect(summary.peakCallers == 7)
    }

    @Test func `a path that never connected makes the run unreachable`() {
        var dead = PathMaterial.path("websocket", index: 1)
        dead.calls = [.failed(0, reason: "refused")]
        #expect(Summarizer.summarize(.sample([answers(3), dead])).verdict == .unreachable)
        #expect(Summarizer.summarize(.sample([answers(3)])).verdict == .pass)
    }

    @Test func `every metric and rate is listed, measured or not`() {
        let path = Summarizer.summarize(.sample([.path()])).paths[0]
        #expect(path.metrics.map(\.name) == PathMeasurement.order)
        #expect(path.metrics.allSatisfy { $0.n == 0 && $0.p50 == nil && $0.mean == nil })
        #expect(path.rates.map(\.name) == RateMetric.all.map(\.name))
        #expect(path.rates.allSatisfy { $0.n == 0 && $0.value == nil && $0.interval == nil })
    }

    @Test func `tallies are summarised like samples`() throws {
        var path = PathMaterial.path()
        var delays = FrameTally()
        for us in 1...1_000 { delays.record(.microseconds(Int64(us))) }
        path.frames[.frameDelay] = delays
        let summary = Summarizer.summarize(.sample([path])).paths[0]
        let metric = try #require(summary.metrics.first { $0.name == "frame_delay" })
        #expect(metric.n == 1_000)
        #expect(metric.p50 == 0.5)
        #expect(metric.p99 == 0.99)
        #expect(metric.p999 == nil)
    }
}

import Testing
import Timeline

@testable import Analysis

@Suite struct LiveFiguresTests {
    private var figures = LiveFigures(paths: [("rtp", "rtp"), ("ws", "websocket")])

    @Test func `a value counts in the first bucket that holds it, and in all above`() {
        var histogram = LiveFigures.Histogram(bounds: [100, 200, 300])

        for value in [-40.0, 100, 100.1, 250, 900] { histogram.record(value) }
        histogram.recordCensored(at: 2_000)

        #expect(histogram.counts == [2, 1, 1, 2])
        #expect(histogram.cumulative == [2, 3, 4, 6])
        #expect(histogram.total == 6 && histogram.censored == 1)
        #expect(abs(histogram.sum - 3_310.1) < 1e-9)
    }

    @Test mutating func `turns and calls count on their own path`() {
        figures.take(.turn(.utterance(answeredAfter: 420)))
        figures.take(.turn(.utterance()))
        figures.take(.turn(.interjection(stopAfter: 240)))
        figures.take(.call(.completed(0)))
        figures.take(.call(.failed(1, reason: "timeout")))
        figures.take(.call(.failed(2, reason: "timeout")))

        let path = figures.paths[0]
        #expect(path.firstAudio.total == 2 && path.firstAudio.censored == 1)
        #expect(path.firstAudio.sum == 420 + 10_000)
        #expect(path.bargeInCut.total == 1 && path.bargeInCut.sum == 240)
        #expect(path.calls[.init(outcome: "completed", reason: "")] == 1)
        #expect(path.calls[.init(outcome: "failed", reason: "timeout")] == 2)
        #expect(figures.paths[1].calls.isEmpty && figures.paths[1].firstAudio.total == 0)
    }

    @Test mutating func `frames add up over seconds, and lateness is that of the last one`() {
        figures.take(.second(0, late: 70, scheduled: 50, onTime: 40))
        figures.take(.second(1, late: 2, scheduled: 30, onTime: 30))
        figures.take(callers: [5, 8])

        #expect(figures.paths[0].framesScheduled == 80 && figures.paths[0].framesOnTime == 70)
        #expect(figures.paths[0].tickLateness == 2 && figures.paths[0].secondsVoid == 1)
        #expect(figures.paths.map(\.callers) == [5, 8])
    }

    @Test mutating func `a path without callers is late with nothing`() {
        figures.take(.second(0, late: 70, scheduled: 50, onTime: 40))
        figures.take(callers: [0, 3])

        #expect(figures.paths[0].tickLateness == 0)
    }
}

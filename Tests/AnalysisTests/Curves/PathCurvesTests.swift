import Planning
import Testing
import Timeline

@testable import Analysis

@Suite struct PathCurvesTests {
    private func curves(_ turns: [TurnRecord], seconds: [SecondRecord] = []) -> PathCurves {
        var path = PathMaterial.path()
        path.turns = turns
        path.seconds = seconds
        return PathCurves(path, scenario: .sample())
    }

    @Test func `the distribution rises from the least sample to the share that was answered`()
        throws
    {
        let turns = (0..<1_000).map { number in
            TurnRecord.utterance(
                number: number, answeredAfter: number < 100 ? nil : Double(number)
            )
        }
        let curve = try #require(curves(turns).distributions.first { $0.metric == "first_audio" })
        #expect(curve.n == 1_000)
        #expect(curve.censored == 100)
        #expect(curve.cdf.count <= 200)
        #expect(curve.cdf.first?.value == 100)
        #expect(curve.cdf.first?.fraction == 0.001)
        #expect(curve.cdf.last?.value == 999)
        #expect(curve.cdf.last?.fraction == 0.9)
        for (left, right) in zip(curve.cdf, curve.cdf.dropFirst()) {
            #expect(left.value < right.value && left.fraction < right.fraction)
        }
    }

    @Test func `a distribution steps up where its samples are`() throws {
        let turns = (0..<480).map { number in
            TurnRecord.utterance(number: number, answeredAfter: 400 + Double(number % 3) * 20)
        }
        let curve = try #require(curves(turns).distributions.first { $0.metric == "first_audio" })
        #expect(curve.cdf.map(\.value) == [400, 420, 440])
        #expect(curve.cdf.map(\.below) == [0, 160.0 / 480, 320.0 / 480])
        #expect(curve.cdf.map(\.fraction) == [160.0 / 480, 320.0 / 480, 1])
    }

    @Test func `a metric of censored samples alone has a curve without a point`() throws {
        let turns = (0..<9).map { TurnRecord.utterance(number: $0) }
        let curve = try #require(curves(turns).distributions.first { $0.metric == "first_audio" })
        #expect(curve.n == 9 && curve.censored == 9 && curve.censoredAt == 10_000)
        #expect(curve.cdf.isEmpty && curve.spectrum.isEmpty)
    }

    @Test func `the spectrum goes as far as samples stand for it`() throws {
        let turns = (0..<1_000).map { TurnRecord.utterance(number: $0, answeredAfter: Double($0)) }
        let curve = try #require(curves(turns).distributions.first { $0.metric == "first_audio" })
        let first = try #require(curve.spectrum.first)
        let last = try #require(curve.spectrum.last)
        #expect(first.quantile == 0)
        #expect(first.inverse == 1)
        #expect(last.inverse <= 1_000 && last.inverse > 900)
        #expect(last.value >= 997)
        #expect(curve.spectrum.count == 100)
        for (left, right) in zip(curve.spectrum, curve.spectrum.dropFirst()) {
            #expect(left.quantile < right.quantile && left.value <= right.value)
        }
    }

    @Test func `only what has samples is drawn`() {
        #expect(curves([]).distributions.isEmpty)
        #expect(curves([]).timeline.points.isEmpty)
    }

    @Test func `the timeline starts with the path and leaves no gap`() {
        let timeline = curves(
            [
                .utterance(onset: 60_000, answeredAfter: 300),
                .utterance(number: 1, onset: 60_100, answeredAfter: 500),
                .interjection(number: 2, onset: 63_000, stopAfter: 250),
                .utterance(number: 3, onset: 63_500),
            ],
            seconds: [.second(60, callers: 4), .second(63, callers: 2, late: 0)]
        ).timeline
        #expect(timeline.bucketSeconds == 1)
        #expect(timeline.points.map(\.second) == [0, 1, 2, 3, 4])
        #expect(timeline.points.map(\.callers) == [4, 0, 0, 2, 0])
        #expect(timeline.points[1].firstAudio.n == 2)
        #expect(timeline.points[1].firstAudio.p50 == 300)
        #expect(timeline.points[1].firstAudio.p95 == 500)
        #expect(timeline.points[3].bargeInCut.p50 == 250)
        #expect(timeline.points[4].firstAudio.n == 1)
        #expect(timeline.points[4].firstAudio.p50 == nil)
    }

    @Test(arguments: [(120, 1), (121, 2), (240, 2), (241, 5), (600, 5), (601, 10), (86_400, 720)])
    func `long runs get wider buckets`(seconds: Int, width: Int) {
        let timeline = curves([], seconds: [.second(7), .second(6 + seconds)]).timeline
        #expect(timeline.bucketSeconds == width)
        #expect(timeline.points.count <= 120)
    }
}

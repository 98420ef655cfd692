import Planning
import Testing
import Timeline

@testable import Analysis

@Suite struct GeneratorGradeTests {
    private func tally(_ milliseconds: Double, share: Double) -> FrameTally {
        var tally = FrameTally()
        let late = UInt64(share * 1_000)
        tally.record(ms(1), count: 1_000 - late)
        if late > 0 { tally.record(ms(milliseconds), count: late) }
        return tally
    }

    private func grade(_ change: (inout PathMaterial) -> Void) -> GeneratorGrade {
        var path = PathMaterial.path()
        path.calls = [.completed(0)]
        path.seconds = (0..<100).map { .second($0) }
        path.frames[.sendLateness] = tally(0, share: 0)
        path.frames[.rxDwell] = tally(0, share: 0)
        path.usage = GeneratorUsage(
            cpu: .milliseconds(500), wall: .seconds(10), rssBytes: 50_000_000,
            droppedObservations: 0
        )
        change(&path)
        return GeneratorGrade.ofPath(path, callers: CallerSeconds([path]))
    }

    @Test func `within budget it is valid and its figures are there`() {
        let grade = grade { _ in }
        #expect(grade.valid)
        #expect(grade.problems.isEmpty)
        #expect(grade.sendLateness.p99 == 1)
        #expect(grade.sendRatio == 1)
        #expect(grade.cpuCores == 0.05)
        #expect(grade.cpuMsPerCallerSecond == 50)
        #expect(grade.rssMB == 50)
        #expect(grade.windowsTotal == 100)
        #expect(grade.windowsVoid == 0)
    }

    @Test func `late sends over one percent are over budget`() {
        #expect(grade { $0.frames[.sendLateness] = tally(8, share: 0.01) }.valid)
        let bad = grade { $0.frames[.sendLateness] = tally(8, share: 0.02) }
        #expect(bad.problems == ["send lateness p99 is 8 ms, over the budget of 5 ms"])
        #expect(!bad.valid)
    }

    @Test func `a slow reader is over budget`() {
        let bad = grade { $0.frames[.rxDwell] = tally(6, share: 0.02) }
        #expect(bad.problems == ["receive dwell p99 is 6 ms, over the budget of 5 ms"])
    }

    @Test func `fewer than 99 percent of frames on time are over budget`() {
        #expect(grade { $0.seconds = [.second(0, scheduled: 1_000, onTime: 990)] }.valid)
        let bad = grade { $0.seconds = [.second(0, scheduled: 1_000, onTime: 989)] }
        #expect(bad.problems == ["98.9 % of frames left on time, under the budget of 99 %"])
    }

    @Test func `one dropped observation is over budget`() {
        let bad = grade { $0.usage?.droppedObservations = 1 }
        #expect(bad.problems == ["1 observations were dropped, over the budget of 0"])
    }

    @Test func `more than five percent of seconds stalled are over budget`() {
        func stalled(_ count: Int) -> GeneratorGrade {
            grade { $0.seconds = (0..<100).map { .second($0, late: $0 < count ? 51 : 0) } }
        }
        #expect(stalled(5).valid)
        #expect(stalled(5).windowsVoid == 5)
        #expect(
            stalled(6).problems
                == ["the host stalled in 6 of 100 seconds (6 %), over the budget of 5 %"]
        )
    }

    @Test func `nothing measured is null and valid`() {
        let grade = GeneratorGrade.ofPath(.path(), callers: CallerSeconds([]))
        #expect(grade.valid)
        #expect(grade.sendRatio == nil)
        #expect(grade.cpuCores == nil)
        #expect(grade.sendLateness == GeneratorGrade.Spread())
    }

    @Test func `one bad path makes the run invalid and is named`() {
        var good = PathMaterial.path()
        good.frames[.sendLateness] = tally(0, share: 0)
        good.frames[.sendLateness]?.record(ms(1), count: 1_000_000)
        var bad = PathMaterial.path("websocket", index: 1)
        bad.frames[.sendLateness] = tally(8, share: 0.02)
        bad.calls = [.completed(0)]
        good.calls = [.completed(0)]
        let summary = Summarizer.summarize(.sample([good, bad]))
        #expect(summary.verdict == .invalid)
        #expect(summary.generator?.sendLateness.p99 == 1)
        #expect(
            summary.generator?.problems
                == ["websocket: send lateness p99 is 8 ms, over the budget of 5 ms"]
        )
    }

    @Test(arguments: [(PathOrder.sequential, 100.0), (.together, 50.0)])
    func `paths that ran together share one process`(order: PathOrder, cost: Double) throws {
        func path(_ index: Int) -> PathMaterial {
            var path = PathMaterial.path(index == 0 ? "rtp" : "websocket", index: index)
            path.calls = [.completed(0)]
            path.usage = GeneratorUsage(
                cpu: .milliseconds(1_000), wall: .seconds(10), rssBytes: 1,
                droppedObservations: 0
            )
            return path
        }
        let material = RunMaterial.sample(
            [path(0), path(1)], scenario: .sample(order: order)
        )
        let grade = try #require(Summarizer.summarize(material).generator)
        #expect(grade.cpuMsPerCallerSecond == cost)
        #expect(grade.cpuCores == 0.1)
    }
}

import Foundation
import Planning
import Testing
import Timeline

@testable import Analysis

@Suite struct LateStartsTests {
    /// Calls planned a second apart, the first `late.count` of them begun so many ms late.
    private func calls(_ count: Int, late: [Double]) -> [CallRecord] {
        (0..<count).map { number in
            var call = CallRecord.completed(number, start: Double(number) * 1_000)
            let lateness = number < late.count ? late[number] : 0
            call.started = call.planned + ms(lateness)
            call.connected = call.planned + ms(lateness + 20)
            return call
        }
    }

    private func path(_ calls: [CallRecord]) -> PathMaterial {
        var path = PathMaterial.path()
        path.calls = calls
        path.seconds = (0..<100).map { .second($0) }
        return path
    }

    private func summary(_ calls: [CallRecord], isOpen: Bool) -> RunSummary {
        var scenario = Scenario.sample()
        if isOpen {
            scenario.load = .open(
                arrivalsPerSecond: 1, distribution: .even, lasting: .seconds(100))
        }
        return Summarizer.summarize(.sample([path(calls)], scenario: scenario))
    }

    @Test func `calls begun over 20 ms late are counted, with the worst of them`() {
        let starts = LateStarts(calls(10, late: [20, 20.1, 100, 100.1, 340]))
        #expect(starts.started == 10)
        #expect(starts.late == 4)
        #expect(starts.overLimit == 2)
        #expect(starts.largest == ms(340))
        #expect(starts.shareOverLimit == 0.2)
    }

    @Test func `a call that never began is no late one`() {
        var call = CallRecord.completed(0)
        call.started = nil
        let starts = LateStarts([call])
        #expect(starts.started == 0)
        #expect(starts.largest == nil)
        #expect(starts.shareOverLimit == nil)
    }

    @Test func `an open load that begins over one call in a hundred late is over budget`() throws {
        let one = summary(calls(100, late: [101]), isOpen: true)
        #expect(one.generator?.valid == true)
        #expect(one.generator?.lateStarts == 1)
        #expect(one.generator?.lateStartMsMax == 101)

        let two = summary(calls(100, late: [101, 250]), isOpen: true)
        #expect(two.verdict == .invalid)
        let words =
            "2 % of calls began over 100 ms after they were planned (2 of 100), over the budget of 1 %"
        #expect(two.generator?.problems == [words])
        #expect(two.paths.first?.generator?.problems == [words])
        #expect(two.paths.first?.generator?.lateStarts == 2)
    }

    @Test func `a closed load waits for its callers, and only counts them`() {
        let closed = summary(calls(100, late: [101, 250, 900]), isOpen: false)
        #expect(closed.generator?.valid == true)
        #expect(closed.generator?.lateStarts == 3)
        #expect(closed.generator?.lateStartMsMax == 900)
    }

    @Test func `under an open load getting through counts from when the call was planned`() {
        func slowest(isOpen: Bool) -> Double? {
            summary(calls(6, late: [80]), isOpen: isOpen).paths.first?.metrics
                .first { $0.name == "connect" }?.max
        }
        #expect(slowest(isOpen: true) == 100)
        #expect(slowest(isOpen: false) == 20)
    }
}

@Suite struct FrameCountsTests {
    @Test func `frames that never left are told from those that left late`() {
        var path = PathMaterial.path()
        path.seconds = [
            .second(0, scheduled: 500, onTime: 480), .second(1, scheduled: 500, onTime: 495),
        ]
        path.usage = GeneratorUsage(
            cpu: .zero, wall: .seconds(2), rssBytes: 1, droppedObservations: 0)
        path.usage?.framesSkipped = 7

        let grade = GeneratorGrade.ofPath(path, callers: CallerSeconds([path]))

        #expect(grade.framesSkipped == 7)
        #expect(grade.framesLate == 18)
        #expect(grade.sendRatio == 0.975)
    }

    @Test func `over all paths they add up, also of paths that share a process`() throws {
        func path(_ name: String, _ index: Int, skipped: Int) -> PathMaterial {
            var path = PathMaterial.path(name, index: index)
            path.calls = [.completed(0)]
            path.usage = GeneratorUsage(
                cpu: .zero, wall: .seconds(1), rssBytes: 1, droppedObservations: 0)
            path.usage?.framesSkipped = skipped
            path.usage?.scheduling = GeneratorScheduling(
                policy: index == 0 ? .roundRobin : .other, loops: 2, cpus: [0, index],
                isPinned: true)
            return path
        }
        let material = RunMaterial.sample(
            [path("rtp", 0, skipped: 3), path("websocket", 1, skipped: 4)],
            scenario: .sample(order: .together))

        let grade = try #require(Summarizer.summarize(material).generator)

        #expect(grade.framesSkipped == 7)
        #expect(
            grade.scheduling
                == GeneratorScheduling(policy: .other, loops: 2, cpus: [0, 1], isPinned: true))
    }

    @Test func `shards that ran side by side add up what they skipped and their loops`() {
        func usage(_ loops: Int, skipped: Int) -> GeneratorUsage {
            var usage = GeneratorUsage(
                cpu: .seconds(1), wall: .seconds(1), rssBytes: 1, droppedObservations: 0)
            usage.framesSkipped = skipped
            usage.setups = 2
            usage.scheduling = GeneratorScheduling(
                policy: .firstInFirstOut, loops: loops, cpus: [loops], isPinned: false)
            return usage
        }
        let both = usage(1, skipped: 5).merged(with: usage(3, skipped: 6))
        #expect(both.framesSkipped == 11)
        #expect(both.setups == 4)
        #expect(both.scheduling?.loops == 4)
        #expect(both.scheduling?.cpus == [1, 3])
        #expect(both == usage(3, skipped: 6).merged(with: usage(1, skipped: 5)))
    }

    @Test func `what an earlier version stored of usage still reads`() throws {
        var usage = GeneratorUsage(
            cpu: .seconds(1), wall: .seconds(2), rssBytes: 3, droppedObservations: 4)
        usage.framesSkipped = 5
        usage.scheduling = GeneratorScheduling(
            policy: .roundRobin, loops: 2, cpus: [0, 1], isPinned: false, agentCPUs: [3])
        let text = try JSONEncoder().encode(usage)
        #expect(try JSONDecoder().decode(GeneratorUsage.self, from: text) == usage)

        var old = try #require(JSONSerialization.jsonObject(with: text) as? [String: Any])
        for key in ["setupTime", "setups", "growthBytes", "framesSkipped", "scheduling"] {
            old[key] = nil
        }
        let data = try JSONSerialization.data(withJSONObject: old)
        let read = try JSONDecoder().decode(GeneratorUsage.self, from: data)
        #expect(read.rssBytes == 3)
        #expect(read.framesSkipped == 0)
        #expect(read.scheduling == nil)
    }
}

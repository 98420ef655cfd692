import Planning
import Testing
import Timeline

@testable import Analysis

@Suite struct CapacityPointTests {
    private static let schedule = HoldSchedule(ramp: .seconds(2), hold: .seconds(10))

    private static func objective(_ limit: Double) -> Objective {
        Objective(
            metric: "first_audio", aggregate: .median, comparison: .less, limit: limit,
            expression: "med<\(Int(limit))ms")
    }

    /// Ten callers who talk every second from the start to beyond the hold's end.
    private static func path() -> PathMaterial {
        var path = PathMaterial.path()
        for caller in 0..<10 {
            var call = CallRecord.completed(caller)
            call.ended = at(16_000)
            path.calls.append(call)
            for turn in 0..<15 {
                let onset = 100 + 1_000 * Double(turn)
                // Slow while the callers come and go, quick in between: the hold is 3 to 13 s.
                let isHeld = onset >= 3_000 && onset + 1_000 <= 13_000
                path.turns.append(
                    .utterance(
                        call: caller, number: turn, onset: onset, answeredAfter: isHeld ? 200 : 900)
                )
            }
        }
        return path
    }

    private static func point(
        _ path: PathMaterial, limit: Double = 300, mode: RunMode = .live,
        samples: [AgentSample] = [], idle: Double? = nil
    ) -> CapacityPoint {
        let material = RunMaterial.sample(
            [path], mode: mode, scenario: .sample(objectives: [objective(limit)]))
        return CapacityPoint(
            material, summary: Summarizer.summarize(material),
            step: .init(callers: 10, purpose: .search), schedule: schedule, samples: samples,
            idleBytes: idle)
    }

    @Test func `only turns within the hold are judged`() {
        let point = Self.point(Self.path())

        #expect(point.outcome == .pass)
        #expect(point.objectives.first?.n == 90)
        #expect(point.objectives.first?.value == 200)
        #expect(point.turnsPerSecond == 10)
        #expect(abs(point.heldCallers - 10) < 1e-9)
        #expect(point.littleGap < 1e-9)
    }

    @Test func `an objective that fails on the hold is named with its value`() {
        let point = Self.point(Self.path(), limit: 150)

        #expect(point.outcome == .fail)
        #expect(point.missed.map(\.expression) == ["med<150ms"])
        #expect(point.missed.first?.value == 200)
    }

    @Test func `callers that are refused are no pass, whatever the others heard`() {
        var path = Self.path()
        path.calls.removeAll { $0.id.number < 4 }
        path.turns.removeAll { $0.call.number < 4 }
        path.calls.append(.failed(40, reason: "connection_refused"))
        path.calls[path.calls.count - 1].started = at(4_000)
        path.calls[path.calls.count - 1].ended = at(4_010)

        let point = Self.point(path)

        #expect(point.outcome == .fail)
        #expect(point.missed.first?.metric == "callers_held")
        #expect(abs(point.heldCallers - 6) < 0.01)
        #expect(abs(point.littleGap - 0.4) < 0.001)
    }

    @Test func `callers whose calls are never set up are not held`() {
        var path = Self.path()
        path.calls.removeAll { $0.id.number < 4 }
        path.turns.removeAll { $0.call.number < 4 }
        for number in 40..<44 {
            var call = CallRecord.failed(number, reason: "timeout")
            (call.started, call.connected, call.ended) = (at(2_500), nil, at(12_900))
            path.calls.append(call)
        }

        let point = Self.point(path)

        #expect(point.outcome == .fail)
        #expect(abs(point.heldCallers - 6) < 0.01)
        #expect(point.missed.first?.reason == "calls failed: timeout")
    }

    @Test func `turns a second are the same however long the hold`() {
        func turnsPerSecond(holdingFor hold: Nanoseconds) -> Double {
            let material = RunMaterial.sample(
                [Self.path()], mode: .live, scenario: .sample(objectives: [Self.objective(300)]))
            return CapacityPoint(
                material, summary: Summarizer.summarize(material),
                step: .init(callers: 10, purpose: .search),
                schedule: HoldSchedule(ramp: .seconds(2), hold: hold), samples: [], idleBytes: nil
            ).turnsPerSecond
        }

        #expect(turnsPerSecond(holdingFor: .seconds(2)) == 10)
        #expect(turnsPerSecond(holdingFor: .seconds(8)) == 10)
    }

    @Test func `stalls of the host alone are no limit of the generator`() {
        var stalled = Self.path()
        stalled.seconds = (0..<16).map { .second($0, callers: 10, late: $0 == 5 ? 80 : 0) }
        var late = stalled
        late.frames[.sendLateness] = FrameTally()
        late.frames[.sendLateness]?.record(.milliseconds(9), count: 100)

        #expect(Self.point(stalled).outcome == .void)
        #expect(Self.point(late).outcome == .generatorLimited)
        #expect(Self.point(late).problems.count == 2)
    }

    @Test func `a run on which no call came about is told`() {
        var path = PathMaterial.path()
        path.calls = [.failed(0, reason: "connection_refused")]

        #expect(!Self.point(path).isReached)
        #expect(Self.point(Self.path()).isReached)
    }

    @Test func `the agent's use is that of the hold`() throws {
        let samples = (0...16).map { (second: Int) -> AgentSample in
            let time = Double(second)
            // Half a core while all are up, more before that.
            let cpu: Double = time < 3 ? time : 3 + 0.5 * (time - 3)
            let resident: Double = 20e6 + 1e6 * min(time, 10)
            return AgentSample(at: at(1_000 * time), cpuSeconds: cpu, residentBytes: resident)
        }

        let usage = try #require(Self.point(Self.path(), samples: samples, idle: 10e6).agent)

        #expect(abs(usage.cores - 0.5) < 1e-9)
        #expect(usage.callersPerCore == 20)
        #expect(usage.residentMB == 30)
        #expect(usage.mbPerCaller == 2)
        let again = samples.map { sample in
            var sample = sample
            if sample.at > at(8_000) { sample.cpuSeconds = 0.1 }
            return sample
        }
        // A process that began anew has no difference.
        #expect(Self.point(Self.path(), samples: again, idle: 10e6).agent == nil)
        #expect(Self.point(Self.path(), samples: [], idle: nil).agent == nil)
    }

    @Test func `callers begin as fast as the scenario's own, and never all at once`() {
        let load = Load.closed(callers: 100, ramp: .seconds(5), repeating: .calls(1))
        let plain = Load.closed(callers: 100, ramp: .zero, repeating: .calls(1))

        #expect(HoldSchedule(callers: 200, hold: .seconds(30), like: load).ramp == .seconds(10))
        #expect(HoldSchedule(callers: 5, hold: .seconds(30), like: load).ramp == .seconds(1))
        #expect(HoldSchedule(callers: 9_000, hold: .seconds(30), like: load).ramp == .seconds(30))
        #expect(HoldSchedule(callers: 100, hold: .seconds(30), like: plain).ramp == .seconds(5))
        #expect(Self.schedule.lasting == .seconds(14))
        #expect(Self.schedule.window(from: at(500)) == HoldWindow(from: at(3_500), to: at(13_500)))
    }

    @Test func `a path's answer has latencies at its shares and what gave out`() throws {
        let fast = Self.point(Self.path())
        var points = [fast]
        for (callers, limit) in [(20, 300.0), (40, 150)] {
            var point = Self.point(Self.path(), limit: limit)
            point.step.callers = callers
            points.append(point)
        }

        let path = CapacityPath(
            name: "rtp", transport: "rtp",
            conclusion: .init(
                capacity: 20, upper: 40, upperStanding: .failed, isFinished: true, isSoaked: false),
            points: points, settings: .init(start: 10, ceiling: 100),
            demand: .init(peakCallsPerHour: 3_600), seed: 1)

        #expect(path.profile.map(\.share) == [0.5, 1])
        #expect(path.profile.map(\.point.callers) == [10, 20])
        #expect(path.gaveOut.map(\.expression) == ["med<150ms"])
        #expect(path.scalability == nil)
        // A call takes 16 s: 16 Erlangs need 25 lines at 1 %, and 14 callers are a server's share.
        let plan = try #require(path.plan)
        #expect(plan.lines == 25)
        #expect(plan.servers == 2)
        #expect(path.exitStatus == .passed)
    }
}

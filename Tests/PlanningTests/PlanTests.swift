import Audio
import Testing
import Timeline

@testable import Planning

@Suite struct PlanTests {
    private static let interrupted = Pattern(
        paths: """
            paths:
              rtp: {transport: rtp, ptime: 40ms}
              ws: {transport: websocket, dialect: openai-realtime, chunk: 100ms}
            """,
        load: "load: {callers: 50}",
        dialogue: """
            dialogue:
              - pause: {exponential: 300ms}
              - say: opening_hours
              - {say: hold_on, after: agent_speech_start, delay: {uniform: [600ms, 1500ms]}, kind: interrupt}
              - wait: response
            """
    )

    private func plan(_ pattern: Pattern, seed: UInt64 = 42) throws -> Plan {
        try Plan(
            scenario: pattern.scenario(ScenarioOverrides(seed: seed)), library: Gallery.library)
    }

    @Test func `a plan holds each clip of the dialogue in the form each path sends`() throws {
        let plan = try plan(Self.interrupted)

        #expect(plan.clips.keys.sorted() == ["hold_on", "opening_hours"])
        #expect(plan.agentClips.keys.sorted() == ["reply_hours", "reply_long", "reply_steps"])
        #expect(plan.paths.map(\.interval) == [.milliseconds(40), .milliseconds(100)])
        #expect(plan.paths.map(\.silence.codec) == [.opus, .pcm16])
        for path in plan.paths {
            #expect(path.speech.keys.sorted() == ["hold_on", "opening_hours"])
            #expect(path.speech.values.allSatisfy { $0.interval == path.interval && $0.count > 0 })
        }
    }

    @Test func `the same seed gives the same scripts, another seed others`() throws {
        let first = try plan(Self.interrupted)
        let second = try plan(Self.interrupted)
        let other = try plan(Self.interrupted, seed: 43)

        for number in 0..<50 {
            #expect(first.script(forCall: number) == second.script(forCall: number))
            #expect(first.script(forCall: number).steps != other.script(forCall: number).steps)
        }
        #expect(first.script(forCall: 0).steps != first.script(forCall: 1).steps)
    }

    @Test func `a script does not depend on the paths or the number of callers`() throws {
        var alone = Self.interrupted
        alone.paths = "paths:\n  rtp: {transport: rtp}"
        alone.load = "load: {callers: 9}"

        let (many, one) = (try plan(Self.interrupted), try plan(alone))

        for number in 0..<9 {
            #expect(many.script(forCall: number).steps == one.script(forCall: number).steps)
        }
    }

    @Test func `delays are drawn within their bounds and steps keep their meaning`() throws {
        let plan = try plan(Self.interrupted)
        var pauses: Set<Nanoseconds> = []

        for number in 0..<50 {
            let steps = plan.script(forCall: number).steps
            guard steps.count == 5, case .pause(let pause) = steps[0],
                case .say(let question) = steps[1],
                case .say(let interruption) = steps[2]
            else {
                Issue.record("call \(number) has other steps: \(steps)")
                return
            }
            pauses.insert(pause)
            #expect(question.doneWhenReplyBegins && !question.beginsWhenReplyBegins)
            #expect(!interruption.doneWhenReplyBegins && interruption.beginsWhenReplyBegins)
            #expect((.milliseconds(600) ... .milliseconds(1_500)).contains(interruption.delay))
            #expect(interruption.expect == .cut)
            #expect(steps[3] == .wait(.response))
            #expect(steps[4] == .hangUp)
        }
        #expect(pauses.count == 50)
    }

    @Test func `a dialogue without interjections has no control arm`() throws {
        let plan = try plan(Pattern(load: "load: {callers: 100}"))

        #expect(!(0..<100).contains { plan.script(forCall: $0).isControl })
    }

    @Test func `a clip that went away since the scenario was read is told`() throws {
        let scenario = try Pattern().scenario()

        let error = #expect(throws: PlanProblem.self) {
            _ = try Plan(scenario: scenario, library: ClipLibrary(folders: []))
        }
        #expect(error?.message.contains("opening_hours") == true)
    }
}

@Suite struct ControlArmTests {
    @Test func `any number of planned calls has the share as near as whole calls allow`() {
        for seed in UInt64(0)..<20 {
            for calls in [1, 4, 5, 19, 20, 21, 50, 81, 100, 1_000] {
                for share in [0, 0.1, 0.25, 1.0 / 3, 0.5, 1] {
                    let arm = ControlArm(share: share, seed: seed, plannedCalls: calls)

                    let chosen = (0..<calls).count { arm.contains($0) }

                    let wanted = Int((Double(calls) * share).rounded())
                    #expect(chosen == wanted, "seed \(seed), \(calls) calls, share \(share)")
                }
            }
        }
    }

    @Test func `without a planned number every twenty calls have their share`() {
        let arm = ControlArm(share: 0.1, seed: 3, plannedCalls: nil)

        for block in 0..<50 {
            #expect((block * 20..<block * 20 + 20).count { arm.contains($0) } == 2)
        }
    }

    @Test func `the places within a block are drawn by the seed`() {
        func places(_ seed: UInt64) -> [Int] {
            let arm = ControlArm(share: 0.1, seed: seed, plannedCalls: 200)
            return (0..<200).filter { arm.contains($0) }
        }

        #expect(places(1) == places(1))
        #expect(places(1) != places(2))
        #expect(Set(places(1).map { $0 % 20 }).count > 4)
    }
}

@Suite struct ArrivalTests {
    @Test func `callers of a closed load begin in order over the ramp`() {
        let load = Load.closed(callers: 50, ramp: .seconds(5), repeating: .calls(2))

        let arrivals = Arrivals(load, seed: 1)

        guard case .closed(let first, .calls(2)) = arrivals else {
            Issue.record("not the load that was asked for: \(arrivals)")
            return
        }
        #expect(arrivals.plannedCalls == 100)
        #expect(first == first.sorted())
        for (index, offset) in first.enumerated() {
            let part = Nanoseconds.milliseconds(Int64(index) * 100)
            #expect((part...part + .milliseconds(50)).contains(offset))
        }
        #expect(Arrivals(load, seed: 1) == arrivals)
        #expect(Arrivals(load, seed: 2) != arrivals)
    }

    @Test func `without a ramp everybody begins at once`() {
        let load = Load.closed(callers: 3, ramp: .zero, repeating: .lasting(.seconds(60)))

        let arrivals = Arrivals(load, seed: 1)

        #expect(
            arrivals
                == .closed(firstCalls: [.zero, .zero, .zero], repeating: .lasting(.seconds(60))))
        #expect(arrivals.plannedCalls == nil)
    }

    @Test func `even arrivals keep their distance`() {
        let load = Load.open(arrivalsPerSecond: 20, distribution: .even, lasting: .seconds(2))

        let arrivals = Arrivals(load, seed: 1)

        let offsets = (0..<40).map { Nanoseconds.milliseconds($0 * 50) }
        #expect(arrivals == .open(calls: offsets, lasting: .seconds(2)))
    }

    @Test func `poisson arrivals have the rate, and gaps that vary as much as they are long`() {
        let load = Load.open(arrivalsPerSecond: 50, distribution: .poisson, lasting: .seconds(200))

        guard case .open(let calls, _) = Arrivals(load, seed: 1) else {
            Issue.record("an open load became a closed one")
            return
        }

        // 10,000 expected with a deviation of 100.
        #expect((9_600...10_400).contains(calls.count))
        #expect(calls.first == .zero)
        #expect(calls == calls.sorted())
        #expect(calls.allSatisfy { $0 < .seconds(200) })
        let gaps = zip(calls.dropFirst(), calls).map { ($0 - $1).milliseconds }
        let mean = gaps.reduce(0, +) / Double(gaps.count)
        let variance = gaps.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(gaps.count)
        #expect(abs(variance.squareRoot() / mean - 1) < 0.05)
    }
}

import Analysis
import LinkModel
import Planning
import Simulation
import Testing
import Timeline

/// The search over real callers and the real reference agent, in virtual time.
@Suite struct CapacityInSimulationTests {
    private static func yaml(
        _ schedule: HoldSchedule, callers: Int, sessions: Int, seed: UInt64
    ) -> String {
        """
        name: capacity
        seed: \(seed)
        hold: 200ms
        turn_timeout: 3s
        agent:
          embedded:
            endpointing: 200ms
            think: {normal: {mean: 60ms, sd: 10ms}}
            reply: [mm_hmm]
            capacity: {sessions: \(sessions), beyond: 150ms}
        paths:
          rtp: {transport: rtp, codec: opus, ptime: 60ms}
        load: {callers: \(callers), ramp: \(DurationText.render(schedule.ramp)), \
        for: \(DurationText.render(schedule.lasting))}
        dialogue:
          - {say: mm_hmm, expect: response}
          - {say: mm_hmm, expect: response}
        objectives:
          first_audio: ["p(90)<550ms"]
        """
    }

    private static func point(
        _ step: CapacitySearch.Step, sessions: Int, seed: UInt64
    ) throws -> CapacityPoint {
        let schedule = HoldSchedule(
            ramp: .seconds(1), hold: .seconds(8 * Int64(step.stretch)))
        let yaml = yaml(
            schedule, callers: step.callers, sessions: sessions,
            seed: seed &+ UInt64(step.attempt))
        let run = try VirtualRun(yaml, link: .lan)
        var path = PathMaterial(index: 0, name: "rtp", transport: "rtp", hearing: "level+decode")
        path.turns = run.turns[0]
        path.calls = run.calls[0]
        path.seconds = run.figures[0].seconds
        let material = RunMaterial(
            run: RunFacts(
                id: "r", mode: .simulated, scenario: "capacity", seed: seed, startedAt: "",
                durationSeconds: 0, version: "", gitRevision: nil,
                host: HostFacts(cores: 1, kernel: ""), tags: [:]),
            state: .finished,
            scenario: try ScenarioFile.parse(yaml, file: "test.yaml").get(), paths: [path])
        return CapacityPoint(
            material, summary: Summarizer.summarize(material), step: step, schedule: schedule,
            samples: [], idleBytes: nil)
    }

    @Test(arguments: [(6, UInt64(1)), (11, 2), (15, 3)])
    func `the search finds the sessions beyond which the agent slows down`(
        sessions: Int, seed: UInt64
    ) throws {
        var search = CapacitySearch(
            .init(start: 8, ceiling: 40, soaks: false, shares: []))
        var points: [CapacityPoint] = []
        while let step = search.next() {
            let point = try Self.point(step, sessions: sessions, seed: seed)
            points.append(point)
            search.record(point.outcome)
        }

        let tried = points.map { "\($0.callers) \($0.outcome)" }
        #expect(search.conclusion.capacity == sessions, "\(tried)")
        #expect(search.conclusion.ending == .bracketed, "\(tried)")
        // Every caller is up throughout the hold, but for the second between two short calls.
        #expect(points.allSatisfy { $0.littleGap < 0.02 }, "\(points.map(\.heldCallers))")
    }

    @Test func `an agent without limit passes up to the ceiling`() throws {
        var search = CapacitySearch(.init(start: 8, ceiling: 12, soaks: false, shares: []))
        while let step = search.next() {
            search.record(try Self.point(step, sessions: 1_000, seed: 5).outcome)
        }

        #expect(search.conclusion.ending == .ceilingReached)
        #expect(search.conclusion.capacity == 12)
    }
}

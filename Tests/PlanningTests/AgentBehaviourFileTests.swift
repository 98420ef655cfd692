import Planning
import Testing
import Timeline

@Suite struct AgentBehaviourFileTests {
    private func random(_ generator: inout SeededGenerator) -> AgentBehaviour {
        func span(_ most: Int64) -> Nanoseconds {
            Nanoseconds(Int64.random(in: 10_000_000...most, using: &generator))
        }
        let mean = span(1_000_000_000)
        let think: [DurationDistribution] = [
            .fixed(span(60_000_000_000)), .uniform(from: .milliseconds(10), to: mean),
            .normal(mean: mean, sd: span(50_000_000)), .lognormal(mean: mean, sd: span(90_000_000)),
            .exponential(mean: mean),
        ]
        let replies: [AgentBehaviour.Reply] = [
            .calibration, .clips(["reply_short"]),
            .clips(["a b.wav", "say \"hi\"", "back\\slash", "5", "~"]),
        ]
        return AgentBehaviour(
            endpointing: span(60_000_000_000),
            start: span(10_000_000_000),
            think: think[Int.random(in: 0..<think.count, using: &generator)],
            bargeIn: .init(
                policy: AgentBehaviour.Policy.allCases[Int.random(in: 0..<3, using: &generator)],
                after: span(10_000_000_000),
                duckDecibels: Double.random(in: 1...60, using: &generator)
            ),
            reply: replies[Int.random(in: 0..<replies.count, using: &generator)],
            pace: Double.random(in: 0.1...1_000, using: &generator),
            chunk: .milliseconds(10 * Int64.random(in: 1...100, using: &generator)),
            seed: generator.next(),
            capacity: Bool.random(using: &generator)
                ? .init(sessions: Int.random(in: 0...100_000, using: &generator), beyond: mean)
                : nil
        )
    }

    @Test func `a behaviour that was written reads back the same`() throws {
        for seed in UInt64(0)..<200 {
            var generator = SeededGenerator(seed: seed, stream: "behaviour")
            let behaviour = random(&generator)

            let text = AgentBehaviourFile.render(behaviour)

            #expect(
                try AgentBehaviourFile.parse(text, file: "b.yaml").get() == behaviour,
                "seed \(seed)")
        }
    }

    @Test func `the default behaviour reads back the same`() throws {
        let behaviour = AgentBehaviour()

        let text = AgentBehaviourFile.render(behaviour)

        #expect(try AgentBehaviourFile.parse(text, file: "b.yaml").get() == behaviour)
    }

    @Test func `a behaviour file reports every problem with its line`() {
        let text = "endpointing: 300\nbarge_in:\n  policy: stop\nreply: calibration\nvoice: x\n"

        guard case .failure(let problems) = AgentBehaviourFile.parse(text, file: "b.yaml") else {
            Issue.record("a bad behaviour was taken")
            return
        }

        #expect(
            problems.problems.map(\.description) == [
                "b.yaml:1: 'endpointing' is '300' without a unit; write 250ms or 2s",
                "b.yaml:3: 'policy' is 'stop'; write cut, duck or ignore",
                "b.yaml:5: unknown key 'voice' in the embedded agent; it takes endpointing, start, "
                    + "think, barge_in, reply, pace, chunk, seed, capacity",
            ]
        )
    }
}

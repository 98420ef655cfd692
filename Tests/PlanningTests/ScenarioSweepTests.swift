import Planning
import Testing

@Suite struct ScenarioSweepTests {
    typealias Setting = ScenarioOverrides.Setting

    private func sweep(_ settings: String...) throws -> ScenarioSweep {
        try ScenarioSweep(settings.compactMap { Setting($0) })
    }

    private func texts(_ sweep: ScenarioSweep) -> [[String]] {
        sweep.points.map { $0.map { "\($0.key)=\($0.value)" } }
    }

    @Test func `values parted by commas are a run each`() throws {
        let sweep = try sweep("a.b=200ms, 300ms,500ms", "seed=4")

        #expect(sweep.axes.map(\.key) == ["a.b"])
        #expect(sweep.axes.first?.values == ["200ms", "300ms", "500ms"])
        #expect(
            texts(sweep) == [
                ["a.b=200ms", "seed=4"], ["a.b=300ms", "seed=4"], ["a.b=500ms", "seed=4"],
            ])
        #expect(sweep.swept(sweep.points[1]) == [Setting(key: "a.b", value: "300ms")])
    }

    @Test func `several keys are every combination, the last one changing fastest`() throws {
        let points = texts(try sweep("a=1,2", "b=x,y,z"))

        #expect(points.count == 6)
        #expect(
            points.map { $0.joined(separator: " ") }.prefix(4) == [
                "a=1 b=x", "a=1 b=y", "a=1 b=z", "a=2 b=x",
            ])
    }

    @Test(arguments: [
        "delay={uniform: [1s, 2s]}", "reply=[mm_hmm, thanks]", "x=\"a,b\"", "x='a,b'",
        "objectives.first_audio=[\"p(90)<1s\", \"p(95)<2s\"]", "description=first, second",
        "paths.a.url=ws://host/a,b", "paths.a.headers.Accept=a,b", "paths.a.session.voice=a,b",
        "x=", "x=plain", "x=f(a,b)",
    ])
    func `a comma inside a value parts nothing`(setting: String) throws {
        let sweep = try sweep(setting)

        #expect(sweep.axes.isEmpty)
        #expect(texts(sweep) == [[setting]])
    }

    @Test func `values in brackets can be swept too`() throws {
        let sweep = try sweep("think={uniform: [1s, 2s]},{normal: {mean: 1s, sd: 1ms}},80ms")

        #expect(
            sweep.axes.first?.values == [
                "{uniform: [1s, 2s]}", "{normal: {mean: 1s, sd: 1ms}}", "80ms",
            ])
    }

    @Test(arguments: [
        (["a=1,,2"], "empty"), (["a=1,"], "empty"), (["a=1,2,1"], "twice"),
        (["a=1,2", "a=3"], "more than once"),
        (["a={b: 1},{b: 2}", "a.b=3,4"], "--set a.b behind it"),
        (["a={b: 1},{b: 2}", "a.b=3"], "--set a.b behind it"),
        (["a.b=1,2", "a={b: 3}"], "a behind"),
        (["agent.pace=1x,2x", "agent.embedded.pace=4x"], "more than once"),
        (["a=1,2,3,4,5", "b=1,2,3,4,5", "c=1,2,3"], "5 × 5 × 3 values are more than 64 runs"),
    ])
    func `what makes no sweep is told`(settings: [String], word: String) {
        let problem = #expect(throws: SweepProblem.self) {
            try ScenarioSweep(settings.compactMap { Setting($0) })
        }
        #expect(problem?.message.contains(word) == true, "\(String(describing: problem))")
    }

    @Test func `a mapping may be set before one of its values is swept`() throws {
        let sweep = try sweep("load={callers: 4, ramp: 1s}", "load.callers=1,2", "loads=3,4")

        #expect(sweep.axes.map(\.key) == ["load.callers", "loads"])
    }

    @Test func `sixty-four runs are allowed`() throws {
        let values = (1...8).map(String.init).joined(separator: ",")

        #expect(try sweep("a=\(values)", "b=\(values)").points.count == 64)
    }
}

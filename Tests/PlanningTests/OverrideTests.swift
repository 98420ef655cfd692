import Audio
import Planning
import Testing
import Timeline

@Suite struct OverrideTests {
    typealias Setting = ScenarioOverrides.Setting

    private static func set(_ settings: String...) -> ScenarioOverrides {
        ScenarioOverrides(settings: settings.compactMap { Setting($0) })
    }

    @Test func `a setting replaces, adds and reaches into lists`() throws {
        let overrides = Self.set(
            "load.callers=50", "paths.rtp.codec=pcmu", "seed=9",
            "dialogue.0.delay={uniform: [1s, 2s]}",
            "agent.embedded.barge_in.policy=ignore", "objectives.first_audio=[\"p(90)<1s\"]"
        )

        let scenario = try Pattern().scenario(overrides)

        #expect(scenario.load == .closed(callers: 50, ramp: .zero, repeating: .calls(1)))
        #expect(scenario.paths.first?.codec == .pcmu)
        #expect(scenario.seed == 9)
        #expect(scenario.agent?.bargeIn.policy == .ignore)
        #expect(scenario.agent?.seed == 9)
        #expect(scenario.objectives.map(\.expression) == ["p(90)<1s"])
        guard case .say(let utterance) = scenario.dialogue.first else {
            Issue.record("the first step says nothing")
            return
        }
        #expect(utterance.delay == .uniform(from: .seconds(1), to: .seconds(2)))
    }

    @Test func `a setting reaches into the short form of the agent`() throws {
        let scenario = try Pattern.more("agent: embedded").scenario(
            Self.set("agent.embedded.pace=1x"))

        #expect(scenario.agent?.pace == 1)
    }

    @Test func `the embedded agent's keys need not name it`() throws {
        for written in ["agent: embedded", "agent: {embedded: {pace: 2x}}"] {
            let scenario = try Pattern.more(written).scenario(
                Self.set("agent.endpointing=250ms", "agent.barge_in.policy=duck"))

            #expect(scenario.agent?.bargeIn.policy == .duck)
            let longer = try Pattern.more(written).scenario(
                Self.set("agent.embedded.endpointing=250ms", "agent.embedded.barge_in.policy=duck"))
            #expect(scenario.agent == longer.agent)
        }
    }

    @Test func `the options of their own are applied`() throws {
        let pattern = Pattern(
            paths: "paths:\n  rtp: {transport: rtp}\n  ws: {transport: websocket, dialect: binary}",
            load: "load: {callers: 2, calls_each: 3}"
        )
        let overrides = ScenarioOverrides(
            callers: 8, duration: "90s", seed: 77, target: "ws://127.0.0.1:9/x", paths: ["ws"]
        )

        let scenario = try pattern.scenario(overrides)

        #expect(
            scenario.load == .closed(callers: 8, ramp: .zero, repeating: .lasting(.seconds(90))))
        #expect(scenario.seed == 77)
        #expect(scenario.paths.map(\.name) == ["ws"])
        #expect(scenario.paths.first?.url == "ws://127.0.0.1:9/x")
        #expect(scenario.agent == nil)
    }

    @Test func `the source is the text as written, or the text with its overrides`() throws {
        let plain = try Pattern().scenario()
        let changed = try Pattern().scenario(
            ScenarioOverrides(settings: Self.set("name=other").settings, callers: 8, paths: ["rtp"])
        )

        #expect(plain.source == Pattern().text)
        let again = try ScenarioFile.parse(changed.source, file: "stored").get()
        #expect(again.name == "other")
        #expect(again.load == .closed(callers: 8, ramp: .zero, repeating: .calls(1)))
        var expected = changed
        expected.source = again.source
        #expect(again == expected)
    }

    @Test func `every file of the gallery survives being written with an override`() throws {
        for name in Gallery.names {
            let file = "\(Gallery.folder)/\(name).yaml"
            let changed = try ScenarioFile.parse(
                Gallery.text("\(name).yaml"), file: file, overrides: ScenarioOverrides(seed: 5)
            ).get()

            var again = try ScenarioFile.parse(changed.source, file: "stored").get()

            again.source = changed.source
            #expect(again == changed, "\(name)")
        }
    }

    @Test(arguments: [
        (
            "load.calers=5",
            ["--set load.calers: unknown key 'calers' in 'load'; did you mean 'callers'?"]
        ),
        (
            "load.callers=many",
            ["--set load.callers: 'callers' is 'many'; write a whole number from 1 to 100000"]
        ),
        (
            "load.callers=",
            ["--set load.callers: 'callers' is empty; write a whole number from 1 to 100000"]
        ),
        (
            "lod.callers=5",
            ["--set lod.callers: unknown key 'lod' in the scenario; did you mean 'load'?"]
        ),
        (
            "paths.rpt.codec=pcmu",
            ["--set paths.rpt.codec: no path 'rpt' in the scenario; did you mean 'rtp'?"]
        ),
        (
            "dialogue.7.say=hold_on",
            ["--set dialogue.7.say: '7' is no item of the list; write a number from 0 to 0"]
        ),
        ("name.x=1", ["--set name.x: there is no 'x' here: the scenario has 't'"]),
        (
            "agent.endpoint=1s",
            [
                "--set agent.endpoint: unknown key 'endpoint' in 'agent'; it takes embedded",
                "--set agent.endpoint: 'agent' has no 'embedded'; write agent: embedded",
            ]
        ),
        ("load..callers=1", ["--set load..callers: a key is empty; write it as in load.callers"]),
        (
            "load=[1",
            [
                "--set load: not valid YAML: while parsing a flow sequence, did not find "
                    + "expected ',' or ']'"
            ]
        ),
        (
            "turn_timeout=10",
            ["--set turn_timeout: 'turn_timeout' is '10' without a unit; write 250ms or 2s"]
        ),
        (
            "paths.rtp.auth.bearer=sk-abc",
            [
                "--set paths.rtp.auth.bearer: unknown key 'auth' in path 'rtp'; it takes "
                    + "transport, url, codec, ptime, dtx, payload_type, level_id, rtcp, player"
            ]
        ),
    ])
    func `a bad setting is a problem that names it`(setting: String, problems: [String]) {
        #expect(Pattern().problems(Self.set(setting)) == problems)
    }

    @Test func `a path that does not exist, and a target of another transport, are problems`() {
        let missing = Pattern().problems(ScenarioOverrides(paths: ["websocket"]))
        let wrong = Pattern().problems(ScenarioOverrides(target: "ws://h:1"))
        let bare = Pattern().problems(ScenarioOverrides(duration: "60"))

        #expect(missing == ["--path: no path 'websocket' in the scenario; write rtp"])
        #expect(
            wrong == [
                "--target: 'url' begins with ws://, which is not for rtp; write rtp://host:port"
            ]
        )
        #expect(bare == ["--duration: 'for' is '60' without a unit; write 250ms or 2s"])
    }

    @Test func `a setting needs a key and an equals sign`() {
        #expect(Setting("load.callers=5") == Setting(key: "load.callers", value: "5"))
        #expect(Setting("a=b=c") == Setting(key: "a", value: "b=c"))
        #expect(Setting("load.callers") == nil)
        #expect(Setting("=5") == nil)
    }
}

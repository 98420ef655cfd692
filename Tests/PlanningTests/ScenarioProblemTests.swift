import Planning
import Testing

/// What is wrong with a scenario, said with its line and what would be right.
@Suite struct ScenarioProblemTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let pattern: Pattern
        let problems: [String]
        var testDescription: String { problems.joined(separator: " | ") }

        init(_ pattern: Pattern, _ problems: String...) {
            self.pattern = pattern
            self.problems = problems.map { "t.yaml:\($0)" }
        }
    }

    static let top = [
        Case(
            Pattern(name: "nmae: t"), "1: unknown key 'nmae' in the scenario; did you mean 'name'?",
            "1: the scenario has no 'name'; write name: quickstart"),
        Case(.more("network: lossy"), "7: 'network' is not in this version; leave it out"),
        Case(
            .more("seed: -1"),
            "7: 'seed' is '-1'; write a whole number from 0 to 18446744073709551615"),
        Case(
            .more("seed: \"7\""),
            "7: 'seed' is '7'; write a whole number from 0 to 18446744073709551615"),
        Case(.more("order: both"), "7: 'order' is 'both'; write sequential or together"),
        Case(.more("order: togther"), "7: 'order' is 'togther'; did you mean 'together'?"),
        Case(
            .more("turn_timeout: 10"), "7: 'turn_timeout' is '10' without a unit; write 250ms or 2s"
        ),
        Case(.more("hold: 1 s"), "7: 'hold' is '1 s', which is no duration; write 250ms or 2s"),
        Case(.more("hold: 1ms"), "7: 'hold' is '1ms'; write a duration from 50ms to 10s"),
        Case(.more("control: 10%"), "7: 'control' is '10%'; write a number from 0 to 1"),
        Case(.more("hearing:"), "7: 'hearing' is empty; write auto or decode"),
        Case(
            .more("warmup_turns: 1.5"),
            "7: 'warmup_turns' is '1.5'; write a whole number from 0 to 1000"),
        Case(.more("seed: 1\nseed: 2"), "8: the key 'seed' is already on line 7; keep one"),
        Case(
            .more("description: [a"),
            "8: not valid YAML: while parsing a flow sequence, did not find expected ',' or ']'"),
        Case(.more("hold:\n\t- 1"), "8: a tab cannot indent; use spaces"),
        Case(
            .more("agent: real"),
            "7: 'agent' is 'real'; write 'embedded', or give every path a 'url'"),
        Case(
            .more("agent: {embeded: {}}"),
            "7: unknown key 'embeded' in 'agent'; did you mean 'embedded'?",
            "7: 'agent' has no 'embedded'; write agent: embedded"),
    ]

    static let agent = [
        Case(
            .more("agent:\n  embedded:\n    endpoint: 1s"),
            "9: unknown key 'endpoint' in the embedded agent; it takes endpointing, start, "
                + "think, barge_in, reply, pace, chunk, seed, capacity"
        ),
        Case(
            .more("agent: {embedded: {pace: 4}}"),
            "7: 'pace' is '4'; write how many times faster than real time, as in 4x"),
        Case(
            .more("agent: {embedded: {pace: 0x}}"),
            "7: 'pace' is '0x'; write a pace from 0.1x to 1000x"),
        Case(
            .more("agent: {embedded: {chunk: 25ms}}"),
            "7: 'chunk' is '25ms'; write a multiple of 10ms"),
        Case(
            .more("agent: {embedded: {barge_in: {policy: stop}}}"),
            "7: 'policy' is 'stop'; write cut, duck or ignore"),
        Case(
            .more("agent: {embedded: {barge_in: cut}}"),
            "7: 'barge_in' is 'cut'; write a mapping with policy, after or duck_db"),
        Case(
            .more("agent: {embedded: {reply: reply_ours}}"),
            "7: no clip 'reply_ours'; did you mean 'reply_hours'?"),
        Case(
            .more("agent: {embedded: {reply: []}}"),
            "7: 'reply' is a list; write a list of clips, or calibration"),
        Case(
            .more("agent: {embedded: {think: 120}}"),
            "7: 'think' is '120' without a unit; write 250ms or 2s"),
        Case(
            .more("agent: {embedded: {think: {normal: {mean: 1s}}}}"),
            "7: 'normal' has no 'sd'; write {mean: 120ms, sd: 20ms}"),
        Case(
            .more("agent: {embedded: {think: {norml: 1s}}}"),
            "7: unknown key 'norml' in 'think'; did you mean 'normal'?"),
        Case(
            .more("agent: {embedded: {think: {uniform: [2s, 1s]}}}"),
            "7: 'uniform' runs from 2s down to 1s; write the smaller one first"),
        Case(
            .more("agent: {embedded: {think: {uniform: 1s}}}"),
            "7: 'uniform' is '1s'; write two durations, as in [600ms, 1500ms]"),
        Case(
            .more("agent: {embedded: {think: {lognormal: {mean: 1ms, sd: 1s}}}}"),
            "7: 'lognormal' needs a mean above zero and an sd of at most ten times the mean"),
        Case(
            .more(
                "agent: {embedded: {think: {exponential: {mean: 1s}, normal: {mean: 1s, sd: 1s}}}}"),
            "7: 'think' has 2 distributions; keep one"),
        Case(
            .more("agent: {embedded: {think: [1s]}}"),
            "7: 'think' is a list; write a duration, or {uniform: [600ms, 1500ms]}"),
    ]

    static let load = [
        Case(.load("callers: 0"), "4: 'callers' is '0'; write a whole number from 1 to 100000"),
        Case(
            .load("calers: 5"), "4: unknown key 'calers' in 'load'; did you mean 'callers'?",
            "4: 'load' has no 'callers'; write callers: 10, or arrivals: 20/s"),
        Case(.load("callers: 5, ramp: 5"), "4: 'ramp' is '5' without a unit; write 250ms or 2s"),
        Case(
            .load("callers: 5, calls_each: 2, for: 60s"),
            "4: 'calls_each' and 'for' exclude each other; keep one"),
        Case(
            .load("callers: 5, arrivals: 20/s, for: 60s"),
            "4: 'arrivals' and 'callers' are two kinds of load; keep callers with ramp, or "
                + "arrivals with for"
        ),
        Case(
            .load("arrivals: 20, for: 60s"),
            "4: 'arrivals' is '20'; a rate has a unit: write 20/s or 600/m"),
        Case(
            .load("arrivals: 0/s, for: 60s"),
            "4: 'arrivals' is '0/s'; write a rate above zero, up to 10000/s"),
        Case(
            .load("arrivals: 20/d, for: 60s"),
            "4: 'arrivals' is '20/d'; write a rate, as in 20/s or 600/m"),
        Case(.load("arrivals: 20/s"), "4: an open load has no 'for'; write for: 60s"),
        Case(
            .load("arrivals: 20/s, for: 60s, distribution: poison"),
            "4: 'distribution' is 'poison'; did you mean 'poisson'?"),
        Case(
            .load("arrivals: 1000/s, for: 1h"),
            "4: 'arrivals' makes over 524288 calls in that time; lower it, or 'for'"),
        Case(
            Pattern(load: "load: 5"),
            "4: 'load' is '5'; write {callers: 10} or {arrivals: 20/s, for: 60s}"),
    ]

    static let objectives = [
        Case(
            .more("objectives: {first_audo: [\"p(95)<1s\"]}"),
            "7: unknown metric 'first_audo'; did you mean 'first_audio'?"),
        Case(
            .more("objectives: {first_audio: [\"p(95)<450\"]}"),
            "7: objective 'p(95)<450': the limit has no unit; write 450ms"),
        Case(
            .more("objectives: {first_audio: [\"p95<450ms\"]}"),
            "7: objective 'p95<450ms': 'p95' is no aggregate; write p(95), avg, min, med, max or "
                + "rate"
        ),
        Case(
            .more("objectives: {first_audio: [\"p(0)<450ms\"]}"),
            "7: objective 'p(0)<450ms': the percentile lies between 0 and 100, as in p(95)"),
        Case(
            .more("objectives: {first_audio: [\"rate>0.9\"]}"),
            "7: objective 'rate>0.9': first_audio has no rate; write \"p(95)<450ms\"",
            "7: objective 'rate>0.9': the limit has no unit; write 0.9ms"),
        Case(
            .more("objectives: {response_rate: [\"avg>0.9\"]}"),
            "7: objective 'avg>0.9': response_rate is a rate; write \"rate>0.97\""),
        Case(
            .more("objectives: {response_rate: [\"rate>97\"]}"),
            "7: objective 'rate>97': the limit of response_rate is a number from 0 to 1"),
        Case(
            .more("objectives: {mos: [\"avg>4.6\"]}"),
            "7: objective 'avg>4.6': the limit of mos is a number from 1 to 4.5"),
        Case(
            .more("objectives: {mos: [\"avg=4\"]}"),
            "7: objective 'avg=4' compares nothing; write \"avg>4.0\""),
        Case(
            .more("objectives: {mos: []}"), "7: 'mos' is a list; write a list, as in [\"avg>4.0\"]"),
        Case(
            .more("objectives: {duck: [\"max<soon\"]}"),
            "7: objective 'max<soon': 'soon' is no duration; write 450ms or 1.2s"),
    ]

    @Test(arguments: top + agent + load + objectives)
    func `a problem names its line and what would be right`(one: Case) {
        #expect(one.pattern.problems() == one.problems)
    }

    @Test func `every problem of a file is reported from top to bottom`() {
        let pattern = Pattern(
            name: "name: t\nseeed: 4",
            paths: "paths:\n  rtp: {transport: rtp, codec: pcm16}\n  ws: {transport: websocket}",
            load: "load: {callers: many}",
            dialogue: "dialogue:\n  - say: opening_hour\n  - shout: x",
            more: "turn_timeout: 10\nobjectives: {nothing: [\"rate>1\"]}"
        )

        #expect(
            pattern.problems() == [
                "t.yaml:2: unknown key 'seeed' in the scenario; did you mean 'seed'?",
                "t.yaml:4: 'codec' is 'pcm16', which rtp does not carry; write opus, pcmu or pcma",
                "t.yaml:5: path 'ws' has no 'dialect'; write dialect: openai-realtime or "
                    + "dialect: binary",
                "t.yaml:6: 'callers' is 'many'; write a whole number from 1 to 100000",
                "t.yaml:8: no clip 'opening_hour'; did you mean 'opening_hours'?",
                "t.yaml:9: unknown step 'shout'; write say, wait, listen, pause or hang_up",
                "t.yaml:10: 'turn_timeout' is '10' without a unit; write 250ms or 2s",
                "t.yaml:11: unknown metric 'nothing'; write "
                    + MetricCatalogue.all.dropLast().map(\.name).joined(separator: ", ")
                    + " or frame_late",
            ]
        )
    }

    @Test func `a pattern without changes has no problem`() {
        #expect(Pattern().problems() == [])
    }
}

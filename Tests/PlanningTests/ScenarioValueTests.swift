import Audio
import Planning
import Testing
import Timeline

/// What a scenario without problems is read as.
@Suite struct ScenarioValueTests {
    @Test func `what is left out has the documented default`() throws {
        let scenario = try Pattern(load: "\n").scenario()

        #expect(scenario.seed == 1)
        #expect(scenario.order == .sequential)
        #expect(scenario.load == .closed(callers: 1, ramp: .zero, repeating: .calls(1)))
        #expect(scenario.turnTimeout == .seconds(10))
        #expect(scenario.hold == .milliseconds(400))
        #expect(scenario.warmupTurns == 0)
        #expect(scenario.control == 0.1)
        #expect(scenario.hearing == .auto)
        #expect(
            scenario.agent
                == AgentBehaviour(reply: .clips(["reply_hours", "reply_steps", "reply_long"])))
        #expect(
            scenario.paths == [
                PathConfiguration(
                    name: "rtp", transport: .rtp, codec: .opus,
                    player: .jitterBuffer(.milliseconds(60))
                )
            ]
        )
    }

    @Test func `a websocket path takes its codec and player from the dialect`() throws {
        let paths = """
            paths:
              a: {transport: websocket, dialect: openai-realtime, ptime: 40ms}
              b: {transport: websocket, dialect: binary, ptime: 40ms}
              c: {transport: websocket, dialect: openai-realtime, chunk: 100ms, player: {flush: never}}
            """

        let read = try Pattern(paths: paths).scenario().paths

        #expect(read.map(\.codec) == [.pcm16, .opus, .pcm16])
        #expect(read.map(\.chunk) == [.milliseconds(40), .milliseconds(40), .milliseconds(100)])
        #expect(read.map(\.interval) == [.milliseconds(40), .milliseconds(40), .milliseconds(100)])
        #expect(
            read.map(\.player) == [
                .playback(flushesOnEvent: true), .playback(flushesOnEvent: true),
                .playback(flushesOnEvent: false),
            ]
        )
    }

    @Test func `a real target needs no embedded agent`() throws {
        let paths = """
            paths:
              vendor:
                transport: websocket
                dialect: openai-realtime
                url: "wss://api.example.com/v1/realtime?model=x"
                headers: {OpenAI-Beta: realtime=v1}
                auth: {bearer: VENDOR_KEY}
                tls: {insecure: true}
                session: {voice: alloy, speed: 1.5, turn: {on: true, n: 3, of: [a, null]}, "5": "5"}
            """

        let scenario = try Pattern(paths: paths, more: "agent: embedded").scenario()

        let path = try #require(scenario.paths.first)
        #expect(scenario.agent == nil)
        #expect(path.headers == [Header(name: "OpenAI-Beta", value: "realtime=v1")])
        #expect(path.authorization == .bearer(variable: "VENDOR_KEY"))
        #expect(path.tls == TLSTrust(isInsecure: true))
        #expect(
            path.session
                == #"{"voice":"alloy","speed":1.5,"turn":{"on":true,"n":3,"of":["a",null]},"5":"5"}"#
        )
    }

    @Test func `an address with a port in brackets or without one is read`() throws {
        for url in ["ws://[::1]:8080/v1", "wss://host", "ws://10.0.0.1:80?x=1"] {
            let pattern = Pattern.path("transport: websocket, dialect: binary, url: \"\(url)\"")
            #expect(pattern.problems() == [], "\(url)")
        }
        #expect(Pattern.path("transport: rtp, url: \"rtp://[::1]:4000\"").problems() == [])
    }

    @Test func `an expectation follows from the kind`() throws {
        let scenario = try Pattern.steps(
            "say: opening_hours",
            "{say: mm_hmm, kind: backchannel, after: agent_speech_start, delay: 1s}",
            "{say: hold_on, kind: interrupt, delay: 200ms}"
        ).scenario()

        let expectations = scenario.dialogue.compactMap { step -> Timeline.Expectation? in
            if case .say(let utterance) = step { utterance.expect } else { nil }
        }
        #expect(expectations == [.response, .continue, .cut])
        #expect(scenario.dialogue.last == .hangUp)
    }

    @Test func `loads of both kinds are read`() throws {
        let closed = try Pattern.load("callers: 7, ramp: 2s, for: 1m").scenario()
        let open = try Pattern.load("arrivals: 600/m, distribution: even, for: 90s").scenario()

        #expect(
            closed.load == .closed(callers: 7, ramp: .seconds(2), repeating: .lasting(.seconds(60)))
        )
        #expect(
            open.load == .open(arrivalsPerSecond: 10, distribution: .even, lasting: .seconds(90))
        )
    }

    @Test func `objectives keep their expression beside what it means`() throws {
        let scenario = try Pattern.more(
            "objectives: {first_audio: [\"p(99.9) <= 1.2s\", \"min>-100ms\"], yield_rate: "
                + "rate>=0.9, mos: [med>4]}"
        ).scenario()

        #expect(
            scenario.objectives == [
                Objective(
                    metric: "first_audio", aggregate: .quantile(0.999), comparison: .atMost,
                    limit: 1_200, expression: "p(99.9) <= 1.2s"
                ),
                Objective(
                    metric: "first_audio", aggregate: .minimum, comparison: .greater, limit: -100,
                    expression: "min>-100ms"
                ),
                Objective(
                    metric: "yield_rate", aggregate: .rate, comparison: .atLeast, limit: 0.9,
                    expression: "rate>=0.9"
                ),
                Objective(
                    metric: "mos", aggregate: .median, comparison: .greater, limit: 4,
                    expression: "med>4"
                ),
            ]
        )
    }

    @Test func `aliases stand for what they name`() throws {
        let scenario = try Pattern(
            paths: "paths:\n  a: &path {transport: rtp, codec: pcma}\n  b: *path"
        ).scenario()

        #expect(scenario.paths.map(\.codec) == [.pcma, .pcma])
        #expect(scenario.paths.map(\.name) == ["a", "b"])
    }
}

@Suite struct DistributionTests {
    @Test(arguments: [
        ("250ms", DurationDistribution.fixed(.milliseconds(250))),
        ("{uniform: [600ms, 1.5s]}", .uniform(from: .milliseconds(600), to: .milliseconds(1_500))),
        (
            "{normal: {mean: 120ms, sd: 20ms}}",
            .normal(mean: .milliseconds(120), sd: .milliseconds(20))
        ),
        ("{lognormal: {mean: 1s, sd: 1s}}", .lognormal(mean: .seconds(1), sd: .seconds(1))),
        ("{exponential: {mean: 100ms}}", .exponential(mean: .milliseconds(100))),
        ("{exponential: 100ms}", .exponential(mean: .milliseconds(100))),
    ])
    func `a distribution is read in each of its forms`(text: String, expected: DurationDistribution)
        throws
    {
        let scenario = try Pattern.steps("pause: \(text)", "say: opening_hours").scenario()

        #expect(scenario.dialogue.first == .pause(expected))
    }
}

@Suite struct DurationTextTests {
    @Test(arguments: [
        ("250ms", Int64(250_000_000)), ("1.5s", 1_500_000_000), ("2m", 120_000_000_000),
        ("1h", 3_600_000_000_000), ("40us", 40_000), ("0.001us", 1), ("0ms", 0),
        ("0.25m", 15_000_000_000),
        ("9223372036s", 9_223_372_036_000_000_000),
    ])
    func `a duration is read exactly`(text: String, nanoseconds: Int64) {
        #expect(DurationText.parse(text)?.count == nanoseconds)
    }

    @Test(arguments: [
        "", "ms", "5", "-5ms", "+5ms", "5 ms", "5MS", "1e3ms", ".5s", "5.s", "1.2.3s", "0x1s",
        "1m30s",
        "٣s", "99999999999s", "0.0001us", "infs", "5ns", "9223372036.9s",
    ])
    func `what is no duration is refused`(text: String) {
        #expect(DurationText.parse(text) == nil)
    }

    @Test func `what is written reads back the same`() {
        var generator = SeededGenerator(seed: 9, stream: "durations")
        for _ in 0..<2_000 {
            let magnitude = UInt64.random(in: 0...62, using: &generator)
            let span = Nanoseconds(Int64(generator.next() >> (1 + magnitude)))

            let text = DurationText.render(span)

            #expect(DurationText.parse(text) == span, "\(text)")
        }
        #expect(DurationText.render(.seconds(90)) == "90s")
        #expect(DurationText.render(.milliseconds(1_500)) == "1500ms")
        #expect(DurationText.render(.zero) == "0ms")
        #expect(DurationText.render(Nanoseconds(1_234)) == "1.234us")
    }
}

import Audio
import Testing
import Timeline

@testable import Planning

/// The scenario of the documentation, and what it says of versions to come.
@Suite struct DocumentedScenarioTests {
    static let text = """
        name: quickstart
        description: WebSocket against plain RTP, one agent, one interruption
        seed: 42

        agent:                       # omit it, or any of these, to point paths at a real target by url
          embedded:                  # the reference agent, started as a child process
            endpointing: 300ms       # silence after which it takes the turn
            think: {normal: {mean: 120ms, sd: 20ms}}
            barge_in: {policy: cut, after: 100ms}     # cut | duck | ignore

        paths:                       # what is compared; each caller script runs on every path
          websocket: {transport: websocket, dialect: openai-realtime}
          rtp:       {transport: rtp, codec: opus}

        load:                        # closed model: N calls held
          callers: 200
          ramp: 5s
          calls_each: 1              # or for: 60s

        dialogue:                    # steps of one call, in order
          - say: opening_hours       # a clip of Scenarios/clips, or a .wav path
            expect: response
          - say: hold_on
            after: agent_speech_start
            delay: {uniform: [600ms, 1500ms]}
            kind: interrupt
            expect: cut
          - wait: response           # the agent speaks, and is done
          - hang_up

        objectives:
          first_audio: ["p(90)<700ms", "p(95)<900ms"]
          barge_in_cut: ["p(95)<450ms"]
          response_rate: ["rate>0.97"]
        """

    @Test func `it is read as it is meant`() throws {
        let scenario = try ScenarioFile.parse(Self.text, file: "t.yaml", library: Gallery.library)
            .get()

        #expect(
            scenario
                == Scenario(
                    name: "quickstart",
                    description: "WebSocket against plain RTP, one agent, one interruption",
                    seed: 42,
                    agent: AgentBehaviour(seed: 42),
                    paths: [
                        PathConfiguration(
                            name: "websocket", transport: .websocket, dialect: .openAIRealtime,
                            codec: .pcm16, player: .playback(flushesOnEvent: true)),
                        PathConfiguration(
                            name: "rtp", transport: .rtp, codec: .opus,
                            player: .jitterBuffer(.milliseconds(60))),
                    ],
                    load: .closed(callers: 200, ramp: .seconds(5), repeating: .calls(1)),
                    dialogue: [
                        .say(
                            Utterance(
                                clip: "opening_hours", anchor: .previous, delay: .fixed(.zero),
                                kind: .utterance, expect: .response)),
                        .say(
                            Utterance(
                                clip: "hold_on", anchor: .agentSpeechStart,
                                delay: .uniform(
                                    from: .milliseconds(600), to: .milliseconds(1_500)),
                                kind: .interrupt, expect: .cut)),
                        .wait(.response),
                        .hangUp,
                    ],
                    objectives: [
                        Objective(
                            metric: "first_audio", aggregate: .quantile(0.9), comparison: .less,
                            limit: 700, expression: "p(90)<700ms"),
                        Objective(
                            metric: "first_audio", aggregate: .quantile(0.95), comparison: .less,
                            limit: 900, expression: "p(95)<900ms"),
                        Objective(
                            metric: "barge_in_cut", aggregate: .quantile(0.95), comparison: .less,
                            limit: 450, expression: "p(95)<450ms"),
                        Objective(
                            metric: "response_rate", aggregate: .rate, comparison: .greater,
                            limit: 0.97, expression: "rate>0.97"),
                    ],
                    source: Self.text
                )
        )
    }

    @Test func `a real WebRTC target is read as it is documented`() throws {
        let vendor = """
            paths:
              vendor: {transport: webrtc, url: "http://127.0.0.1:8080/offer", signalling: json-offer, codec: opus}
            """

        let path = try #require(Pattern(paths: vendor).scenario().paths.first)

        #expect(
            path
                == PathConfiguration(
                    name: "vendor", transport: .webrtc, url: "http://127.0.0.1:8080/offer",
                    codec: .opus, player: .jitterBuffer(.milliseconds(60)), signalling: .jsonOffer)
        )
    }

    @Test func `a path of a later version says so once`() {
        #expect(
            Pattern.path("transport: rest, url: \"https://h/v1\", polls: 3").problems() == [
                "t.yaml:3: 'transport: rest' is not in this version; write websocket, rtp, webrtc "
                    + "or hybrid"
            ]
        )
    }
}

import Audio
import Planning
import ReferenceAgent
import Testing
import Timeline

/// What callers measure, held against what the agent itself knows, over a network without delay.
@Suite struct KnownTruthTests {
    /// A path of the test: how it is written, and what lies between the wire and the ear.
    struct Path: CustomTestStringConvertible, Sendable {
        let yaml: String
        let ptime: Double
        /// Player, in ms.
        let player: Double
        /// Decoder, in ms.
        let codec: Double

        var testDescription: String { yaml }
    }

    static let paths = [
        Path(yaml: "{transport: rtp, codec: opus}", ptime: 20, player: 60, codec: 6.5),
        Path(yaml: "{transport: rtp, codec: opus, ptime: 10ms}", ptime: 10, player: 60, codec: 6.5),
        Path(yaml: "{transport: rtp, codec: opus, ptime: 40ms}", ptime: 40, player: 60, codec: 6.5),
        Path(yaml: "{transport: rtp, codec: opus, ptime: 60ms}", ptime: 60, player: 60, codec: 6.5),
        Path(yaml: "{transport: rtp, codec: pcmu}", ptime: 20, player: 60, codec: 0),
        Path(yaml: "{transport: rtp, codec: pcma}", ptime: 20, player: 60, codec: 0),
        Path(yaml: "{transport: webrtc, codec: opus}", ptime: 20, player: 60, codec: 6.5),
        Path(
            yaml: "{transport: webrtc, codec: opus, ptime: 40ms, dialect: none}", ptime: 40,
            player: 60, codec: 6.5),
        Path(yaml: "{transport: webrtc, codec: pcmu}", ptime: 20, player: 60, codec: 0),
        Path(
            yaml: "{transport: websocket, dialect: openai-realtime}", ptime: 20, player: 0, codec: 0
        ),
        Path(
            yaml: "{transport: websocket, dialect: openai-realtime, codec: pcmu}", ptime: 20,
            player: 0,
            codec: 0
        ),
        Path(yaml: "{transport: websocket, dialect: binary}", ptime: 20, player: 0, codec: 6.5),
        Path(
            yaml: "{transport: websocket, dialect: binary, codec: pcm16}", ptime: 20, player: 0,
            codec: 0),
    ]

    static func scenario(
        _ path: String, hearing: String = "auto", policy: String = "cut",
        reply: String = "calibration"
    ) -> String {
        """
        name: known-truth
        hearing: \(hearing)
        control: 0
        agent:
          embedded:
            endpointing: 300ms
            think: 120ms
            barge_in: {policy: \(policy), after: 100ms}
            reply: \(reply)
            pace: 1x
            chunk: 20ms
        paths:
          one: \(path)
        load: {callers: 4, ramp: 1s, calls_each: 1}
        dialogue:
          - {say: opening_hours, expect: response}
          - {say: hold_on, after: agent_speech_start, delay: {uniform: [600ms, 1500ms]}, kind: interrupt, expect: cut}
          - {wait: response}
        """
    }

    @Test(arguments: paths, ["auto", "decode"])
    func `onset and stop are where the agent put them`(path: Path, hearing: String) throws {
        let run = try VirtualRun(Self.scenario(path.yaml, hearing: hearing))

        #expect(run.turns[0].count == 8)
        for turn in run.turns[0] {
            let truth = run.truth[String(turn.call.wireID(nonce: 0))] ?? []
            if turn.kind == .utterance {
                let packet = try #require(truth.first { $0.event == .replyFirstPacket }?.at)
                let audible = try #require(truth.first { $0.event == .replyFirstAudible }?.at)
                let first = try #require(turn.firstPacket)
                let heard = try #require(turn.heardOnset)
                #expect(abs((first - packet).milliseconds) <= 0.01)
                let lag = (heard - audible).milliseconds - path.player - path.codec
                #expect(abs(lag) <= 3, "onset \(lag) ms off")
            } else {
                let stopped = try #require(truth.first { $0.event == .replyLastAudible }?.at)
                let heard = try #require(turn.heardStop)
                let lag = (heard - stopped).milliseconds - path.player - path.codec
                // A flush ends playback in the decoder, too: nothing of its delay is waited for.
                let flushed = (heard - stopped).milliseconds - path.player
                #expect(min(abs(lag), abs(flushed)) <= 3, "stop \(lag) ms off")
            }
        }
    }

    @Test(arguments: paths)
    func `the first packet comes when endpointing and thinking say`(path: Path) throws {
        for clip in ["opening_hours", "hold_on", "thanks", "side_talk", "yes_please"] {
            let yaml = Self.scenario(path.yaml).replacing(
                "  - {say: opening_hours, expect: response}",
                with: "  - {say: \(clip), expect: response}"
            )
            let run = try VirtualRun(yaml)

            for turn in run.turns[0] where turn.kind == .utterance {
                let latency = (try #require(turn.firstPacket) - turn.scheduledEnd).milliseconds
                #expect(latency >= 420, "\(clip): \(latency) ms")
                #expect(latency <= 420 + 2 * path.ptime + 2, "\(clip): \(latency) ms")
            }
        }
    }

    @Test(arguments: paths, ["calibration", "[reply_long]"])
    func `cut, duck and ignore are told apart`(path: Path, reply: String) throws {
        for (policy, expected) in [
            ("cut", TurnOutcome.cut), ("duck", .ducked), ("ignore", .continued),
        ] {
            let run = try VirtualRun(Self.scenario(path.yaml, policy: policy, reply: reply))

            let interruptions = run.turns[0].filter { $0.kind == .interrupt }
            #expect(interruptions.count == 4)
            let outcomes = interruptions.map(\.outcome)
            #expect(outcomes.allSatisfy { $0 == expected }, "\(policy): \(outcomes)")
        }
    }

    @Test(arguments: paths)
    func `a backchannel shorter than the agent's reaction is not a cut`(path: Path) throws {
        let yaml = Self.scenario(path.yaml, reply: "[reply_long]")
            .replacing("after: 100ms", with: "after: 600ms")
            .replacing("say: hold_on", with: "say: mm_hmm")
            .replacing("kind: interrupt, expect: cut", with: "kind: backchannel, expect: continue")

        let run = try VirtualRun(yaml)

        let backchannels = run.turns[0].filter { $0.kind == .backchannel }
        #expect(backchannels.count == 4)
        #expect(backchannels.allSatisfy { $0.outcome == .continued && $0.heardStop == nil })
    }
}

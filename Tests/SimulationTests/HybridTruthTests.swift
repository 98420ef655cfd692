import Gateway
import LinkModel
import Planning
import ReferenceAgent
import Testing
import Timeline

/// A hybrid's turns, held against what the agent knows and what the gateway logs.
///
/// There is no delay between caller and gateway, and 0.2 ms each way between gateway and agent.
@Suite struct HybridTruthTests {
    /// A hybrid of the test, and what its codecs make of the sound, in ms.
    struct Hybrid: CustomTestStringConvertible, Sendable {
        let edge: String
        let upstream: String
        var ptime = 20.0
        /// Whether the agent is given the levels of the packets, as the gateway is.
        var passesLevels = false
        /// Behind the gateway's sending: decoders, and 12 samples of the lower rate for a change.
        let downward: Double
        /// What the agent holds to be never played of a reply in Opus that is stopped.
        var held = 0.0
        /// Of a word whose end 8 kHz have nearly taken away, the level does not tell.
        var unheard = 0.0

        var yaml: String {
            "{transport: hybrid, \(edge), ptime: \(Int(ptime))ms, upstream: {\(upstream)}}"
        }
        var testDescription: String { yaml }

        /// Longest wait of a reply at the gateway: for a whole packet of audio, which comes in
        /// messages of 20 ms at the pace of playing, and then for a slot.
        var wait: Double { max(0, ptime - 20) + ptime }
    }

    static let hybrids = [
        Hybrid(
            edge: "edge: webrtc, codec: opus", upstream: "dialect: openai-realtime", downward: 7),
        Hybrid(
            edge: "edge: webrtc, codec: opus", upstream: "dialect: openai-realtime", ptime: 10,
            downward: 7),
        Hybrid(
            edge: "edge: rtp, codec: opus", upstream: "dialect: openai-realtime", ptime: 40,
            downward: 7),
        Hybrid(
            edge: "edge: rtp, codec: opus", upstream: "dialect: binary, codec: opus",
            passesLevels: true, downward: 6.5, held: 6.5),
        Hybrid(
            edge: "edge: rtp, codec: opus", upstream: "dialect: binary, codec: pcm16",
            passesLevels: true, downward: 7),
        Hybrid(
            edge: "edge: webrtc, codec: pcmu", upstream: "dialect: openai-realtime",
            downward: 1.5, unheard: 2),
        Hybrid(
            edge: "edge: rtp, codec: pcmu", upstream: "dialect: openai-realtime, codec: pcmu",
            downward: 0, unheard: 2),
        Hybrid(
            edge: "edge: rtp, codec: pcmu", upstream: "dialect: binary, codec: opus",
            passesLevels: true, downward: 8, held: 6.5, unheard: 2),
    ]

    /// One way between gateway and agent, in ms.
    private static let link = LinkProfile.lan.delay.milliseconds
    /// Rounding of what is kept in tenths of a millisecond.
    private static let rounding = 0.1

    /// One turn as its caller, its agent and the gateway between them know it.
    private struct Turn {
        let record: TurnRecord
        let truth: [TruthEvent]
        let notes: [GatewayEvent]
        let forwarded: RunInstant
        let received: RunInstant

        func agent(_ name: TruthEvent.Name, turn: Int = 0) throws -> RunInstant {
            try #require(truth.first { $0.event == name && $0.turn == turn }?.at)
        }

        func gateway(_ name: GatewayEvent.Name) throws -> RunInstant {
            try #require(notes.first { $0.event == name }?.at)
        }
    }

    private static func turns(
        _ hybrid: Hybrid, clip: String, callers: Int, kind: SpeechKind
    ) throws -> [Turn] {
        let yaml = KnownTruthTests.scenario(hybrid.yaml).replacing(
            "say: opening_hours", with: "say: \(clip)")
        let run = try VirtualRun(yaml, overrides: ScenarioOverrides(callers: callers))
        #expect(run.turns[0].count == 2 * callers)
        return try zip(run.turns[0], run.legs(ofPath: 0)).filter { $0.0.kind == kind }
            .map { record, legs in
                let name = String(record.call.wireID(nonce: 0))
                return Turn(
                    record: record, truth: run.truth[name] ?? [], notes: run.gateways[name] ?? [],
                    forwarded: try #require(legs.forwarded), received: try #require(legs.received))
            }
    }

    private static func expect(
        _ span: Nanoseconds, in bound: ClosedRange<Double>, _ what: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let found = span.milliseconds
        #expect(
            found >= bound.lowerBound - rounding && found <= bound.upperBound + rounding,
            "\(what) took \(found) ms", sourceLocation: sourceLocation)
    }

    @Test(arguments: hybrids)
    func `the legs of an answer part where agent and gateway say`(hybrid: Hybrid) throws {
        let link = Self.link
        for clip in ["opening_hours", "thanks", "side_talk"] {
            for turn in try Self.turns(hybrid, clip: clip, callers: 2, kind: .utterance) {
                // A packet leaves when all of it has been said.
                Self.expect(
                    turn.forwarded - turn.record.scheduledEnd,
                    in: -hybrid.unheard...hybrid.ptime, "speech to the gateway")
                // By levels, the end of a word counts as all of its packet to the gateway and
                // 10 ms to the agent. By samples it lies where it ends in the message, delayed
                // by the codecs into the next: two of the agent's frames of 10 ms at most.
                let hearing = try turn.agent(.speechEnd) - turn.forwarded
                Self.expect(
                    hearing,
                    in: hybrid.passesLevels ? link - 10...link : link - hybrid.ptime...link + 20,
                    "the end of speech to the agent")
                // The calibration tone is audible from its first message on.
                let answered = try turn.agent(.replyFirstPacket)
                Self.expect(turn.received - answered, in: link...link, "reply to the gateway")
                // The agent takes endpointing and thinking, on its own account.
                let own = answered - (try turn.agent(.speechEnd))
                Self.expect(own, in: 420...420, "the agent's own time")
                // So that the leg behind the gateway is the agent's time and the two ways.
                let ways = turn.received - turn.forwarded - own - hearing
                Self.expect(ways, in: link...link, "what is left of the agent's leg")
            }
        }
    }

    @Test(arguments: hybrids)
    func `an answer is heard after the gateway's slot, the codecs and the player`(
        hybrid: Hybrid
    ) throws {
        for turn in try Self.turns(hybrid, clip: "opening_hours", callers: 4, kind: .utterance) {
            let left = try turn.gateway(.downFirstAudible)
            let heard = try #require(turn.record.heardOnset)
            Self.expect(left - turn.received, in: 0...hybrid.wait, "the wait for a slot")
            // Within 0.8 ms: a codec's echo ahead of the tone may be just audible, and of the ear
            // only the mean is subtracted.
            let player = 60 + hybrid.downward
            Self.expect(heard - left, in: player - 0.8...player + 0.8, "gateway to ear")
            #expect(turn.record.firstPacket == left)
            // The whole, against the agent alone.
            Self.expect(
                heard - (try turn.agent(.replyFirstAudible)),
                in: player - 0.8 + Self.link...player + 0.8 + Self.link + hybrid.wait,
                "agent to ear")
            // The legs in their order, so that none hides in another; they are the whole.
            let instants = [
                turn.record.scheduledEnd - .milliseconds(2), turn.forwarded, turn.received, heard,
            ]
            #expect(instants == instants.sorted())
            Self.expectSum(turn, from: turn.record.scheduledEnd, to: heard)
        }
    }

    @Test(arguments: hybrids)
    func `the legs of a barge-in part where agent and gateway say`(hybrid: Hybrid) throws {
        let link = Self.link
        for turn in try Self.turns(hybrid, clip: "opening_hours", callers: 4, kind: .interrupt) {
            let (onset, noticed) = (turn.record.scheduledOnset, try turn.agent(.bargeInDetected))
            #expect(turn.record.outcome == .cut)
            // A packet leaves when all of it has been said.
            Self.expect(turn.forwarded - onset, in: 0...hybrid.ptime, "speech to the gateway")
            // A packet's voice began with it; of samples, codecs may have moved it to the next.
            Self.expect(
                try turn.agent(.speechStart, turn: 1) - turn.forwarded,
                in: link - hybrid.ptime...(hybrid.passesLevels ? link - hybrid.ptime : link + 10),
                "the onset to the agent")
            Self.expect(turn.received - noticed, in: link...link, "the stop to the gateway")
            let stopped = try #require(turn.record.heardStop)
            let last = try turn.gateway(.downLastAudible)
            // What left last is played to its end, and a decoder rings for 3 ms.
            Self.expect(turn.received - last, in: 0...hybrid.ptime, "the last packet to the stop")
            Self.expect(
                stopped - last, in: 60 + hybrid.ptime - 1...60 + hybrid.ptime + 3,
                "the last packet to its end at the ear")
            // The whole, against the agent alone.
            let whole = stopped - (try turn.agent(.replyLastAudible))
            let least = 60 + link + hybrid.held
            Self.expect(
                whole, in: least - 1...least + hybrid.ptime + 3, "the agent's end to the ear")
            #expect(onset <= turn.forwarded && turn.forwarded <= turn.received)
            Self.expectSum(turn, from: onset, to: stopped)
        }
    }

    /// Edge and backend are the whole, to the nanosecond.
    private static func expectSum(_ turn: Turn, from begin: RunInstant, to end: RunInstant) {
        let backend = turn.received - turn.forwarded
        let edge = (turn.forwarded - begin) + (end - turn.received)
        #expect(edge + backend == end - begin)
    }
}

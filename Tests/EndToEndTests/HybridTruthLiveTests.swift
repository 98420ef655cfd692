import Analysis
import Testing
import Timeline

/// A hybrid of the known-truth runs: a truth path, and what its gateway makes of the sound.
struct HybridTruthPath: Sendable {
    let path: TruthPath
    /// Whether the agent judges the caller's packets by their levels, as the gateway does.
    let passesLevels: Bool
    /// By which changing the codec delays sound on its way to the agent, in ms.
    let upward: Double
    /// And on its way to the caller, the caller's own decoder included, in ms.
    let downward: Double

    static let all = [
        HybridTruthPath(
            path: TruthPath(
                name: "hybrid_webrtc",
                yaml: "{transport: hybrid, edge: webrtc, codec: opus, "
                    + "upstream: {dialect: openai-realtime}}",
                player: 60, codec: 6.5),
            // Opus' own 6.5 ms, and 12 samples of 24 kHz for the change of rate.
            passesLevels: false, upward: 7, downward: 7),
        HybridTruthPath(
            path: TruthPath(
                name: "hybrid_rtp",
                yaml: "{transport: hybrid, edge: rtp, codec: opus, "
                    + "upstream: {dialect: binary, codec: opus}}",
                player: 60, codec: 6.5),
            passesLevels: true, upward: 0, downward: 6.5),
    ]
}

/// The legs of one turn beside what the agent noted of it; instants of the run.
private struct HybridTurn {
    let record: TurnRecord
    let forwarded: RunInstant
    let received: RunInstant
    private let notes: [LiveRun.TruthNote]

    init(_ record: TurnRecord, of path: String, in run: LiveRun) throws {
        self.record = record
        let call = try #require(try run.path(path).calls.first { $0.id == record.call })
        notes = try #require(run.truth[String(call.wireID)], "no truth of call \(call.wireID)")
        forwarded = try #require(record.gatewayForwarded, "\(path): nothing forwarded")
        received = try #require(record.gatewayReceived, "\(path): nothing received")
    }

    /// When the agent noted something in one of its turns.
    func noted(_ event: String, turn: Int) throws -> RunInstant {
        try #require(notes.first { $0.event == event && $0.turn == turn }, "no \(event)").at
    }
}

/// How far instants were apart, turn by turn, and what that may be, in ms.
private struct Distance {
    let what: String
    let bound: ClosedRange<Double>
    let found: [Double]

    init(_ what: String, _ bound: ClosedRange<Double>, _ found: [Double]) {
        (self.what, self.bound, self.found) = (what, bound, found)
    }

    /// The typical one within the bound; none further than a process that was held up explains.
    func check(_ path: String, slack: Double) throws {
        try #require(!found.isEmpty, "\(path): no \(what) to judge")
        let middle = found.sorted()[found.count / 2]
        let (low, high) = (bound.lowerBound, bound.upperBound)
        #expect(
            middle >= low - slack && middle <= high + slack, "\(path): \(what) \(found) ms")
        #expect(
            found.allSatisfy { $0 >= low - 20 - slack && $0 <= high + 20 + slack },
            "\(path): \(what) \(found) ms")
    }
}

extension LiveRuns {
    @Suite(.serialized) struct HybridTruthLiveTests {
        private static let ptime = 20.0

        @Test func `a hybrid's legs part where the agent says, and add up to the whole`()
            async throws
        {
            let hybrids = HybridTruthPath.all
            let run = try await TruthScenario(paths: hybrids.map(\.path)).run()

            for hybrid in hybrids {
                let name = hybrid.path.name
                let counted = try run.path(name).turns.filter { $0.voidReason == nil }
                let turns = try counted.map { try HybridTurn($0, of: name, in: run) }
                let replies = turns.filter { $0.record.kind == .utterance }
                let cuts = turns.filter { $0.record.kind == .interrupt }
                #expect(cuts.allSatisfy { $0.record.outcome == .cut }, "\(name)")
                let distances = try Self.ofReplies(replies, hybrid) + Self.ofCuts(cuts, hybrid)
                for distance in distances {
                    try distance.check(name, slack: run.slack(name))
                }
                for turn in turns { try Self.checkSum(turn.record) }
            }
        }

        private static func ofReplies(
            _ turns: [HybridTurn], _ hybrid: HybridTruthPath
        ) throws -> [Distance] {
            [
                // A packet leaves when all of it has been said.
                Distance(
                    "way of speech to the gateway", 0...(ptime + 2),
                    turns.map { ($0.forwarded - $0.record.scheduledEnd).milliseconds }),
                // By levels, the end of a word is all of its packet to the gateway and 10 ms to
                // the agent. By samples, it lies where in the message it ends, delayed.
                Distance(
                    "hearing of the end",
                    hybrid.passesLevels ? -10...2 : (-ptime)...(hybrid.upward + 2),
                    try turns.map {
                        (try $0.noted("speech_end", turn: 0) - $0.forwarded).milliseconds
                    }),
                // The calibration tone is audible from its first message on.
                Distance(
                    "way of the reply to the gateway", 0...3,
                    try turns.map {
                        ($0.received - (try $0.noted("reply_first_packet", turn: 0))).milliseconds
                    }),
                // It waits for its slot, then for the player.
                Distance(
                    "way of the reply to the ear", 0...(ptime + 3),
                    try turns.map {
                        let heard = try #require($0.record.heardOnset)
                        return (heard - $0.received).milliseconds - hybrid.path.player
                            - hybrid.downward
                    }),
            ]
        }

        private static func ofCuts(
            _ turns: [HybridTurn], _ hybrid: HybridTruthPath
        ) throws -> [Distance] {
            [
                // A packet leaves when all of it has been said; its first voiced sample may be its
                // first, and what levels call voiced may begin a packet earlier.
                Distance(
                    "way of the interruption to the gateway", (-ptime)...(ptime + 2),
                    turns.map { ($0.forwarded - $0.record.scheduledOnset).milliseconds }),
                // A voiced packet began when it was captured; samples tell where in it.
                Distance(
                    "hearing of the interruption",
                    hybrid.passesLevels ? (-ptime)...(2 - ptime) : (-ptime)...(hybrid.upward + 2),
                    try turns.map {
                        (try $0.noted("speech_start", turn: 1) - $0.forwarded).milliseconds
                    }),
                Distance(
                    "way of the stop to the gateway", 0...3,
                    try turns.map {
                        ($0.received - (try $0.noted("barge_in_detected", turn: 0))).milliseconds
                    }),
                // The packet that was sent last is played to its end.
                Distance(
                    "way of the stop to the ear", -3...(ptime + 3),
                    try turns.map {
                        let stopped = try #require($0.record.heardStop)
                        return (stopped - $0.received).milliseconds - hybrid.path.player
                    }),
            ]
        }

        /// To the nanosecond, as far as a double holds it.
        private static func checkSum(_ record: TurnRecord) throws {
            let context = TurnInContext(record, in: nil)
            let (whole, edge, backend) =
                record.kind == .utterance
                ? (TurnMetric.firstAudio, TurnMetric.firstAudioEdge, TurnMetric.firstAudioBackend)
                : (TurnMetric.bargeInCut, TurnMetric.bargeInCutEdge, TurnMetric.bargeInCutBackend)
            let values = [whole, edge, backend].compactMap { metric -> Double? in
                guard case .value(let value) = metric.sample(context) else { return nil }
                return value
            }
            try #require(values.count == 3, "\(record.clip): \(values)")
            #expect(abs(values[1] + values[2] - values[0]) < 1e-6)
        }
    }
}

import Analysis
import Foundation
import Testing
import Timeline

/// A path of the known-truth runs, and what lies between its wire and the ear.
struct TruthPath: Sendable {
    let name: String
    let yaml: String
    /// Player, in ms.
    let player: Double
    /// Decoder, in ms.
    var codec = 0.0
    /// How far from its end the agent may take a word to be over, in ms.
    ///
    /// Of a sibilant that 8 kHz have nearly taken away, the level of the last packet tells
    /// nothing. On plain RTP the agent's slots, at a fixed distance from the caller's, hide it.
    var unheard = 0.0

    static let all = [
        TruthPath(name: "rtp_opus", yaml: "{transport: rtp, codec: opus}", player: 60, codec: 6.5),
        TruthPath(name: "rtp_pcmu", yaml: "{transport: rtp, codec: pcmu}", player: 60),
        TruthPath(name: "rtp_pcma", yaml: "{transport: rtp, codec: pcma}", player: 60),
        TruthPath(
            name: "webrtc_opus", yaml: "{transport: webrtc, codec: opus}", player: 60, codec: 6.5),
        TruthPath(
            name: "webrtc_pcmu", yaml: "{transport: webrtc, codec: pcmu}", player: 60, unheard: 2),
        TruthPath(
            name: "ws_openai", yaml: "{transport: websocket, dialect: openai-realtime}", player: 0
        ),
        TruthPath(
            name: "ws_openai_pcmu",
            yaml: "{transport: websocket, dialect: openai-realtime, codec: pcmu}", player: 0
        ),
        TruthPath(
            name: "ws_opus", yaml: "{transport: websocket, dialect: binary, codec: opus}",
            player: 0,
            codec: 6.5
        ),
        TruthPath(
            name: "ws_pcm16", yaml: "{transport: websocket, dialect: binary, codec: pcm16}",
            player: 0
        ),
    ]
}

/// A scenario whose every answer is known.
struct TruthScenario {
    var paths = TruthPath.all
    var callers = 3
    var hearing = "auto"
    var agent = "endpointing: 300ms, think: 120ms, reply: calibration"
    var bargeIn = "{policy: cut, after: 100ms}"
    var dialogue = [
        "{say: opening_hours, expect: response}",
        "{say: hold_on, after: agent_speech_start, delay: {uniform: [600ms, 1200ms]}, "
            + "kind: interrupt, expect: cut}",
    ]

    var yaml: String {
        """
        name: known-truth
        order: together
        hearing: \(hearing)
        control: 0
        agent: {embedded: {\(agent), barge_in: \(bargeIn), pace: 1x, chunk: 20ms}}
        paths:
        \(paths.map { "  \($0.name): \($0.yaml)" }.joined(separator: "\n"))
        load: {callers: \(callers), ramp: 500ms, calls_each: 1}
        dialogue:
        \(dialogue.map { "  - " + $0 }.joined(separator: "\n"))
          - hang_up
        """
    }

    /// A run whose generator kept its own budget, if one of them does.
    ///
    /// On a host that others keep busy all the time, the last is held against the truth with
    /// what it measured of its own lateness.
    func run(attempts: Int = 3) async throws -> LiveRun {
        var last = try await LiveRun(yaml, keepingTruth: true)
        for _ in 1..<attempts where !last.isValid {
            last = try await LiveRun(yaml, keepingTruth: true)
        }
        let status = last.isValid ? 0 : 4
        #expect(Int(last.ending.status) == status, "\(last.ending.status) \(last.ending.errors)")
        for path in paths {
            let calls = try last.calls(path.name)
            #expect(calls.count == callers)
            #expect(calls.allSatisfy { $0.outcome == .completed }, "\(path.name)")
        }
        return last
    }
}

extension LiveRun {
    /// Whether the generator kept its own budget.
    var isValid: Bool { value("generator", "valid") as? Bool == true }

    /// How far this host may have moved a packet of a path, in ms: its own lateness and dwell, the
    /// worst of them where it was over budget.
    func slack(_ path: String) -> Double {
        let lateness = isValid ? "p99" : "max"
        let late = value("paths", path, "generator", "send_lateness_ms", lateness) as? Double ?? 0
        let dwell = value("paths", path, "generator", "rx_dwell_ms", "p99") as? Double ?? 0
        return isValid ? late + dwell : late + 2 * dwell
    }

    /// How much later something was measured in a turn than the agent first noted it, in ms.
    func error(
        _ turn: TurnRecord, _ measured: KeyPath<TurnRecord, RunInstant?>, _ event: String,
        _ path: TruthPath
    ) throws -> Double {
        let call = try #require(try self.path(path.name).calls.first { $0.id == turn.call })
        let notes = try #require(truth[String(call.wireID)], "no truth of call \(call.wireID)")
        let noted = try #require(notes.first { $0.event == event }, "no \(event)").at
        return (try #require(turn[keyPath: measured], "\(path.name): no \(event)") - noted)
            .milliseconds
    }
}

extension LiveRuns {
    @Suite(.serialized) struct KnownTruthLiveTests {
        @Test(arguments: ["auto", "decode"])
        func `packet, onset and stop are where the agent put them`(hearing: String) async throws {
            // Decoding everything is another way to hear Opus, and no other for the rest.
            let paths = TruthPath.all.filter { hearing == "auto" || $0.codec > 0 }
            let run = try await TruthScenario(paths: paths, hearing: hearing).run()

            for path in paths {
                let slack = run.slack(path.name)
                let turns = try run.path(path.name).turns
                #expect(turns.count == 6, "\(path.name)")
                let counted = turns.filter { $0.voidReason == nil }
                let replies = counted.filter { $0.kind == .utterance }
                let cuts = counted.filter { $0.kind == .interrupt }
                #expect(cuts.allSatisfy { $0.outcome == .cut }, "\(path.name)")
                let ear = path.player + path.codec
                let errors = [
                    (
                        "packet", 2.0,
                        try replies.map {
                            try run.error($0, \.firstPacket, "reply_first_packet", path)
                        }
                    ),
                    (
                        "onset", 3.0,
                        try replies.map {
                            try run.error($0, \.heardOnset, "reply_first_audible", path) - ear
                        }
                    ),
                    (
                        "stop", 3.0,
                        try cuts.map {
                            try run.error($0, \.heardStop, "reply_last_audible", path) - ear
                        }
                    ),
                ]
                for (what, bound, off) in errors {
                    try #require(!off.isEmpty, "\(path.name): no \(what) to judge")
                    // The typical one within the bound; none further than a held-up agent explains.
                    let middle = off.sorted()[off.count / 2]
                    #expect(abs(middle) <= bound + slack, "\(path.name): \(what) \(off) ms off")
                    #expect(
                        off.allSatisfy { abs($0) <= 20 + slack },
                        "\(path.name): \(what) \(off) ms off")
                }
            }
        }

        @Test func `cut, duck and ignore are told apart on every transport`() async throws {
            let paths = TruthPath.all.filter {
                ["rtp_opus", "rtp_pcmu", "webrtc_opus", "ws_openai", "ws_opus"].contains($0.name)
            }
            for (policy, outcome) in [("duck", TurnOutcome.ducked), ("ignore", .continued)] {
                let run = try await TruthScenario(
                    paths: paths, bargeIn: "{policy: \(policy), after: 100ms}"
                ).run()

                for path in paths {
                    let interrupts = try run.path(path.name).turns.filter { $0.kind == .interrupt }
                    let told = interrupts.map(\.outcome)
                    #expect(told == [outcome, outcome, outcome], "\(path.name) under \(policy)")
                }
            }
        }

        @Test func `a backchannel shorter than the agent's reaction cuts nothing`() async throws {
            let paths = TruthPath.all.filter {
                ["rtp_opus", "rtp_pcmu", "webrtc_opus", "ws_openai", "ws_opus"].contains($0.name)
            }
            let run = try await TruthScenario(
                paths: paths,
                agent: "endpointing: 300ms, think: 120ms, reply: [reply_long]",
                bargeIn: "{policy: cut, after: 600ms}",
                dialogue: [
                    "{say: yes_please, expect: response}",
                    "{say: mm_hmm, after: agent_speech_start, delay: 800ms, kind: backchannel, "
                        + "expect: continue}",
                ]
            ).run()

            for path in paths {
                let turns = try run.path(path.name).turns.filter { $0.kind == .backchannel }
                #expect(
                    turns.map(\.outcome) == Array(repeating: .continued, count: 3), "\(path.name)")
                #expect(turns.allSatisfy { $0.heardStop == nil }, "\(path.name)")
                let hits = run.value("paths", path.name, "rates", "false_interrupt", "hits") as? Int
                #expect(hits == 0, "\(path.name)")
            }
        }

        @Test func `the first packet comes when endpointing and thinking say, for five clips`()
            async throws
        {
            let clips = ["opening_hours", "hold_on", "thanks", "side_talk", "yes_please"]
            let run = try await TruthScenario(
                callers: 2,
                agent: "endpointing: 200ms, think: 60ms, reply: [mm_hmm]",
                dialogue: clips.map { "{say: \($0), expect: response}" }
            ).run(attempts: 2)

            for path in TruthPath.all {
                let turns = try run.path(path.name).turns.filter { $0.voidReason == nil }
                #expect(turns.count == 10, "\(path.name)")
                for turn in turns {
                    let first = try #require(turn.firstPacket, "\(path.name) \(turn.clip)")
                    let latency = (first - turn.scheduledEnd).milliseconds
                    #expect(
                        latency >= 260 - path.unheard,
                        "\(path.name) \(turn.clip): \(latency) ms")
                    #expect(
                        latency <= 260 + 2 * 20 + 2 + run.slack(path.name),
                        "\(path.name) \(turn.clip): \(latency) ms"
                    )
                }
            }
        }
    }
}

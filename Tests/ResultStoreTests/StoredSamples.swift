import Analysis
import Audio
import Foundation
import Planning
import Timeline

@testable import ResultStore

/// A folder of its own for each test, removed when the test is over.
final class TemporaryFolder {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory
            .appendingPathComponent(
                "talkover-store-\(ProcessInfo.processInfo.globallyUniqueString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { "\(path)/\(name)" }
}

func at(_ milliseconds: Double) -> RunInstant {
    RunInstant.zero + Nanoseconds(milliseconds: milliseconds)
}

/// A run of two paths drawn from a seed: answered, missed, cut, ignored, voided and lost turns.
struct StoredSample {
    let facts: RunFacts
    let scenario: Scenario
    let paths: [PathMaterial]

    init(
        id: String = "20260102-aaaa", seed: UInt64 = 1, tags: [String: String] = [:],
        calls: Int = 40, mode: RunMode = .live
    ) {
        facts = RunFacts(
            id: id, mode: mode, scenario: "sample", seed: seed, startedAt: "2026-01-02T03:04:05Z",
            durationSeconds: 12.5, version: "0.1.0", gitRevision: "abc1234",
            host: HostFacts(cores: 2, kernel: "6.1.0"), tags: tags,
            originMonotonicNs: 81_520_000_000_123
        )
        scenario = Scenario(
            name: "sample",
            seed: seed,
            paths: [
                PathConfiguration(
                    name: "websocket", transport: .websocket, dialect: .binary, codec: .opus,
                    player: .playback(flushesOnEvent: true),
                    headers: [Header(name: "X-Team", value: "secret")]
                ),
                PathConfiguration(
                    name: "rtp", transport: .rtp, codec: .pcmu,
                    player: .jitterBuffer(.milliseconds(60))
                ),
                PathConfiguration(
                    name: "webrtc", transport: .webrtc, codec: .opus,
                    player: .jitterBuffer(.milliseconds(60)), signalling: .jsonOffer,
                    events: .openAIRealtime,
                    iceServers: [
                        ICEServer(
                            urls: [ICEServerURL(scheme: .turn, host: "turn.example.com")],
                            username: .text("secret"), credentialVariable: "TURN_PASSWORD")
                    ]
                ),
                PathConfiguration(
                    name: "hybrid", transport: .hybrid, codec: .opus,
                    player: .adaptiveJitterBuffer,
                    upstream: UpstreamConfiguration(
                        dialect: .openAIRealtime, codec: .pcm16,
                        headers: [Header(name: "X-Team", value: "secret")])
                ),
            ],
            load: .closed(callers: calls, ramp: .zero, repeating: .calls(1)),
            dialogue: [],
            objectives: [
                Objective(
                    metric: "first_audio", aggregate: .quantile(0.95), comparison: .less,
                    limit: 1_500, expression: "p(95)<1500ms"
                ),
                Objective(
                    metric: "response_rate", aggregate: .rate, comparison: .greater, limit: 0.5,
                    expression: "rate>0.5"
                ),
            ],
            turnTimeout: .seconds(3),
            source: "name: sample\nseed: \(seed)\n"
        )
        var generator = SeededGenerator(seed: seed, stream: "stored")
        paths = scenario.paths.enumerated().map { index, path in
            Self.path(index, path, calls: calls, &generator)
        }
    }

    func material(state: RunState = .finished) -> RunMaterial {
        RunMaterial(run: facts, state: state, scenario: scenario, paths: paths)
    }

    /// Writes everything and closes the run.
    @discardableResult
    func write(to store: ResultStore, finishing: Bool = true) throws -> RunSummary {
        let writer = try store.begin(facts, scenario: scenario, paths: paths)
        for path in paths {
            // Turns come second by second, before their calls have ended.
            let half = path.turns.count / 2
            try writer.append(
                path: path.index, calls: [], turns: Array(path.turns[..<half]),
                seconds: Array(path.seconds.prefix(3))
            )
            try writer.append(
                path: path.index, calls: path.calls, turns: Array(path.turns[half...]),
                seconds: Array(path.seconds.dropFirst(3))
            )
        }
        let summary = Summarizer.summarize(material())
        if finishing { try writer.finish(material(), summary: summary) }
        return summary
    }

    private static func path(
        _ index: Int, _ configuration: PathConfiguration, calls: Int,
        _ generator: inout SeededGenerator
    ) -> PathMaterial {
        var path = PathMaterial(
            index: index, name: configuration.name, transport: configuration.transport.rawValue,
            hearing: "decode"
        )
        for number in 0..<calls {
            let id = CallID(path: index, number: number)
            path.calls.append(call(id, &generator))
            for turn in 0..<4 { path.turns.append(self.turn(id, turn, &generator)) }
            guard configuration.transport.carriesPackets else { continue }
            addPeer(to: &path.calls[path.calls.count - 1], &generator)
            guard configuration.transport == .hybrid else { continue }
            for turn in path.turns.count - 4..<path.turns.count {
                addGateway(to: &path.turns[turn], &generator)
            }
        }
        path.seconds = (0..<10).map { second in
            var record = SecondRecord(path: index, second: second)
            record.callers = second
            record.framesScheduled = 50 * second
            record.framesOnTime = 49 * second
            // One second of the ten is void.
            record.tickLateness = second == 7 ? .milliseconds(60) : .microseconds(Int64(second))
            return record
        }
        for metric in FrameMetric.allCases {
            var tally = FrameTally()
            for _ in 0..<300 { tally.record(Nanoseconds(Int64(generator.unit() * 1e8))) }
            path.frames[metric] = tally
        }
        path.usage = GeneratorUsage(
            cpu: .milliseconds(123), wall: .seconds(10), rssBytes: 12_345_678,
            droppedObservations: 0
        )
        return path
    }

    private static func call(_ id: CallID, _ generator: inout SeededGenerator) -> CallRecord {
        var call = CallRecord(id: id, wireID: id.wireID(nonce: 255), planned: at(Double(id.number)))
        call.isControl = generator.unit() < 0.1
        call.started = at(Double(id.number) + 0.123456)
        call.outcome =
            generator.unit() < 0.1 ? .failed : generator.unit() < 0.1 ? .interrupted : .completed
        call.reason = call.outcome == .failed ? "closed" : nil
        call.ended = at(9_000 + generator.unit() * 900)
        if generator.unit() < 0.95 { call.connected = at(Double(id.number) + 12.25) }
        call.setup.dns = Nanoseconds(Int64(generator.unit() * 1e6))
        call.setup.tcp = Nanoseconds(Int64(generator.unit() * 1e6))
        call.greeting = generator.unit() < 0.5 ? .milliseconds(321) : nil
        call.media.framesSent = Int(generator.next() % 900)
        call.media.framesReceived = Int(generator.next() % 900)
        call.media.packetsExpected = 900
        call.media.packetsLost = Int(generator.next() % 20) - 2
        call.media.packetsDuplicated = 1
        call.media.packetsReordered = 2
        call.media.packetsLate = 3
        call.media.packetsRefused = 4
        call.media.framesPlayed = 880
        call.media.framesConcealed = Int(generator.next() % 20)
        call.media.burstRatio = 1 + generator.unit()
        call.media.jitter = Nanoseconds(Int64(generator.unit() * 1e7))
        call.media.roundTrip =
            generator.unit() < 0.8 ? Nanoseconds(Int64(generator.unit() * 1e8)) : nil
        call.media.mouthToEar = .milliseconds(140)
        call.media.overlap = Nanoseconds(Int64(generator.unit() * 1e9))
        call.media.underrun = Nanoseconds(Int64(generator.unit() * 1e8))
        call.media.underruns = 5
        return call
    }

    private static func addPeer(to call: inout CallRecord, _ generator: inout SeededGenerator) {
        call.detail = call.outcome == .failed ? "no answer to 7 checks from 10.0.0.1" : nil
        call.setup.signalling = Nanoseconds(Int64(generator.unit() * 1e7))
        call.setup.ice = Nanoseconds(Int64(generator.unit() * 1e7))
        call.setup.dtls = generator.unit() < 0.9 ? Nanoseconds(Int64(generator.unit() * 1e7)) : nil
        guard generator.unit() < 0.9 else { return }
        call.media.remotePacketsLost = Int(generator.next() % 20) - 2
        call.media.remotePacketsExpected = 890
        call.media.localCandidate = CandidateKind.allCases[Int(generator.next() % 4)]
        call.media.remoteCandidate = .host
    }

    private static func addGateway(to turn: inout TurnRecord, _ generator: inout SeededGenerator) {
        guard generator.unit() < 0.95 else { return }
        let start = turn.kind == .utterance ? turn.scheduledEnd : turn.scheduledOnset
        turn.gatewayForwarded = start + Nanoseconds(Int64(generator.unit() * 4e7))
        turn.gatewayReceived = start + Nanoseconds(40_000_000 + Int64(generator.unit() * 4e8))
    }

    private static func turn(
        _ call: CallID, _ number: Int, _ generator: inout SeededGenerator
    ) -> TurnRecord {
        let onset = Double(number) * 2_000 + generator.unit() * 500
        let kinds: [SpeechKind] = [.utterance, .interrupt, .utterance, .backchannel]
        let kind = kinds[number]
        var turn = TurnRecord(
            call: call, number: number, kind: kind, expect: kind == .utterance ? .response : .cut,
            clip: "clip '\(number)'", scheduledOnset: at(onset), scheduledEnd: at(onset + 700),
            patience: .seconds(3)
        )
        turn.isCold = number == 0
        turn.hasPause = number == 2
        turn.isControl = kind != .utterance && generator.unit() < 0.1
        turn.actualOnset = at(onset + generator.unit())
        turn.roundTrip = generator.unit() < 0.5 ? Nanoseconds(Int64(generator.unit() * 1e8)) : nil
        if kind == .utterance {
            let answer = onset + 700 + generator.unit() * 1_200
            let isAnswered = generator.unit() < 0.8
            turn.outcome =
                isAnswered ? .answered : generator.unit() < 0.5 ? .unanswered : .abandoned
            if turn.outcome == .abandoned { turn.voidReason = .callEnded }
            if isAnswered {
                turn.firstPacket = at(answer - 60)
                turn.firstAudible = at(answer - 20)
                turn.heardOnset = at(answer)
            }
            turn.pauseTakenOver = generator.unit() < 0.2
            turn.agentInterrupted = generator.unit() < 0.1
        } else {
            turn.agentAudibleAtOnset = generator.unit() < 0.9
            turn.bufferedAtOnset = Nanoseconds(Int64(generator.unit() * 3e9))
            turn.outcome = .continued
            if generator.unit() < 0.8 {
                turn.heardStop = at(onset + generator.unit() * 2_300)
                turn.wireStop = at(onset + generator.unit() * 500 - 400)
                turn.signal = at(onset + 150)
                turn.staleAudio = Nanoseconds(Int64(generator.unit() * 1e8))
                turn.heardAgain = at(onset + 2_500)
                turn.duckedAt = generator.unit() < 0.1 ? at(onset + 90) : nil
                turn.outcome = .cut
            }
        }
        return turn
    }
}

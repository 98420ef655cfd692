import Audio
import Planning
import Timeline

@testable import Analysis

/// Milliseconds on the run's clock.
func at(_ milliseconds: Double) -> RunInstant {
    RunInstant.zero + Nanoseconds(milliseconds: milliseconds)
}

func ms(_ milliseconds: Double) -> Nanoseconds { Nanoseconds(milliseconds: milliseconds) }

extension TurnRecord {
    /// A second of speech from `onset` that wants a reply; answered after `gap` ms, where given.
    static func utterance(
        call: Int = 0, number: Int = 0, onset: Double = 1_000, answeredAfter gap: Double? = nil
    ) -> TurnRecord {
        var turn = TurnRecord(
            call: CallID(path: 0, number: call), number: number, kind: .utterance,
            expect: .response,
            clip: "opening_hours", scheduledOnset: at(onset), scheduledEnd: at(onset + 1_000),
            patience: .seconds(10)
        )
        guard let gap else { return turn }
        turn.firstPacket = at(onset + 1_000 + gap - 40)
        turn.firstAudible = at(onset + 1_000 + gap - 10)
        turn.heardOnset = at(onset + 1_000 + gap)
        turn.outcome = .answered
        return turn
    }

    /// Half a second of something said into the agent's speech; it stops after `stop` ms, where
    /// given.
    static func interjection(
        _ kind: SpeechKind = .interrupt, call: Int = 0, number: Int = 1, onset: Double = 5_000,
        stopAfter stop: Double? = nil
    ) -> TurnRecord {
        var turn = TurnRecord(
            call: CallID(path: 0, number: call), number: number, kind: kind, expect: .cut,
            clip: "hold_on", scheduledOnset: at(onset), scheduledEnd: at(onset + 500),
            patience: .seconds(10)
        )
        turn.agentAudibleAtOnset = true
        turn.outcome = .continued
        guard let stop else { return turn }
        turn.heardStop = at(onset + stop)
        turn.outcome = .cut
        return turn
    }
}

extension CallRecord {
    /// A completed call of ten seconds, begun at `start` ms.
    static func completed(_ number: Int, start: Double = 0) -> CallRecord {
        var call = CallRecord(
            id: CallID(path: 0, number: number), wireID: UInt32(number), planned: at(start)
        )
        call.started = at(start)
        call.connected = at(start + 20)
        call.ended = at(start + 10_020)
        call.outcome = .completed
        return call
    }

    static func failed(_ number: Int, reason: String) -> CallRecord {
        var call = CallRecord(
            id: CallID(path: 0, number: number), wireID: UInt32(number), planned: at(0)
        )
        call.started = at(0)
        call.ended = at(100)
        call.outcome = .failed
        call.reason = reason
        return call
    }
}

extension TurnRecord {
    func sample(_ metric: TurnMetric, in call: CallRecord? = .completed(0)) -> Sample? {
        metric.sample(TurnInContext(self, in: call))
    }
}

extension PathMaterial {
    static func path(_ name: String = "rtp", index: Int = 0) -> PathMaterial {
        PathMaterial(index: index, name: name, transport: name, hearing: "decode")
    }
}

extension SecondRecord {
    static func second(
        _ second: Int, callers: Int = 1, late: Double = 0, scheduled: Int = 50, onTime: Int = 50
    ) -> SecondRecord {
        var record = SecondRecord(path: 0, second: second)
        record.callers = callers
        record.tickLateness = ms(late)
        record.framesScheduled = scheduled
        record.framesOnTime = onTime
        return record
    }
}

extension Scenario {
    static func sample(
        objectives: [Objective] = [], order: PathOrder = .sequential, codec: CodecName = .pcmu
    ) -> Scenario {
        Scenario(
            name: "sample",
            paths: [
                PathConfiguration(
                    name: "rtp", transport: .rtp, codec: codec,
                    player: .jitterBuffer(.milliseconds(60))
                ),
                PathConfiguration(
                    name: "websocket", transport: .websocket, dialect: .binary, codec: codec,
                    player: .playback(flushesOnEvent: true)
                ),
            ],
            order: order,
            load: .closed(callers: 1, ramp: .zero, repeating: .calls(1)),
            dialogue: [],
            objectives: objectives,
            source: "name: sample"
        )
    }
}

extension RunFacts {
    static func sample(_ id: String = "r1", mode: RunMode = .live) -> RunFacts {
        RunFacts(
            id: id, mode: mode, scenario: "sample", seed: 42, startedAt: "2026-01-02T03:04:05Z",
            durationSeconds: 12.5, version: "0.1.0", gitRevision: nil,
            host: HostFacts(cores: 2, kernel: "6.1"), tags: [:]
        )
    }
}

extension RunMaterial {
    static func sample(
        _ paths: [PathMaterial], mode: RunMode = .live, state: RunState = .finished,
        scenario: Scenario = .sample()
    ) -> RunMaterial {
        RunMaterial(run: .sample(mode: mode), state: state, scenario: scenario, paths: paths)
    }
}

import Analysis
import Timeline

/// One path of a made-up run: two turns a call, latencies from a seed.
struct SamplePath {
    var name: String
    var transport: String
    /// Centre of `first_audio`, ms.
    var firstAudio: Double
    /// Centre of `barge_in_cut`, ms.
    var cut: Double
    var calls = 200
    /// Share of turns that get no reply.
    var unanswered = 0.0
    var failures: [String: Int] = [:]
    /// What calls that failed for a reason say of it.
    var details: [String: String] = [:]
    var latenessScale = 1.0

    init(_ name: String, _ transport: String, firstAudio: Double, cut: Double) {
        self.name = name
        self.transport = transport
        self.firstAudio = firstAudio
        self.cut = cut
    }

    func material(index: Int) -> PathMaterial {
        var chance = SeededGenerator(seed: 7, stream: "sample", number: UInt64(index))
        let hearing = transport == "websocket" ? "decode" : "level+decode"
        var path = PathMaterial(index: index, name: name, transport: transport, hearing: hearing)
        let origin = RunInstant(nanoseconds: Int64(index) * 34_000_000_000)
        var reasons = failures.sorted { $0.key < $1.key }.flatMap {
            [String](repeating: $0.key, count: $0.value)
        }
        for number in 0..<calls {
            let start = origin + .milliseconds(Int64(number) * 5_000 / Int64(calls))
            let id = CallID(path: index, number: number)
            if let reason = reasons.popLast() {
                path.calls.append(failed(id, at: start, reason))
                continue
            }
            path.calls.append(call(id, at: start, &chance))
            path.turns += turns(of: path.calls[path.calls.count - 1], &chance)
        }
        path.seconds = seconds(index: index, from: origin)
        guard path.calls.contains(where: { $0.connected != nil }) else { return path }
        var lateness = FrameTally()
        var dwell = FrameTally()
        var variation = FrameTally()
        for _ in 0..<5_000 {
            lateness.record(spread(0.2 * latenessScale, 0.12 * latenessScale, &chance))
            dwell.record(spread(0.05, 0.08, &chance))
            variation.record(spread(0.18, 0.06, &chance))
        }
        path.frames = [.sendLateness: lateness, .rxDwell: dwell, .ipdv: variation]
        path.usage = GeneratorUsage(
            cpu: .milliseconds(transport == "websocket" ? 4_630 : 2_870), wall: .seconds(31),
            rssBytes: 84_200_000, droppedObservations: 0
        )
        return path
    }

    private func failed(_ id: CallID, at start: RunInstant, _ reason: String) -> CallRecord {
        var call = CallRecord(id: id, wireID: UInt32(id.number), planned: start)
        call.started = start
        call.ended = start + .milliseconds(40)
        call.reason = reason
        call.detail = details[reason]
        call.media.packetsRefused = details.isEmpty ? 0 : 4
        return call
    }

    private func call(
        _ id: CallID, at start: RunInstant, _ chance: inout SeededGenerator
    ) -> CallRecord {
        var call = CallRecord(id: id, wireID: UInt32(id.number), planned: start)
        call.isControl = id.number % 10 == 3
        call.started = start
        call.connected = start + spread(transport == "websocket" ? 2.4 : 0.4, 0.3, &chance)
        call.ended = start + .seconds(24)
        call.outcome = .completed
        call.media.framesSent = 1_200
        call.media.framesReceived = 900
        call.media.framesPlayed = 900
        call.media.roundTrip = spread(0.3, 0.05, &chance)
        if transport != "websocket" {
            call.media.packetsExpected = 900
            call.media.jitter = spread(0.4, 0.08, &chance)
            call.media.mouthToEar = spread(92, 2, &chance)
        }
        setUp(&call)
        return call
    }

    /// What the transport does before media can flow, and what its peer says of the media.
    private func setUp(_ call: inout CallRecord) {
        var chance = SeededGenerator(seed: 7, stream: "setup", number: UInt64(call.id.number))
        switch transport {
        case "websocket":
            call.setup.tcp = spread(0.3, 0.05, &chance)
            call.setup.upgrade = spread(1.9, 0.2, &chance)
        case "webrtc", "hybrid":
            call.setup.tcp = spread(0.3, 0.05, &chance)
            call.setup.signalling = spread(3.1, 0.5, &chance)
            call.setup.ice = spread(4.2, 0.8, &chance)
            call.setup.dtls = spread(11.6, 2, &chance)
            let phases = [call.setup.signalling, call.setup.ice, call.setup.dtls]
            call.connected = phases.compactMap { $0 }.reduce(call.connected ?? call.planned, +)
        default:
            break
        }
        guard transport != "websocket" else { return }
        call.media.remotePacketsExpected = 1_180
        call.media.remotePacketsLost = chance.unit() < 0.2 ? 3 : 0
    }

    /// What a hybrid's gateway saw of a turn that ended well.
    private func passGateway(
        _ turn: inout TurnRecord, from start: RunInstant, to end: RunInstant?
    ) {
        guard transport == "hybrid", let end else { return }
        var chance = SeededGenerator(seed: 7, stream: "gateway", number: UInt64(turn.call.number))
        turn.gatewayForwarded = start + spread(21, 3, &chance)
        turn.gatewayReceived = end - spread(64, 5, &chance)
    }

    private func turns(of call: CallRecord, _ chance: inout SeededGenerator) -> [TurnRecord] {
        let onset = (call.connected ?? call.planned) + .milliseconds(400)
        let end = onset + .milliseconds(2_310)
        var question = TurnRecord(
            call: call.id, number: 0, kind: .utterance, expect: .response, clip: "opening_hours",
            scheduledOnset: onset, scheduledEnd: end, patience: .seconds(10)
        )
        if chance.unit() >= unanswered {
            let heard = end + spread(firstAudio, 38, &chance)
            question.heardOnset = heard
            question.firstAudible = heard - .milliseconds(43)
            question.firstPacket = heard - spread(62, 4, &chance)
            question.outcome = .answered
            passGateway(&question, from: end, to: heard)
        }
        let interjection = end + .milliseconds(2_000 + Int64(chance.unit() * 16_000))
        var interrupt = TurnRecord(
            call: call.id, number: 1, kind: .interrupt, expect: .cut, clip: "hold_on",
            scheduledOnset: interjection, scheduledEnd: interjection + .milliseconds(620),
            patience: .seconds(10)
        )
        interrupt.isControl = call.isControl
        interrupt.agentAudibleAtOnset = call.id.number % 97 != 5
        if interrupt.isControl {
            interrupt.outcome = .continued
        } else if interrupt.agentAudibleAtOnset, chance.unit() >= unanswered / 3 {
            interrupt.heardStop = interjection + spread(cut, 24, &chance)
            interrupt.wireStop = interrupt.heardStop.map { $0 - .milliseconds(4) }
            if transport == "websocket" {
                interrupt.signal = interjection + spread(131, 9, &chance)
            }
            interrupt.outcome = .cut
            passGateway(&interrupt, from: interjection, to: interrupt.heardStop)
        }
        return [question, interrupt]
    }

    private func seconds(index: Int, from origin: RunInstant) -> [SecondRecord] {
        let first = Int(origin.nanoseconds / 1_000_000_000)
        let connected = max(0, calls - failures.values.reduce(0, +))
        guard connected > 0 else { return [] }
        return (0..<29).map { second in
            var record = SecondRecord(path: index, second: first + second)
            let share =
                second < 5 ? Double(second + 1) / 5 : second > 23 ? Double(29 - second) / 6 : 1
            record.callers = Int(share * Double(connected))
            record.framesScheduled = 50 * record.callers
            record.framesOnTime =
                latenessScale > 10 ? record.framesScheduled * 96 / 100 : record.framesScheduled
            if transport == "rtp", second == 12 { record.tickLateness = .milliseconds(71) }
            return record
        }
    }

    /// A bell with a long right tail, never negative.
    private func spread(
        _ centre: Double, _ width: Double, _ chance: inout SeededGenerator
    ) -> Nanoseconds {
        let bell = centre + width * chance.standardNormal()
        let tail = chance.unit() < 0.08 ? width * 5 * chance.unit() : 0
        return Nanoseconds(milliseconds: max(0, bell + tail))
    }
}

import Audio
import Dialects
import Planning
import RTPCore
import Timeline

@testable import Callers

/// A call with its agent's side moved by hand: what the agent sends is queued with its arrival.
final class CallRig {
    struct Sent {
        var at: RunInstant
        var form: MessageForm
        var bytes: [UInt8]
    }

    private struct Incoming {
        var at: RunInstant
        var form: MessageForm?  // nil on RTP
        var bytes: [UInt8]
    }

    let session: CallSession
    let voice: PathVoice
    let room = ListeningRoom()
    private(set) var sent: [Sent] = []
    private(set) var turns: [TurnRecord] = []
    private(set) var record: CallRecord?
    private(set) var hangUps: [RunInstant] = []
    var agent: AgentDialect
    var lateness = Nanoseconds.zero
    private var incoming: [Incoming] = []
    private var buffer = WireBuffer()
    private var slot = RunInstant.zero

    /// - Parameter steps: of clip 0, a tone of 600 ms that begins 100 ms into it.
    init(
        _ path: PathConfiguration, _ steps: [Script.Step], hearing: Hearing = .auto,
        interrupts: Bool = true, turnTimeout: Nanoseconds = .seconds(10), number: Int = 3
    ) throws {
        let scenario = Scenario(
            name: "test", paths: [path],
            load: .closed(callers: 1, ramp: .zero, repeating: .calls(1)),
            dialogue: [], turnTimeout: turnTimeout, hearing: hearing
        )
        let tone = CalibrationTone.pcm(duration: .ms(600)).samples
        let silence = [Int16](repeating: 0, count: 4_800)
        let clip = Clip(
            name: "clip_0", transcript: "",
            pcm: PCM(sampleRate: 48_000, samples: silence + tone + silence),
            voiced: [VoicedSpan(first: 4_800, last: 33_599)]
        )
        let plan = PathPlan(
            configuration: path, interval: path.interval,
            speech: [
                "clip_0": try EncodedClip(clip: clip, codec: path.codec, interval: path.interval)
            ],
            silence: try .silence(codec: path.codec, interval: path.interval)
        )
        voice = PathVoice(path: plan)
        let id = CallID(path: 0, number: number)
        session = CallSession(
            id: id, wireID: id.wireID(nonce: 5), planned: .zero,
            script: Script(steps: steps, isControl: false),
            settings: CallSettings(
                scenario: scenario, path: plan, clockOrigin: NTPTimestamp(unixNanoseconds: 0)
            ),
            voice: voice, room: room
        )
        let kind: DialectKind = path.dialect == .binary ? .binary : .openAIRealtime
        agent = AgentDialect(
            kind: kind,
            announcing: .init(session: "7", interruptsReplies: interrupts, endpointing: .ms(300))
        )
        session.started(at: .zero)
        session.connected(at: .zero, firstSlot: .zero + path.interval, setup: SetupTimes())
        drain(at: .zero)
    }

    // MARK: The agent's side

    func deliver(_ event: AgentEvent, at arrived: Double) {
        var message = WireBuffer()
        guard let form = agent.encode(event, into: &message) else { return }
        deliver(Array(message.bytes), form, at: arrived)
    }

    func deliver(audio: [UInt8], level: UInt8 = 20, reply: UInt64, at arrived: Double) {
        var message = WireBuffer()
        let form = audio.withUnsafeBytes {
            agent.encode(audio: $0, level: level, reply: reply, into: &message)
        }
        deliver(Array(message.bytes), form, at: arrived)
    }

    func deliver(_ bytes: [UInt8], _ form: MessageForm? = nil, at arrived: Double) {
        let message = Incoming(at: .ms(arrived), form: form, bytes: bytes)
        let place = incoming.firstIndex { $0.at > message.at } ?? incoming.count
        incoming.insert(message, at: place)
    }

    /// The calibration tone in PCM16, in messages of 100 ms from `start` on.
    func deliverTone(seconds: Double, reply: UInt64, from start: Double, every gap: Double = 25) {
        deliver(.replyStarted(reply), at: start)
        let samples = CalibrationTone.pcm().resampled(to: 24_000).samples
        for message in 0..<Int((seconds * 10).rounded()) {
            let part = samples[(message % 70 * 2_400)..<((message % 70 + 1) * 2_400)]
            let bytes = part.flatMap {
                [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)]
            }
            deliver(audio: bytes, reply: reply, at: start + Double(message) * gap)
        }
    }

    // MARK: The runner's side

    func run(until end: Double) {
        while slot + session.interval <= .ms(end), hangUps.isEmpty {
            slot += session.interval
            while let message = incoming.first, message.at <= slot {
                incoming.removeFirst()
                message.bytes.withUnsafeBytes { bytes in
                    if let form = message.form {
                        session.receive(form, message: bytes, arrived: message.at)
                    } else {
                        session.receive(datagram: bytes, arrived: message.at)
                    }
                }
                drain(at: message.at)
            }
            session.slot(scheduled: slot, now: slot + lateness)
            drain(at: slot)
        }
    }

    func interrupt() {
        session.interrupt(at: slot)
        drain(at: slot)
    }

    func fail(_ failure: CallFailure) {
        session.failed(failure, at: slot)
        drain(at: slot)
    }

    private func drain(at now: RunInstant) {
        while let output = session.poll(into: &buffer) {
            switch output {
            case .transmit(let form):
                sent.append(Sent(at: now, form: form, bytes: Array(buffer.bytes)))
            case .observe(.turn(let turn)): turns.append(turn)
            case .observe(.call(let call)): record = call
            case .observe: break
            case .hangUp: hangUps.append(now)
            }
        }
    }

    // MARK: What was sent

    /// WebSocket messages as the agent understands them, audio left out.
    func messages() throws -> [CallerMessage] {
        var reader = agent
        var audio: [UInt8] = []
        return try sent.map { message in
            try message.bytes.withUnsafeBytes { try reader.decode(message.form, $0, audio: &audio) }
        }
    }

    /// Media packets and when they left, in order.
    func packets() throws -> [(
        at: RunInstant, header: RTPHeader, level: RTPCore.AudioLevel?, payload: [UInt8]
    )] {
        try sent.filter { $0.bytes.withUnsafeBytes { RTPDemux.kind($0) } == .rtp }.map { datagram in
            try datagram.bytes.withUnsafeBytes { bytes in
                let packet = try RTPPacket.parse(bytes)
                return (
                    datagram.at, packet.header, packet.level(id: 1, in: bytes),
                    Array(bytes[packet.payload])
                )
            }
        }
    }
}

extension PathConfiguration {
    static func webSocket(
        _ dialect: DialectName, _ codec: CodecName = .pcm16, flushes: Bool = true,
        chunk: Double = 20
    ) -> PathConfiguration {
        PathConfiguration(
            name: "websocket", transport: .websocket, dialect: dialect, codec: codec,
            chunk: .ms(chunk),
            player: .playback(flushesOnEvent: flushes)
        )
    }

    static func rtp(_ codec: CodecName, ptime: Double = 20, dtx: Bool = false) -> PathConfiguration
    {
        PathConfiguration(
            name: "rtp", transport: .rtp, codec: codec, ptime: .ms(ptime), dtx: dtx,
            player: .jitterBuffer(.ms(60))
        )
    }
}

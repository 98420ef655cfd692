import Audio
import Dialects
import Gateway
import RTPCore
import Timeline

/// A gateway's call in virtual time, with a caller on one side and an agent on the other.
final class Rig {
    /// A packet that the caller got.
    struct Packet {
        let at: RunInstant
        let header: RTPHeader
        let octet: UInt8?
        let payload: [UInt8]

        var level: UInt8? { octet.map { $0 & 0x7F } }
        var isAudible: Bool { (level ?? 127) < 50 }
    }

    /// A message that the agent got.
    struct Message {
        let at: RunInstant
        let message: CallerMessage
        let audio: [UInt8]
        let bytes: [UInt8]

        var text: String { String(decoding: bytes, as: UTF8.self) }
        var isAudio: Bool { !audio.isEmpty }
    }

    let session: GatewaySession
    let edge: GatewayEdge
    var now: RunInstant
    var agent: AgentDialect
    /// The caller's stream.
    var sender: RTPSender

    private(set) var packets: [Packet] = []
    private(set) var reports: [(at: RunInstant, bytes: [UInt8])] = []
    private(set) var messages: [Message] = []
    private(set) var events: [(at: RunInstant, text: String)] = []
    private(set) var notes: [GatewayEvent] = []
    private(set) var end: GatewayEnd?
    /// Messages of the gateway that the agent did not understand.
    private(set) var misunderstood = 0
    private var buffer = WireBuffer()

    static let start = RunInstant(nanoseconds: 5_000_000_000)
    static let ptime = Nanoseconds.milliseconds(20)

    init(
        edge codec: CodecName = .opus, upstream: CodecName = .pcm16,
        kind: DialectKind = .openAIRealtime, ptime: Nanoseconds = Rig.ptime,
        interval: Nanoseconds? = nil, levelID: UInt8? = 1, hasEvents: Bool = false,
        limits: GatewayLimits = GatewayLimits(), seed: UInt64 = 7, isOpen: Bool = true,
        interrupts: Bool = true
    ) throws {
        edge = GatewayEdge(
            codec: codec, ptime: ptime, payloadType: 111, levelID: levelID, ssrc: 99,
            hasEvents: hasEvents)
        now = Self.start
        var generator = SeededGenerator(seed: seed, stream: "caller")
        sender = RTPSender(
            ssrc: 1, payloadType: 111, clockRate: codec.sampleRate, frame: ptime,
            generator: &generator)
        agent = AgentDialect(
            kind: kind,
            announcing: .init(
                session: "c", interruptsReplies: interrupts, endpointing: .milliseconds(300)))
        session = try GatewaySession(
            call: "c", edge: edge,
            upstream: GatewayUpstream(kind: kind, codec: upstream, interval: interval ?? ptime),
            limits: limits, generator: SeededGenerator(seed: seed, stream: "gateway"), at: now)
        drain()
        if isOpen { open() }
    }

    // MARK: Time

    func run(until instant: RunInstant) {
        while let wake = session.wake, wake <= instant {
            now = max(now, wake)
            session.tick(at: wake, now: now)
            drain()
        }
        now = max(now, instant)
    }

    func run(for span: Nanoseconds) { run(until: now + span) }

    // MARK: The caller

    func datagram(
        _ payload: [UInt8], octet: UInt8? = nil, type: UInt8 = 111
    ) -> [UInt8] {
        var out = WireBuffer()
        if type == 111 {
            payload.withUnsafeBytes {
                sender.writePacket(
                    payload: $0, level: octet.map { RTPCore.AudioLevel(wireByte: $0) },
                    marker: false, at: now, into: &out)
            }
            return Array(out.bytes)
        }
        RTPHeader(
            marker: false, payloadType: type, sequence: sender.sequence,
            timestamp: sender.timestamp, ssrc: 1
        ).write(into: &out)
        return Array(out.bytes) + payload
    }

    func receive(_ datagram: [UInt8]) {
        datagram.withUnsafeBytes { session.receive(datagram: $0, arrived: now, now: now) }
        drain()
    }

    func say(_ payload: [UInt8], octet: UInt8? = nil) { receive(datagram(payload, octet: octet)) }

    /// Sends frames on a grid of `ptime`, and lets the time after the last one pass.
    func say(_ frames: [[UInt8]], octet: UInt8? = nil) {
        for frame in frames {
            say(frame, octet: octet)
            run(for: edge.ptime)
        }
    }

    func send(event text: String) {
        Array(text.utf8).withUnsafeBytes { session.receiveEdge(event: $0, now: now) }
        drain()
    }

    // MARK: The agent

    func open() {
        session.upstreamOpened(at: now)
        drain()
        agentSays(.created)
        agentSays(.configured)
    }

    func agentSays(_ event: AgentEvent) {
        var out = WireBuffer()
        guard let form = agent.encode(event, into: &out) else { return }
        deliver(form, Array(out.bytes))
    }

    func agentSends(_ audio: [UInt8], reply: UInt64 = 1, level: UInt8 = 20) {
        var out = WireBuffer()
        let form = audio.withUnsafeBytes {
            agent.encode(audio: $0, level: level, reply: reply, into: &out)
        }
        deliver(form, Array(out.bytes))
    }

    func deliver(_ form: MessageForm, _ bytes: [UInt8]) {
        bytes.withUnsafeBytes {
            session.upstreamReceived(form, message: $0, arrived: now, now: now)
        }
        drain()
    }

    // MARK: What came of it

    func drain() {
        while let output = session.poll(into: &buffer) {
            let bytes = Array(buffer.bytes)
            switch output {
            case .edge: take(datagram: bytes)
            case .edgeEvent: events.append((now, String(decoding: bytes, as: UTF8.self)))
            case .upstream(let form): take(form, bytes)
            case .note(let event): notes.append(event)
            case .close(let reason): end = reason
            }
        }
    }

    private func take(datagram bytes: [UInt8]) {
        bytes.withUnsafeBytes { raw in
            guard RTPDemux.kind(raw) == .rtp, let packet = try? RTPPacket.parse(raw) else {
                reports.append((now, bytes))
                return
            }
            packets.append(
                Packet(
                    at: now, header: packet.header,
                    octet: packet.level(id: edge.levelID ?? 1, in: raw)?.wireByte,
                    payload: Array(raw[packet.payload])))
        }
    }

    private func take(_ form: MessageForm, _ bytes: [UInt8]) {
        var audio: [UInt8] = []
        do {
            let message = try bytes.withUnsafeBytes { try agent.decode(form, $0, audio: &audio) }
            messages.append(Message(at: now, message: message, audio: audio, bytes: bytes))
        } catch {
            misunderstood += 1
        }
    }

    /// Audio that the agent got, message by message.
    var heard: [[UInt8]] { messages.filter(\.isAudio).map(\.audio) }

    /// Packets that are no silence, in their order.
    var audible: [Packet] { packets.filter(\.isAudible) }

    func notes(_ name: GatewayEvent.Name) -> [GatewayEvent] { notes.filter { $0.event == name } }
}

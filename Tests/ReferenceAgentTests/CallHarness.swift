import Audio
import Dialects
import Planning
import RTPCore
import ReferenceAgent
import Testing
import Timeline

/// How a test's caller is connected.
enum TestLine: CaseIterable, CustomTestStringConvertible {
    case rtpOpus, rtpOpusWithoutLevels, rtpOpus40, rtpOpus60, rtpMu, openAI, openAIMu, binaryOpus,
        binaryPCM

    var testDescription: String { "\(self)" }

    var codec: CodecName {
        switch self {
        case .rtpOpus, .rtpOpusWithoutLevels, .rtpOpus40, .rtpOpus60, .binaryOpus: .opus
        case .rtpMu, .openAIMu: .pcmu
        case .openAI, .binaryPCM: .pcm16
        }
    }

    var ptime: Nanoseconds {
        switch self {
        case .rtpOpus40: .milliseconds(40)
        case .rtpOpus60: .milliseconds(60)
        default: .milliseconds(20)
        }
    }

    var dialect: DialectKind? {
        switch self {
        case .openAI, .openAIMu: .openAIRealtime
        case .binaryOpus, .binaryPCM: .binary
        default: nil
        }
    }

    /// What a decoder holds back of a sound that stops, ms.
    var held: Double { codec.delay.milliseconds }

    static let webSocket = [TestLine.openAI, .openAIMu, .binaryOpus, .binaryPCM]
    static let rtp = [TestLine.rtpOpus, .rtpOpusWithoutLevels, .rtpOpus40, .rtpMu]
    /// One of each kind, for what does not depend on the codec.
    static let kinds = [TestLine.rtpOpus, .rtpMu, .openAI, .binaryOpus]
}

/// A steady sound at −20 dBFS and any rate, 10 ms of it.
enum Tone {
    static func period(rate: Int) -> [Int16] {
        // A square of 500 Hz: audible from its first sample to its last.
        (0..<rate / 100).map { ($0 * 1_000 / rate) % 2 == 0 ? 3_277 : -3_277 }
    }
}

/// A caller that says a tone at given times, and silence otherwise.
struct Monologue {
    /// Start and end of each stretch of voice, in microseconds of media time.
    var voices: [(Int64, Int64)]
    var length: Nanoseconds

    init(_ voices: [(Int64, Int64)], length: Nanoseconds) {
        self.voices = voices
        self.length = length
    }

    func clip(rate: Int) -> Clip {
        let tone = Tone.period(rate: rate)
        var samples = [Int16](repeating: 0, count: length.samples(rate: rate))
        var spans: [VoicedSpan] = []
        for (start, end) in voices {
            let range =
                Nanoseconds.microseconds(start).samples(
                    rate: rate)..<Nanoseconds.microseconds(end)
                .samples(rate: rate)
            for index in range { samples[index] = tone[index % tone.count] }
            spans.append(VoicedSpan(first: range.lowerBound, last: range.upperBound - 1))
        }
        return Clip(
            name: "caller", transcript: "", pcm: PCM(sampleRate: rate, samples: samples),
            voiced: spans)
    }
}

/// One call in virtual time: a caller that only talks, and an agent.
final class TestCall {
    struct Sent {
        let at: RunInstant
        let form: MessageForm
        let bytes: [UInt8]
    }

    static let start = RunInstant(nanoseconds: 1_000_000_000)

    let line: TestLine
    let session: AgentSession
    private var frames: EncodedClip
    private var caller: CallerDialect
    private(set) var sent: [Sent] = []
    private(set) var truth: [TruthEvent] = []
    private(set) var end: AgentEnd?
    /// What the WebSocket caller made of each message.
    private(set) var messages: [(at: RunInstant, message: AgentMessage, bytes: Int)] = []
    private var buffer = WireBuffer()

    convenience init(
        _ line: TestLine, _ behaviour: AgentBehaviour, saying monologue: Monologue,
        number: UInt64 = 3, crowd: AgentCrowd? = nil
    ) throws {
        try self.init(
            line, behaviour, clip: monologue.clip(rate: line.codec.sampleRate), number: number,
            crowd: crowd)
    }

    /// - Parameter lead: silence before the clip; two seconds follow it.
    convenience init(
        _ line: TestLine, _ behaviour: AgentBehaviour, saying clip: Clip, after lead: Nanoseconds
    ) throws {
        let rate = clip.pcm.sampleRate
        let before = [Int16](repeating: 0, count: lead.samples(rate: rate))
        let samples = before + clip.pcm.samples + [Int16](repeating: 0, count: 2 * rate)
        let padded = Clip(
            name: clip.name, transcript: "", pcm: PCM(sampleRate: rate, samples: samples),
            voiced: clip.voiced.map {
                VoicedSpan(first: $0.first + before.count, last: $0.last + before.count)
            })
        try self.init(line, behaviour, clip: padded, number: 3)
    }

    private init(
        _ line: TestLine, _ behaviour: AgentBehaviour, clip: Clip, number: UInt64,
        crowd: AgentCrowd? = nil
    ) throws {
        self.line = line
        frames = try EncodedClip(clip: clip, codec: line.codec, interval: line.ptime)
        caller = CallerDialect(
            name: line.dialect ?? .binary, codec: line.codec, interval: line.ptime, session: nil)
        let agentLine: AgentLine =
            line.dialect.map { .webSocket($0) }
            ?? .rtp(
                codec: line.codec, ptime: line.ptime, payloadType: line.codec == .pcmu ? 0 : 111,
                levelID: 1, ssrc: 99)
        session = AgentSession(
            line: agentLine, call: "77", number: number, behaviour: behaviour,
            library: try Self.library(behaviour), crowd: crowd, at: Self.start)
        drain(Self.start)
        if line.dialect != nil {
            let form = caller.opening(into: &buffer)
            deliver(form, Array(buffer.bytes), at: Self.start)
        }
    }

    /// Encoding takes time: replies are made once for each way to behave.
    static func library(_ behaviour: AgentBehaviour) throws -> ReplyLibrary {
        try behaviour.bargeIn.policy == .duck ? ducking.get() : plain.get()
    }

    private static let plain = Result { try makeLibrary(.fixed()) }
    private static let ducking = Result { try makeLibrary(.fixed(policy: .duck)) }

    private static func makeLibrary(_ behaviour: AgentBehaviour) throws -> ReplyLibrary {
        let clips = [replyLength, .milliseconds(1_010)].map { CalibrationTone.clip(duration: $0) }
        let formats = [20, 40, 60].map {
            ReplyLibrary.Format(codec: .opus, interval: .milliseconds($0))
        }
        return try ReplyLibrary(
            behaviour: behaviour, clips: clips,
            formats: formats + [.pcmu, .pcm16].map { .init(codec: $0, interval: .zero) })
    }

    static let replyLength = Nanoseconds.milliseconds(2_000)

    /// Sends every frame when it has been captured, and ticks whenever the session wants it.
    ///
    /// - Parameter delay: of each frame on its way; RTP packets may overtake each other.
    func run(delay: (Int) -> Nanoseconds = { _ in .zero }) {
        let arrivals = (0..<frames.count)
            .map { (at: Self.start + line.ptime * ($0 + 1) + delay($0), index: $0) }
            .sorted { ($0.at, $0.index) < ($1.at, $1.index) }
        for arrival in arrivals {
            pass(until: arrival.at)
            send(arrival.index, at: arrival.at)
        }
    }

    func pass(until instant: RunInstant) {
        while let wake = session.wake, wake <= instant {
            session.tick(at: wake, now: wake)
            drain(wake)
        }
    }

    private func send(_ index: Int, at now: RunInstant) {
        buffer.removeAll()
        let level = frames.level(index)
        guard line.dialect != nil else {
            var sender = RTPSender(
                ssrc: 77, payloadType: line.codec == .pcmu ? 0 : 111,
                clockRate: line.codec.sampleRate, frame: line.ptime,
                sequence: 65_530 &+ UInt16(index), timestamp: UInt32.max - 5_000)
            sender.skipFrames(index)
            frames.withFrame(index) { frame in
                sender.writePacket(
                    payload: frame,
                    level: line == .rtpOpusWithoutLevels || line.codec == .pcmu
                        ? nil : RTPCore.AudioLevel(decibels: -Int(level), isVoice: level < 50),
                    marker: false, at: now, into: &buffer)
            }
            Array(buffer.bytes).withUnsafeBytes {
                session.receive(datagram: $0, arrived: now, now: now)
            }
            return drain(now)
        }
        let form = frames.withFrame(index) { frame in
            caller.audioMessage(frame: frame, level: level, into: &buffer)
        }
        deliver(form, Array(buffer.bytes), at: now)
    }

    func deliver(_ form: MessageForm, _ bytes: [UInt8], at now: RunInstant) {
        bytes.withUnsafeBytes { session.receive(form, message: $0, arrived: now, now: now) }
        drain(now)
    }

    func drain(_ now: RunInstant) {
        while let output = session.poll(into: &buffer) {
            switch output {
            case .truth(let event): truth.append(event)
            case .close(let reason): end = reason
            case .transmit(let form):
                sent.append(Sent(at: now, form: form, bytes: Array(buffer.bytes)))
                guard line.dialect != nil else { continue }
                var audio: [UInt8] = []
                do {
                    let message = try buffer.bytes.withBytes {
                        try caller.decode(form, $0, audio: &audio)
                    }
                    messages.append((now, message, audio.count))
                } catch {
                    Issue.record("the caller cannot read the agent: \(error)")
                }
            }
        }
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func withBytes<Result>(
        _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result { try body(self) }
}

extension TestCall {
    func first(_ event: TruthEvent.Name, turn: Int = 0) -> RunInstant? {
        truth.first { $0.event == event && $0.turn == turn }?.at
    }

    func count(_ event: TruthEvent.Name) -> Int { truth.count { $0.event == event } }

    /// Milliseconds of media time, for reading a failure.
    func ms(_ instant: RunInstant) -> Double { (instant - Self.start).milliseconds }

    /// When an event happened that must have.
    func instant(_ event: TruthEvent.Name, turn: Int = 0) throws -> RunInstant {
        try #require(first(event, turn: turn), "no \(event.rawValue) in turn \(turn)")
    }

    /// First packet to last audible sample.
    func replyHeard(turn: Int = 0) throws -> Double {
        try (instant(.replyLastAudible, turn: turn) - instant(.replyFirstPacket, turn: turn))
            .milliseconds
    }

    /// RTP packets with their levels: when they left, and how loud they are.
    var packets: [(at: RunInstant, packet: RTPPacket, decibels: Int)] {
        sent.compactMap { sent in
            sent.bytes.withUnsafeBytes { bytes in
                guard RTPDemux.kind(bytes) == .rtp, let packet = try? RTPPacket.parse(bytes),
                    let level = packet.level(id: 1, in: bytes)
                else { return nil }
                return (sent.at, packet, level.decibels)
            }
        }
    }

    /// Instants at which audio of a reply left.
    var audioSent: [RunInstant] {
        if line.dialect == nil { return packets.filter { $0.decibels > -60 }.map(\.at) }
        return messages.filter { $0.bytes > 0 }.map(\.at)
    }
}

extension AgentBehaviour {
    /// Endpointing 300 ms, think time 100 ms, unless told otherwise.
    static func fixed(
        policy: Policy = .cut, after: Int64 = 100, endpointing: Int64 = 300, think: Int64 = 100,
        pace: Double = 4, chunk: Int64 = 100
    ) -> AgentBehaviour {
        AgentBehaviour(
            endpointing: .milliseconds(endpointing),
            think: .fixed(.milliseconds(think)),
            bargeIn: BargeIn(policy: policy, after: .milliseconds(after), duckDecibels: 15),
            reply: .clips(["a", "b"]), pace: pace, chunk: .milliseconds(chunk))
    }
}

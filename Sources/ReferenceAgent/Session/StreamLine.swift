import Audio
import Dialects
import Planning
import Timeline

/// A WebSocket line: what it hears, and how its own messages are made.
final class StreamLine {
    enum News {
        case nothing
        case problem(DialectProblem)
        /// A message of audio: from the first one's start to its own.
        case media(Nanoseconds)
        /// The session is set up; how the agent will treat interruptions in it.
        case configured(AgentBehaviour.Policy)
        case cancel
        case truncate(item: String, playedMs: Int)
        case clear
        case stop
    }

    var dialect: AgentDialect
    private let kind: DialectKind
    private let behaviour: AgentBehaviour
    private let library: ReplyLibrary
    /// The replies in the session's codec; `nil` while it has one for which there are none.
    private(set) var voice: ReplyLibrary.Voice?
    private var meter: VoiceMeter
    /// As the session is configured.
    private var codec: CodecName
    private var interval: Nanoseconds
    private var audio: [UInt8] = []
    /// Caller audio received, in time.
    private var received = Nanoseconds.zero

    init(
        kind: DialectKind, call: String, behaviour: AgentBehaviour, library: ReplyLibrary,
        limits: AgentLimits
    ) {
        self.kind = kind
        self.behaviour = behaviour
        self.library = library
        dialect = AgentDialect(
            kind: kind,
            announcing: .init(
                session: call, interruptsReplies: behaviour.bargeIn.policy != .ignore,
                endpointing: behaviour.endpointing),
            messageLimit: limits.message)
        let configuration = dialect.configuration
        codec = configuration.codec
        interval = configuration.interval ?? .milliseconds(20)
        voice = library.voice(codec, interval)
        meter = VoiceMeter(codec: configuration.codec)
    }

    /// In what portions a reply leaves.
    var pieces: Speech.Pieces {
        let pace = max(0.01, behaviour.pace)
        switch kind {
        case .openAIRealtime:
            let chunk = max(.milliseconds(5), behaviour.chunk)
            return .samples(chunk, every: Nanoseconds(Int64(Double(chunk.count) / pace)))
        case .binary:
            let perChunk = max(1, Int(behaviour.chunk / interval))
            let chunk = interval * perChunk
            return .frames(
                interval, perChunk: perChunk, every: Nanoseconds(Int64(Double(chunk.count) / pace)))
        }
    }

    /// - Parameter hear: told each frame, with the audio in its message.
    func receive(
        _ form: MessageForm, _ message: UnsafeRawBufferPointer, arrived: RunInstant,
        _ hear: (UplinkFrame, Nanoseconds) -> Void
    ) -> News {
        audio.removeAll(keepingCapacity: true)
        do throws(DialectProblem) {
            switch try dialect.decode(form, message, audio: &audio) {
            case .configure(let configuration): return try configure(configuration)
            case .audio: return try listen(level: nil, arrived: arrived, hear)
            case .leveledAudio(let level):
                return try listen(level: level, arrived: arrived, hear)
            case .cancel: return .cancel
            case .truncate(let item, let playedMs):
                return .truncate(item: item, playedMs: playedMs)
            case .clear: return .clear
            case .stop: return .stop
            case .ignored: return .nothing
            }
        } catch {
            return .problem(error)
        }
    }

    private func configure(
        _ configuration: CallerConfiguration
    ) throws(DialectProblem) -> News {
        codec = dialect.configuration.codec
        interval = dialect.configuration.interval ?? .milliseconds(20)
        voice = library.voice(codec, interval)
        guard voice != nil else {
            throw DialectProblem(
                .unsupported, "no replies in \(codec.rawValue) frames of \(interval)")
        }
        meter = VoiceMeter(codec: codec)
        let policy =
            configuration.interruptsReplies == false
            ? AgentBehaviour.Policy.ignore : behaviour.bargeIn.policy
        dialect.announce(interruptsReplies: policy != .ignore)
        return .configured(policy)
    }

    private func listen(
        level: UInt8?, arrived: RunInstant, _ hear: (UplinkFrame, Nanoseconds) -> Void
    ) throws(DialectProblem) -> News {
        let length = try length()
        let start = received
        received += length
        let end = received
        if let level {
            hear(VoiceMeter.judge(level: level, length: length, end: end, arrived: arrived), length)
            return .media(start)
        }
        let isHeard = audio.withUnsafeBytes { bytes in
            meter.hear(bytes, end: end, arrived: arrived) { hear($0, length) }
        }
        guard isHeard else {
            throw DialectProblem(.wrongType, "a frame of \(audio.count) bytes that is no Opus")
        }
        return .media(start)
    }

    /// The audio in the message just decoded.
    private func length() throws(DialectProblem) -> Nanoseconds {
        switch codec {
        case .pcm16: return Nanoseconds(samples: audio.count / 2, rate: codec.sampleRate)
        case .pcmu, .pcma: return Nanoseconds(samples: audio.count, rate: codec.sampleRate)
        case .opus:
            let count = audio.withUnsafeBytes { OpusSpeechDecoder.sampleCount(of: $0) }
            guard let count else {
                throw DialectProblem(.wrongType, "a frame of \(audio.count) bytes that is no Opus")
            }
            return Nanoseconds(samples: count, rate: codec.sampleRate)
        }
    }

    func write(
        _ reply: Reply, _ index: Int, _ number: UInt64, into buffer: inout WireBuffer
    ) -> MessageForm? {
        var form: MessageForm?
        reply.withFrame(index, of: interval) { frame, level in
            form = dialect.encode(audio: frame, level: level, reply: number, into: &buffer)
        }
        return form
    }

    func write(
        _ reply: Reply, _ from: Nanoseconds, _ to: Nanoseconds, _ number: UInt64,
        into buffer: inout WireBuffer
    ) -> MessageForm? {
        var form: MessageForm?
        reply.withSamples(from: from, to: to) { samples in
            form = dialect.encode(audio: samples, level: 127, reply: number, into: &buffer)
        }
        return form
    }
}

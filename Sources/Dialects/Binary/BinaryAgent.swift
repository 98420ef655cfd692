import Audio
import Timeline

/// The agent's side of the binary dialect; ``BinaryCaller`` describes it.
struct BinaryAgent: Sendable {
    var announcement: AgentDialect.Announcement
    private(set) var configuration = CallerConfiguration(
        codec: .opus, interval: nil, hasLevels: false)

    init(_ announcement: AgentDialect.Announcement) { self.announcement = announcement }

    mutating func decode(
        _ form: MessageForm, _ bytes: UnsafeRawBufferPointer, audio: inout [UInt8]
    ) throws(DialectProblem) -> CallerMessage {
        switch form {
        case .binary:
            let level = try BinaryFrame.append(
                bytes, codec: configuration.codec, hasLevel: configuration.hasLevels, to: &audio)
            return level.map { .leveledAudio(level: $0) } ?? .audio
        case .text:
            let event = try JSONParser.parse(bytes)
            switch try BinaryFrame.type(of: event) {
            case "start":
                configuration = try Self.configuration(event)
                return .configure(configuration)
            case "cancel": return .cancel
            case "stop": return .stop
            default: return .ignored
            }
        }
    }

    private static func configuration(
        _ event: JSONValue
    ) throws(DialectProblem) -> CallerConfiguration {
        guard let name = event["codec"]?.text else { throw .missing("codec", in: "start") }
        guard let codec = CodecName(rawValue: name) else {
            throw DialectProblem(
                .unsupported,
                "codec '\(bounded(name, limit: 40))'; use opus, pcm16, pcmu or pcma")
        }
        let interval: Nanoseconds
        switch event["ptime_ms"]?.integer {
        case .some(let ms) where [10, 20, 40, 60].contains(ms): interval = .milliseconds(Int64(ms))
        case nil where event["ptime_ms"] == nil: interval = .milliseconds(20)
        default: throw DialectProblem(.unsupported, "'ptime_ms' of start is 10, 20, 40 or 60")
        }
        return CallerConfiguration(
            codec: codec, interval: interval, hasLevels: event["levels"]?.flag ?? false,
            interruptsReplies: event["interrupt_response"]?.flag)
    }

    func encode(
        audio: UnsafeRawBufferPointer, level: UInt8, into buffer: inout WireBuffer
    ) -> MessageForm {
        if configuration.hasLevels {
            // The V bit says voice; 50 dB below full scale is this agent's own threshold.
            buffer.append(min(level, 127) | (level < 50 ? 0x80 : 0))
        }
        buffer.append(audio)
        return .binary
    }

    func encode(_ event: AgentEvent, into buffer: inout WireBuffer) -> MessageForm? {
        switch event {
        case .created, .turnTaken, .itemAdded, .partAdded, .audioDone, .partDone, .itemDone,
            .truncated, .playbackStarted, .playbackStopped:
            return nil
        case .configured: started(into: &buffer)
        case .speechStarted(let atMs):
            number(#"{"type":"speech_started","at_ms":"#, atMs, into: &buffer)
        case .speechStopped(let atMs):
            number(#"{"type":"speech_stopped","at_ms":"#, atMs, into: &buffer)
        case .replyStarted(let reply):
            number(#"{"type":"reply_started","reply":"#, Int64(clamping: reply), into: &buffer)
        case .clear(let reply):
            number(#"{"type":"clear","reply":"#, Int64(clamping: reply), into: &buffer)
        case .replyEnded(let reply, let cancelled):
            number(#"{"type":"reply_ended","reply":"#, Int64(clamping: reply), into: &buffer)
            buffer.append(text: cancelled ? #","cancelled":true"# : #","cancelled":false"#)
        case .failure(let code, let message):
            buffer.append(text: #"{"type":"error","code":"#)
            buffer.append(quoted: code)
            buffer.append(text: #","message":"#)
            buffer.append(quoted: message)
        }
        buffer.append(text: "}")
        return .text
    }

    private func number(_ head: StaticString, _ value: Int64, into buffer: inout WireBuffer) {
        buffer.append(text: head)
        buffer.append(decimal: value)
    }

    private func started(into buffer: inout WireBuffer) {
        let interval = configuration.interval ?? .milliseconds(20)
        buffer.append(text: #"{"type":"started","codec":"#)
        buffer.append(quoted: configuration.codec.rawValue)
        buffer.append(text: #","ptime_ms":"#)
        buffer.append(decimal: interval / .milliseconds(1))
        buffer.append(
            text: configuration.hasLevels ? #","levels":true"# : #","levels":false"#)
        buffer.append(
            text: announcement.interruptsReplies
                ? #","interrupt_response":true"# : #","interrupt_response":false"#)
    }
}

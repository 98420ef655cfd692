import Audio
import Timeline

/// The caller's side of the binary dialect.
///
/// Control is JSON in text messages; every binary message is exactly one codec frame.
///
///     caller → agent  {"type":"start","codec":"opus","ptime_ms":20,"levels":true}
///     agent → caller  {"type":"started","codec":"opus","ptime_ms":20,"levels":true,
///                      "interrupt_response":true}
///     both            binary: one frame; with levels, an RFC 6464 octet (V bit, −dBov) first
///     agent → caller  {"type":"speech_started","at_ms":N}   N: caller audio received, ms
///     agent → caller  {"type":"speech_stopped","at_ms":N}
///     agent → caller  {"type":"reply_started","reply":N}    frames now belong to reply N
///     agent → caller  {"type":"clear","reply":N}            empty the player
///     agent → caller  {"type":"reply_ended","reply":N,"cancelled":false}
///     agent → caller  {"type":"error","code":"…","message":"…"}   the session stays open
///     caller → agent  {"type":"cancel"}                     stop the reply
///     caller → agent  {"type":"stop"}                       hang up
///
/// `codec` is `opus` (48 kHz), `pcm16` (24 kHz, little-endian), `pcmu` or `pcma` (8 kHz), always
/// mono. The caller need not wait for `started` before it sends audio. An agent that answers
/// without `levels` sends bare frames and wants them. `interrupt_response` (default true) says
/// that `speech_started` empties the caller's player, as `clear` always does. Unknown types
/// and members are ignored.
struct BinaryCaller: Sendable {
    private let start: JSONValue
    private let codec: CodecName
    private(set) var hasLevels = true
    private var reply: ReplyTag = 0

    init(codec: CodecName, interval: Nanoseconds, session: String?) {
        self.codec = codec
        var start: JSONValue = [
            "type": "start",
            "codec": .string(codec.rawValue),
            "ptime_ms": .number(String(interval / .milliseconds(1))),
            "levels": true,
        ]
        if let change = session.flatMap({ try? JSONParser.parse($0) }), case .object = change {
            start = start.merged(with: change)
            hasLevels = start["levels"]?.flag ?? false
        }
        self.start = start
    }

    func opening(into buffer: inout WireBuffer) -> MessageForm {
        buffer.append(json: start)
        return .text
    }

    /// The audio of a binary message; `nil` where it holds none.
    func audio(of bytes: UnsafeRawBufferPointer) -> LentAudio? {
        guard let frame = BinaryFrame.frame(bytes, codec: codec, hasLevel: hasLevels) else {
            return nil
        }
        return LentAudio(reply: reply, level: hasLevels ? bytes[0] & 0x7F : nil, bytes: frame)
    }

    mutating func decode(
        _ form: MessageForm, _ bytes: UnsafeRawBufferPointer, audio: inout [UInt8]
    ) throws(DialectProblem) -> AgentMessage {
        switch form {
        case .text: return try interpret(try JSONParser.parse(bytes))
        case .binary:
            let level = try BinaryFrame.append(
                bytes, codec: codec, hasLevel: hasLevels, to: &audio)
            return level.map { .leveledAudio(reply: reply, level: $0) } ?? .audio(reply: reply)
        }
    }

    private mutating func interpret(_ event: JSONValue) throws(DialectProblem) -> AgentMessage {
        switch try BinaryFrame.type(of: event) {
        case "started":
            hasLevels = hasLevels && event["levels"]?.flag == true
            return .ready(flushesOnSpeech: event["interrupt_response"]?.flag ?? true)
        case "speech_started": return .speechStarted
        case "speech_stopped": return .speechStopped
        case "reply_started":
            reply = try Self.number(event, of: "reply_started")
            return .replyStarted(reply)
        case "clear": return .clear
        case "reply_ended":
            return .replyEnded(
                try Self.number(event, of: "reply_ended"),
                cancelled: event["cancelled"]?.flag ?? false)
        case "error":
            return .failure(
                code: bounded(event["code"]?.text ?? "error", limit: 64),
                message: bounded(event["message"]?.text ?? "", limit: 200))
        default: return .ignored
        }
    }

    private static func number(
        _ event: JSONValue, of type: StaticString
    ) throws(DialectProblem) -> ReplyTag {
        guard let reply = event["reply"] else { throw .missing("reply", in: type) }
        guard let number = reply.integer, number >= 0 else {
            throw DialectProblem(.wrongType, "'reply' in \(type) is a whole number from 0")
        }
        return ReplyTag(number)
    }
}

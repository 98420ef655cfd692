import Audio
import Timeline

/// The caller's side of OpenAI's Realtime API: PCM16 at 24 kHz or G.711, in base64 in JSON.
///
/// GA event names; the beta's `response.audio.delta` is understood as well, since other
/// vendors' agents still send it. Where an agent says nothing about `interrupt_response`, the
/// API's default holds: its turn detection interrupts.
struct OpenAICaller: Sendable {
    /// Of audio in messages; `nil` where media go another way and only events come here.
    private let codec: CodecName?
    private let session: JSONValue
    /// As an agent announced it; `nil` until one did.
    private var announcedInterruption: Bool?

    /// The reply whose audio came last: its id's ``FieldMark``, and its tag.
    private var replyMark: UInt64?
    private var replyTag: ReplyTag = 0

    /// Id of the item whose audio came last, and its mark.
    private var item: [UInt8] = []
    private var itemMark: UInt64?
    private var itemBytes = 0
    private var isItemTruncated = true

    init(codec: CodecName?, session: String?) {
        self.codec = codec
        let detection: JSONValue = ["type": "server_vad"]
        let audio: JSONValue
        if let codec {
            let format = AudioFormatName.json(codec)
            audio = [
                "input": ["format": format, "turn_detection": detection],
                "output": ["format": format],
            ]
        } else {
            audio = ["input": ["turn_detection": detection]]
        }
        let standard: JSONValue = [
            "type": "realtime", "output_modalities": ["audio"], "audio": audio,
        ]
        let change = session.flatMap { try? JSONParser.parse($0) }
        if case .object? = change, let change {
            self.session = standard.merged(with: change)
        } else {
            self.session = standard
        }
    }

    func opening(into buffer: inout WireBuffer) -> MessageForm {
        buffer.append(json: ["type": "session.update", "session": session])
        return .text
    }

    mutating func decode(
        _ form: MessageForm, _ bytes: UnsafeRawBufferPointer, audio: inout [UInt8]
    ) throws(DialectProblem) -> AgentMessage {
        guard form == .text else {
            throw DialectProblem(.wrongType, "a binary message; this dialect sends JSON as text")
        }
        if let scan = EventScan(bytes, audioIn: "delta"), Self.isDelta(bytes, scan),
            let text = scan.audio
        {
            let start = audio.count
            audio.append(contentsOf: repeatElement(0, count: text.count / 4 * 3))
            let heard = audio.withUnsafeMutableBytes {
                take(scan, of: bytes, to: UnsafeMutableRawBufferPointer(rebasing: $0[start...]))
            }
            audio.removeLast(audio.count - start - (heard?.count ?? 0))
            if let heard { return .audio(reply: heard.reply) }
        }
        return try interpret(try JSONParser.parse(bytes), audio: &audio)
    }

    /// The audio of a message that is plainly nothing else; ``decode(_:_:audio:)`` says the same.
    mutating func audio(
        of bytes: UnsafeRawBufferPointer, to room: UnsafeMutableRawBufferPointer
    ) -> LentAudio? {
        guard let scan = EventScan(bytes, audioIn: "delta"), Self.isDelta(bytes, scan),
            let heard = take(scan, of: bytes, to: room)
        else { return nil }
        let decoded = UnsafeRawBufferPointer(rebasing: room[..<heard.count])
        return LentAudio(reply: heard.reply, level: nil, bytes: decoded)
    }

    /// Decodes a delta's audio; `nil`, and nothing noted, where the parser has to decide.
    private mutating func take(
        _ scan: EventScan, of bytes: UnsafeRawBufferPointer,
        to room: UnsafeMutableRawBufferPointer
    ) -> (reply: ReplyTag, count: Int)? {
        guard let text = scan.audio,
            let count = Base64.decode(UnsafeRawBufferPointer(rebasing: bytes[text]), to: room),
            codec != .pcm16 || count % 2 == 0
        else { return nil }
        if let item = scan.item {
            note(item: UnsafeRawBufferPointer(rebasing: bytes[item]), bytes: text)
        }
        guard let response = scan.response else { return (0, count) }
        return (tag(UnsafeRawBufferPointer(rebasing: bytes[response])), count)
    }

    private static func isDelta(_ bytes: UnsafeRawBufferPointer, _ scan: EventScan) -> Bool {
        guard let type = scan.type else { return false }
        return bytes.matches(type, "response.output_audio.delta")
            || bytes.matches(type, "response.audio.delta")
    }

    /// - Returns: false where the text holds escapes: the parser has to remove them first.
    private func decode(
        base64 text: UnsafeRawBufferPointer, into audio: inout [UInt8]
    ) throws(DialectProblem) -> Bool {
        let start = audio.count
        do throws(DialectProblem) {
            try Base64.decode(text, into: &audio)
        } catch {
            guard text.contains(UInt8(ascii: "\\")) else { throw error }
            return false
        }
        guard codec != .pcm16 || (audio.count - start) % 2 == 0 else {
            let count = audio.count - start
            audio.removeLast(count)
            throw DialectProblem(.oddPCM, "\(count) bytes of 16-bit samples")
        }
        return true
    }

    /// Hashes a reply's id once, not for each of its messages.
    private mutating func tag(_ id: UnsafeRawBufferPointer) -> ReplyTag {
        let mark = FieldMark.of(id)
        if mark != replyMark {
            replyMark = mark
            replyTag = FNV1a.hash(id)
        }
        return replyTag
    }

    private mutating func note(item name: UnsafeRawBufferPointer, bytes text: Range<Int>) {
        let mark = FieldMark.of(name)
        if mark != itemMark {
            itemMark = mark
            item.removeAll(keepingCapacity: true)
            item.append(contentsOf: name)
            itemBytes = 0
        }
        itemBytes += text.count / 4 * 3
        isItemTruncated = false
    }

    mutating func truncation(playedMs: Int, into buffer: inout WireBuffer) -> MessageForm? {
        guard !isItemTruncated else { return nil }
        isItemTruncated = true
        let bytesPerMs = codec == .pcm16 ? 48 : 8
        let heard = max(0, min(playedMs, itemBytes / bytesPerMs))
        buffer.append(
            json: [
                "type": "conversation.item.truncate",
                "item_id": .string(String(decoding: item, as: UTF8.self)),
                "content_index": 0,
                "audio_end_ms": .number(String(heard)),
            ])
        return .text
    }
}

extension OpenAICaller {
    private mutating func interpret(
        _ event: JSONValue, audio: inout [UInt8]
    ) throws(DialectProblem) -> AgentMessage {
        guard case .object = event else {
            throw DialectProblem(.wrongType, "an event is a JSON object")
        }
        guard let type = event["type"] else { throw .missing("type", in: "an event") }
        guard let type = type.text else {
            throw DialectProblem(.wrongType, "an event's 'type' is a string")
        }
        switch type {
        case "response.output_audio.delta", "response.audio.delta":
            return try delta(event, audio: &audio)
        case "session.created":
            announcedInterruption = Self.interruption(in: event) ?? announcedInterruption
            return .ignored
        case "session.updated": return .ready(flushesOnSpeech: flushesOnSpeech(event))
        case "input_audio_buffer.speech_started": return .speechStarted
        case "input_audio_buffer.speech_stopped": return .speechStopped
        case "output_audio_buffer.cleared": return .clear
        case "response.created": return .replyStarted(try Self.tag(event, of: "response.created"))
        case "response.done": return try done(event)
        case "error":
            return Self.failure(event["error"], fallback: "error")
        default: return .ignored
        }
    }

    private mutating func delta(
        _ event: JSONValue, audio: inout [UInt8]
    ) throws(DialectProblem) -> AgentMessage {
        guard let delta = event["delta"] else { throw .missing("delta", in: "an audio delta") }
        guard let delta = delta.text else {
            throw DialectProblem(.wrongType, "an audio delta's 'delta' is a string")
        }
        let text = Array(delta.utf8)
        let result: Result<Bool, DialectProblem> = text.withUnsafeBytes { raw in
            do throws(DialectProblem) {
                return .success(try decode(base64: raw, into: &audio))
            } catch {
                return .failure(error)
            }
        }
        guard try result.get() else {
            throw DialectProblem(.badBase64, "a backslash in base64")
        }
        if let item = event["item_id"]?.text {
            Array(item.utf8).withUnsafeBytes { note(item: $0, bytes: text.indices) }
        }
        return .audio(reply: event["response_id"]?.text.map { FNV1a.hash($0.utf8) } ?? 0)
    }

    private static func tag(
        _ event: JSONValue, of type: StaticString
    ) throws(DialectProblem) -> ReplyTag {
        guard let id = event["response"]?["id"]?.text else {
            throw .missing("response.id", in: type)
        }
        return FNV1a.hash(id.utf8)
    }

    private func done(_ event: JSONValue) throws(DialectProblem) -> AgentMessage {
        let status = event["response"]?["status"]?.text
        if status == "failed" {
            return Self.failure(
                event["response"]?["status_details"]?["error"], fallback: "response_failed")
        }
        return .replyEnded(
            try Self.tag(event, of: "response.done"), cancelled: status == "cancelled")
    }

    private static func failure(_ error: JSONValue?, fallback: String) -> AgentMessage {
        let code = error?["code"]?.text ?? error?["type"]?.text ?? fallback
        return .failure(
            code: bounded(code, limit: 64),
            message: bounded(error?["message"]?.text ?? "", limit: 200))
    }

    /// What a session object says about interruption; `nil` where it says nothing.
    private static func interruption(in event: JSONValue) -> Bool? {
        let session = event["session"]
        let detection =
            session?["audio"]?["input"]?["turn_detection"] ?? session?["turn_detection"]
        guard let detection else { return nil }
        if case .null = detection { return false }  // it will not notice the caller's speech
        return detection["interrupt_response"]?.flag
    }

    private func flushesOnSpeech(_ event: JSONValue) -> Bool {
        Self.interruption(in: event) ?? announcedInterruption
            ?? Self.interruption(in: ["session": session]) ?? true
    }
}

import Audio
import Timeline

/// The agent's side of OpenAI's Realtime API, as far as a spoken conversation needs it.
///
/// Reply n of a call is response `resp_n` with the one item `item_n`; a caller's turn n is
/// `turn_n`.
struct OpenAIAgent: Sendable {
    var announcement: AgentDialect.Announcement
    private(set) var configuration = CallerConfiguration(
        codec: .pcm16, interval: nil, hasLevels: false)
    /// Media go another way, in real time: there is playback to announce, and nothing to flush.
    var ownsPlayback = false
    private var eventNumber: UInt64 = 0
    /// Of the caller's turn that is going on.
    private var turnNumber: UInt64 = 1

    init(_ announcement: AgentDialect.Announcement) { self.announcement = announcement }

    mutating func decode(
        _ form: MessageForm, _ bytes: UnsafeRawBufferPointer, audio: inout [UInt8]
    ) throws(DialectProblem) -> CallerMessage {
        guard form == .text else {
            throw DialectProblem(.wrongType, "a binary message; this dialect sends JSON as text")
        }
        if let scan = EventScan(bytes, audioIn: "audio"), let type = scan.type,
            bytes.matches(type, "input_audio_buffer.append"), let text = scan.audio,
            try append(base64: UnsafeRawBufferPointer(rebasing: bytes[text]), to: &audio)
        {
            return .audio
        }
        let event = try JSONParser.parse(bytes)
        switch try BinaryFrame.type(of: event) {
        case "session.update": return .configure(try configure(event))
        case "input_audio_buffer.append": return try audioMessage(event, audio: &audio)
        case "input_audio_buffer.clear": return .clear
        case "response.cancel": return .cancel
        case "conversation.item.truncate":
            guard let item = event["item_id"]?.text else {
                throw .missing("item_id", in: "conversation.item.truncate")
            }
            guard let played = event["audio_end_ms"]?.integer, played >= 0 else {
                throw .missing("audio_end_ms", in: "conversation.item.truncate")
            }
            return .truncate(item: bounded(item, limit: 64), playedMs: played)
        default: return .ignored
        }
    }

    /// - Returns: false where the text holds escapes: the parser has to remove them first.
    private func append(
        base64 text: UnsafeRawBufferPointer, to audio: inout [UInt8]
    ) throws(DialectProblem) -> Bool {
        let start = audio.count
        do throws(DialectProblem) {
            try Base64.decode(text, into: &audio)
        } catch {
            guard text.contains(UInt8(ascii: "\\")) else { throw error }
            return false
        }
        guard configuration.codec != .pcm16 || (audio.count - start) % 2 == 0 else {
            let count = audio.count - start
            audio.removeLast(count)
            throw DialectProblem(.oddPCM, "\(count) bytes of 16-bit samples")
        }
        return true
    }

    private func audioMessage(
        _ event: JSONValue, audio: inout [UInt8]
    ) throws(DialectProblem) -> CallerMessage {
        guard let text = event["audio"] else {
            throw .missing("audio", in: "input_audio_buffer.append")
        }
        guard let text = text.text else {
            throw DialectProblem(.wrongType, "the 'audio' of input_audio_buffer.append is a string")
        }
        let result: Result<Bool, DialectProblem> = Array(text.utf8).withUnsafeBytes { raw in
            do throws(DialectProblem) {
                return .success(try append(base64: raw, to: &audio))
            } catch {
                return .failure(error)
            }
        }
        guard try result.get() else {
            throw DialectProblem(.badBase64, "a backslash in base64")
        }
        return .audio
    }

    private mutating func configure(
        _ event: JSONValue
    ) throws(DialectProblem) -> CallerConfiguration {
        guard let session = event["session"], case .object = session else {
            throw .missing("session", in: "session.update")
        }
        let input = session["audio"]?["input"]
        var changed = configuration
        if let format = input?["format"] { changed.codec = try AudioFormatName.codec(format) }
        if let format = session["audio"]?["output"]?["format"] {
            let output = try AudioFormatName.codec(format)
            guard output == changed.codec else {
                throw DialectProblem(
                    .unsupported,
                    "different formats in and out; this agent speaks as it is spoken to")
            }
        }
        if let flag = input?["turn_detection"]?["interrupt_response"]?.flag {
            changed.interruptsReplies = flag
        }
        configuration = changed
        return changed
    }
}

extension OpenAIAgent {
    mutating func encode(
        audio: UnsafeRawBufferPointer, reply: UInt64, into buffer: inout WireBuffer
    ) -> MessageForm {
        begin("response.output_audio.delta", into: &buffer)
        name(reply, into: &buffer)
        buffer.append(text: #","output_index":0,"content_index":0,"delta":""#)
        Base64.encode(audio, into: &buffer)
        buffer.append(text: #""}"#)
        return .text
    }

    mutating func encode(_ event: AgentEvent, into buffer: inout WireBuffer) -> MessageForm? {
        switch event {
        // `speech_started` says it where the caller has a player to empty.
        case .clear where !ownsPlayback, .playbackStarted where !ownsPlayback,
            .playbackStopped where !ownsPlayback:
            return nil
        case .clear(let reply): playback("output_audio_buffer.cleared", reply, into: &buffer)
        case .playbackStarted(let reply):
            playback("output_audio_buffer.started", reply, into: &buffer)
        case .playbackStopped(let reply):
            playback("output_audio_buffer.stopped", reply, into: &buffer)
        case .created: session("session.created", into: &buffer)
        case .configured: session("session.updated", into: &buffer)
        case .speechStarted(let atMs):
            turn("input_audio_buffer.speech_started", "audio_start_ms", atMs, into: &buffer)
        case .speechStopped(let atMs):
            turn("input_audio_buffer.speech_stopped", "audio_end_ms", atMs, into: &buffer)
        case .turnTaken: committed(into: &buffer)
        case .replyStarted(let reply):
            response("response.created", reply, .inProgress, into: &buffer)
        case .itemAdded(let reply):
            item("response.output_item.added", reply, status: "in_progress", into: &buffer)
        case .partAdded(let reply): part("response.content_part.added", reply, into: &buffer)
        case .audioDone(let reply):
            begin("response.output_audio.done", into: &buffer)
            name(reply, into: &buffer)
            buffer.append(text: #","output_index":0,"content_index":0"#)
        case .partDone(let reply): part("response.content_part.done", reply, into: &buffer)
        case .itemDone(let reply):
            item("response.output_item.done", reply, status: "completed", into: &buffer)
        case .replyEnded(let reply, let cancelled):
            response("response.done", reply, cancelled ? .cancelled : .completed, into: &buffer)
        case .truncated(let item, let playedMs):
            begin("conversation.item.truncated", into: &buffer)
            buffer.append(text: #","item_id":"#)
            buffer.append(quoted: item)
            buffer.append(text: #","content_index":0,"audio_end_ms":"#)
            buffer.append(decimal: Int64(playedMs))
        case .failure(let code, let message): failure(code, message, into: &buffer)
        }
        buffer.append(text: "}")
        return .text
    }

    /// Opens an event's object, up to its id.
    private mutating func begin(_ type: StaticString, into buffer: inout WireBuffer) {
        eventNumber += 1
        buffer.append(text: #"{"type":""#)
        buffer.append(text: type)
        buffer.append(text: #"","event_id":"event_"#)
        buffer.append(decimal: eventNumber)
        buffer.append(text: "\"")
    }

    private mutating func playback(
        _ type: StaticString, _ reply: UInt64, into buffer: inout WireBuffer
    ) {
        begin(type, into: &buffer)
        buffer.append(text: #","response_id":"resp_"#)
        buffer.append(decimal: reply)
        buffer.append(text: "\"")
    }

    private func name(_ reply: UInt64, into buffer: inout WireBuffer) {
        buffer.append(text: #","response_id":"resp_"#)
        buffer.append(decimal: reply)
        buffer.append(text: #"","item_id":"item_"#)
        buffer.append(decimal: reply)
        buffer.append(text: "\"")
    }

    private mutating func session(_ type: StaticString, into buffer: inout WireBuffer) {
        begin(type, into: &buffer)
        let format = AudioFormatName.json(configuration.codec)
        let silenceMs = String(announcement.endpointing / .milliseconds(1))
        let detection: JSONValue = [
            "type": "server_vad",
            "silence_duration_ms": .number(silenceMs),
            "create_response": true,
            "interrupt_response": .bool(announcement.interruptsReplies),
        ]
        buffer.append(text: #","session":"#)
        buffer.append(
            json: [
                "id": .string("sess_" + announcement.session),
                "object": "realtime.session",
                "type": "realtime",
                "model": "talkover-reference",
                "output_modalities": ["audio"],
                "audio": [
                    "input": ["format": format, "turn_detection": detection],
                    "output": ["format": format],
                ],
            ])
    }

    private mutating func turn(
        _ type: StaticString, _ field: StaticString, _ atMs: Int64, into buffer: inout WireBuffer
    ) {
        begin(type, into: &buffer)
        buffer.append(text: ",\"")
        buffer.append(text: field)
        buffer.append(text: "\":")
        buffer.append(decimal: atMs)
        buffer.append(text: #","item_id":"turn_"#)
        buffer.append(decimal: turnNumber)
        buffer.append(text: "\"")
    }

    private mutating func committed(into buffer: inout WireBuffer) {
        begin("input_audio_buffer.committed", into: &buffer)
        buffer.append(text: #","previous_item_id":null,"item_id":"turn_"#)
        buffer.append(decimal: turnNumber)
        buffer.append(text: "\"")
        turnNumber += 1
    }

    private enum ResponseStatus { case inProgress, completed, cancelled }

    private mutating func response(
        _ type: StaticString, _ reply: UInt64, _ status: ResponseStatus,
        into buffer: inout WireBuffer
    ) {
        begin(type, into: &buffer)
        buffer.append(text: #","response":{"object":"realtime.response","id":"resp_"#)
        buffer.append(decimal: reply)
        switch status {
        case .inProgress: buffer.append(text: #"","status":"in_progress","status_details":null}"#)
        case .completed: buffer.append(text: #"","status":"completed","status_details":null}"#)
        case .cancelled:
            buffer.append(text: #"","status":"cancelled","status_details":"#)
            buffer.append(text: #"{"type":"cancelled","reason":"turn_detected"}}"#)
        }
    }

    private mutating func item(
        _ type: StaticString, _ reply: UInt64, status: StaticString, into buffer: inout WireBuffer
    ) {
        begin(type, into: &buffer)
        buffer.append(text: #","response_id":"resp_"#)
        buffer.append(decimal: reply)
        buffer.append(
            text: #"","output_index":0,"item":{"object":"realtime.item","type":"message","#)
        buffer.append(text: #""role":"assistant","id":"item_"#)
        buffer.append(decimal: reply)
        buffer.append(text: #"","status":""#)
        buffer.append(text: status)
        buffer.append(text: #"","content":[]}"#)
    }

    private mutating func part(
        _ type: StaticString, _ reply: UInt64, into buffer: inout WireBuffer
    ) {
        begin(type, into: &buffer)
        name(reply, into: &buffer)
        buffer.append(text: #","output_index":0,"content_index":0,"part":{"type":"audio"}"#)
    }

    private mutating func failure(
        _ code: String, _ message: String, into buffer: inout WireBuffer
    ) {
        begin("error", into: &buffer)
        buffer.append(text: #","error":{"type":"invalid_request_error","code":"#)
        buffer.append(quoted: code)
        buffer.append(text: #","message":"#)
        buffer.append(quoted: message)
        buffer.append(text: #","param":null,"event_id":null}"#)
    }
}

package import Audio
package import Timeline

/// A caller's side of the wire protocol: what it says to an agent, and what the answers mean.
///
/// Sans-IO and one per call. Decoding audio allocates nothing once the lent array has grown.
package struct CallerDialect: Sendable {
    /// Messages longer than this many bytes are a problem, not read.
    package static let messageLimit = 4 << 20

    private enum Side: Sendable {
        case openAI(OpenAICaller)
        case binary(BinaryCaller)
    }

    private var side: Side

    /// - Parameters:
    ///   - name: the agent's protocol.
    ///   - codec: of both directions; one that the protocol `carries`, or the agent will refuse it.
    ///   - interval: audio in one message of the caller.
    ///   - session: JSON object merged into the session message; `nil` for none.
    package init(name: DialectKind, codec: CodecName, interval: Nanoseconds, session: String?) {
        switch name {
        case .openAIRealtime: side = .openAI(OpenAICaller(codec: codec, session: session))
        case .binary:
            side = .binary(BinaryCaller(codec: codec, interval: interval, session: session))
        }
    }

    /// The events alone, of a protocol whose media go another way: a data channel beside RTP.
    ///
    /// - Parameter session: JSON object merged into the session message; `nil` for none.
    package init(eventsOf name: DialectKind, session: String?) {
        switch name {
        case .openAIRealtime: side = .openAI(OpenAICaller(codec: nil, session: session))
        case .binary:
            side = .binary(
                BinaryCaller(codec: .opus, interval: .milliseconds(20), session: session))
        }
    }

    /// Why a path's `session` cannot be merged into a session message; `nil` if it can.
    package static func problem(inSession session: String) -> DialectProblem? {
        do throws(DialectProblem) {
            guard case .object = try JSONParser.parse(session) else {
                return DialectProblem(.wrongType, "a session is a JSON object")
            }
            return nil
        } catch {
            return error
        }
    }

    /// Whether audio messages begin with a level byte.
    ///
    /// Templates of the binary dialect hold one: skip it where this is false, which it becomes
    /// when an agent starts a session without levels.
    package var hasLevels: Bool {
        switch side {
        case .openAI: false
        case .binary(let caller): caller.hasLevels
        }
    }

    /// What is sent right after the upgrade.
    package func opening(into buffer: inout WireBuffer) -> MessageForm {
        switch side {
        case .openAI(let caller): caller.opening(into: &buffer)
        case .binary(let caller): caller.opening(into: &buffer)
        }
    }

    /// One message of audio; the same for every call of a path, so that it can be made once.
    ///
    /// - Parameters:
    ///   - frame: encoded audio of one interval.
    ///   - level: RFC 6464 octet, written as given before the frame where the dialect has levels.
    package func audioMessage(
        frame: UnsafeRawBufferPointer, level: UInt8, into buffer: inout WireBuffer
    ) -> MessageForm {
        switch side {
        case .openAI:
            buffer.append(text: #"{"type":"input_audio_buffer.append","audio":""#)
            Base64.encode(frame, into: &buffer)
            buffer.append(text: #""}"#)
            return .text
        case .binary(let caller):
            if caller.hasLevels { buffer.append(level) }
            buffer.append(frame)
            return .binary
        }
    }

    /// What a message of the agent means; its audio is appended to `audio`.
    package mutating func decode(
        _ form: MessageForm, _ bytes: UnsafeRawBufferPointer, audio: inout [UInt8]
    ) throws(DialectProblem) -> AgentMessage {
        guard bytes.count <= Self.messageLimit else {
            throw .oversized(bytes.count, limit: Self.messageLimit)
        }
        // The payload is taken out and put back: changing it inside the enum would copy it.
        switch side {
        case .openAI(var caller):
            side = .binary(.vacant)
            defer { side = .openAI(caller) }
            return try caller.decode(form, bytes, audio: &audio)
        case .binary(var caller):
            defer { side = .binary(caller) }
            return try caller.decode(form, bytes, audio: &audio)
        }
    }

    /// Tells the agent how much of its current or last audio item was heard, after a flush.
    ///
    /// - Parameter playedMs: heard of that item; never more is claimed than was received.
    /// - Returns: `nil` where nothing was received since the last truncation, or the dialect has
    ///   no such message.
    package mutating func truncation(
        playedMs: Int, into buffer: inout WireBuffer
    ) -> MessageForm? {
        switch side {
        case .openAI(var caller):
            side = .binary(.vacant)
            defer { side = .openAI(caller) }
            return caller.truncation(playedMs: playedMs, into: &buffer)
        case .binary: return nil
        }
    }

    /// What is sent before hanging up; `nil` where closing the connection says it.
    package func closing(into buffer: inout WireBuffer) -> MessageForm? {
        switch side {
        case .openAI: return nil
        case .binary:
            buffer.append(text: #"{"type":"stop"}"#)
            return .text
        }
    }
}

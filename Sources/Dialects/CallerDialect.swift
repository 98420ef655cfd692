package import Audio
package import Timeline

/// A caller's side of the wire protocol: what it says to an agent, and what the answers mean.
///
/// Sans-IO and one per call.
package struct CallerDialect: Sendable {
    /// Messages longer than this many bytes are a problem, not read.
    package static let messageLimit = 4 << 20

    // One of the two is there. Not an enum's payloads: those cannot be changed where they are.
    private var openAI: OpenAICaller?
    private var binary: BinaryCaller?

    /// - Parameters:
    ///   - name: the agent's protocol.
    ///   - codec: of both directions; one that the protocol `carries`, or the agent will refuse it.
    ///   - interval: audio in one message of the caller.
    ///   - session: JSON object merged into the session message; `nil` for none.
    package init(name: DialectKind, codec: CodecName, interval: Nanoseconds, session: String?) {
        switch name {
        case .openAIRealtime: openAI = OpenAICaller(codec: codec, session: session)
        case .binary: binary = BinaryCaller(codec: codec, interval: interval, session: session)
        }
    }

    /// The events alone, of a protocol whose media go another way: a data channel beside RTP.
    ///
    /// - Parameter session: JSON object merged into the session message; `nil` for none.
    package init(eventsOf name: DialectKind, session: String?) {
        switch name {
        case .openAIRealtime: openAI = OpenAICaller(codec: nil, session: session)
        case .binary:
            binary = BinaryCaller(codec: .opus, interval: .milliseconds(20), session: session)
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
    package var hasLevels: Bool { binary?.hasLevels ?? false }

    /// What is sent right after the upgrade.
    package func opening(into buffer: inout WireBuffer) -> MessageForm {
        openAI?.opening(into: &buffer) ?? binary?.opening(into: &buffer) ?? .text
    }

    /// One message of audio; the same for every call of a path, so that it can be made once.
    ///
    /// - Parameters:
    ///   - frame: encoded audio of one interval.
    ///   - level: RFC 6464 octet, written as given before the frame where the dialect has levels.
    package func audioMessage(
        frame: UnsafeRawBufferPointer, level: UInt8, into buffer: inout WireBuffer
    ) -> MessageForm {
        guard let binary else {
            buffer.append(text: #"{"type":"input_audio_buffer.append","audio":""#)
            Base64.encode(frame, into: &buffer)
            buffer.append(text: #""}"#)
            return .text
        }
        if binary.hasLevels { buffer.append(level) }
        buffer.append(frame)
        return .binary
    }

    /// The audio of a message that holds nothing else, without an allocation.
    ///
    /// - Parameter room: what the audio may be written to; a message of more is not taken.
    /// - Returns: `nil` for any other message, and for one that is broken, or less plain than
    ///   agents write it: then nothing has been noted, and ``decode(_:_:audio:)`` is to be asked.
    ///   What is taken means what that would say.
    package mutating func audio(
        of form: MessageForm, _ bytes: UnsafeRawBufferPointer, room: UnsafeMutableRawBufferPointer
    ) -> LentAudio? {
        guard bytes.count <= Self.messageLimit else { return nil }
        switch form {
        case .text: return openAI?.audio(of: bytes, to: room)
        case .binary: return binary?.audio(of: bytes)
        }
    }

    /// What a message of the agent means; its audio is appended to `audio`.
    package mutating func decode(
        _ form: MessageForm, _ bytes: UnsafeRawBufferPointer, audio: inout [UInt8]
    ) throws(DialectProblem) -> AgentMessage {
        guard bytes.count <= Self.messageLimit else {
            throw .oversized(bytes.count, limit: Self.messageLimit)
        }
        if let message = try openAI?.decode(form, bytes, audio: &audio) { return message }
        return try binary?.decode(form, bytes, audio: &audio) ?? .ignored
    }

    /// Tells the agent how much of its current or last audio item was heard, after a flush.
    ///
    /// - Parameter playedMs: heard of that item; never more is claimed than was received.
    /// - Returns: `nil` where nothing was received since the last truncation, or the dialect has
    ///   no such message.
    package mutating func truncation(
        playedMs: Int, into buffer: inout WireBuffer
    ) -> MessageForm? {
        openAI?.truncation(playedMs: playedMs, into: &buffer)
    }

    /// What is sent before hanging up; `nil` where closing the connection says it.
    package func closing(into buffer: inout WireBuffer) -> MessageForm? {
        guard binary != nil else { return nil }
        buffer.append(text: #"{"type":"stop"}"#)
        return .text
    }
}

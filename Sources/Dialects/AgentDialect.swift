package import Timeline

/// An agent's side of the wire protocol: the mirror of ``CallerDialect``.
package struct AgentDialect: Sendable {
    /// What an agent announces about itself.
    package struct Announcement: Equatable, Sendable {
        /// Names the session.
        package var session: String
        /// Whether `speechStarted` empties the caller's player.
        package var interruptsReplies: Bool
        package var endpointing: Nanoseconds

        package init(session: String, interruptsReplies: Bool, endpointing: Nanoseconds) {
            self.session = session
            self.interruptsReplies = interruptsReplies
            self.endpointing = endpointing
        }
    }

    private enum Side: Sendable {
        case openAI(OpenAIAgent)
        case binary(BinaryAgent)
    }

    private var side: Side
    private let messageLimit: Int

    /// - Parameter messageLimit: longer messages, in bytes, are a problem, not read.
    package init(
        kind: DialectKind, announcing announcement: Announcement, messageLimit: Int = 1 << 20
    ) {
        switch kind {
        case .openAIRealtime: side = .openAI(OpenAIAgent(announcement))
        case .binary: side = .binary(BinaryAgent(announcement))
        }
        self.messageLimit = messageLimit
    }

    /// The events alone, of a protocol whose media go another way: a data channel beside RTP.
    ///
    /// The agent then owns what is played, and says when it starts, stops and is cleared.
    package init(eventsOf kind: DialectKind, announcing announcement: Announcement) {
        self.init(kind: kind, announcing: announcement)
        if case .openAI(var agent) = side {
            agent.ownsPlayback = true
            side = .openAI(agent)
        }
    }

    /// As the caller configured it, or the dialect's default until it did.
    package var configuration: CallerConfiguration {
        switch side {
        case .openAI(let agent): agent.configuration
        case .binary(let agent): agent.configuration
        }
    }

    /// Changes what later messages announce about interruption.
    package mutating func announce(interruptsReplies: Bool) {
        switch side {
        case .openAI(var agent):
            agent.announcement.interruptsReplies = interruptsReplies
            side = .openAI(agent)
        case .binary(var agent):
            agent.announcement.interruptsReplies = interruptsReplies
            side = .binary(agent)
        }
    }

    /// What a message of the caller means; its audio is appended to `audio`.
    package mutating func decode(
        _ form: MessageForm, _ bytes: UnsafeRawBufferPointer, audio: inout [UInt8]
    ) throws(DialectProblem) -> CallerMessage {
        guard bytes.count <= messageLimit else {
            throw .oversized(bytes.count, limit: messageLimit)
        }
        switch side {
        case .openAI(var agent):
            defer { side = .openAI(agent) }
            return try agent.decode(form, bytes, audio: &audio)
        case .binary(var agent):
            defer { side = .binary(agent) }
            return try agent.decode(form, bytes, audio: &audio)
        }
    }

    /// Writes an event; `nil`, and nothing written, where the dialect has none like it.
    package mutating func encode(
        _ event: AgentEvent, into buffer: inout WireBuffer
    ) -> MessageForm? {
        switch side {
        case .openAI(var agent):
            defer { side = .openAI(agent) }
            return agent.encode(event, into: &buffer)
        case .binary(let agent):
            return agent.encode(event, into: &buffer)
        }
    }

    /// Writes one message of a reply's audio.
    ///
    /// - Parameter level: −dBov, 0...127, written where the session has levels.
    package mutating func encode(
        audio: UnsafeRawBufferPointer, level: UInt8, reply: UInt64, into buffer: inout WireBuffer
    ) -> MessageForm {
        switch side {
        case .openAI(var agent):
            defer { side = .openAI(agent) }
            return agent.encode(audio: audio, reply: reply, into: &buffer)
        case .binary(let agent):
            return agent.encode(audio: audio, level: level, into: &buffer)
        }
    }
}

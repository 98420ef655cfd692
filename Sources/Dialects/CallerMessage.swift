package import Audio
package import Timeline

/// What a caller's message means to an agent.
package enum CallerMessage: Equatable, Sendable {
    /// How the caller will send, and wants to be sent, audio.
    case configure(CallerConfiguration)
    /// Audio was appended to the lent array.
    case audio
    /// As `audio`, with its level in −dBov, 0...127 (RFC 6464).
    case leveledAudio(level: UInt8)
    /// Stop the reply.
    case cancel
    /// The caller heard this much of the item named, and no more.
    case truncate(item: String, playedMs: Int)
    /// Forget audio that is not yet a turn.
    case clear
    /// The caller hangs up.
    case stop
    case ignored
}

/// What a session is set to by the caller's first message.
package struct CallerConfiguration: Equatable, Sendable {
    package var codec: CodecName
    /// Audio in one message; `nil` where the dialect does not say.
    package var interval: Nanoseconds?
    /// Each audio message begins with its RFC 6464 level.
    package var hasLevels: Bool
    /// Whether the caller wants to be able to interrupt; `nil` where it did not say.
    package var interruptsReplies: Bool?

    package init(
        codec: CodecName, interval: Nanoseconds?, hasLevels: Bool, interruptsReplies: Bool? = nil
    ) {
        self.codec = codec
        self.interval = interval
        self.hasLevels = hasLevels
        self.interruptsReplies = interruptsReplies
    }
}

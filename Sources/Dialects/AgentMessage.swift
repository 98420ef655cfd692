/// What an agent's message means to a caller.
package enum AgentMessage: Equatable, Sendable {
    /// Audio may flow both ways; whether `speechStarted` empties the player.
    case ready(flushesOnSpeech: Bool)
    /// Audio was appended to the lent array: PCM16 or G.711 bytes, or one codec frame.
    case audio(reply: ReplyTag)
    /// As `audio`, with its level in −dBov, 0...127 (RFC 6464).
    case leveledAudio(reply: ReplyTag, level: UInt8)
    /// The agent noticed that the caller speaks.
    case speechStarted
    case speechStopped
    case replyStarted(ReplyTag)
    /// The agent has sent all it will send of the reply.
    case replyEnded(ReplyTag, cancelled: Bool)
    /// Empty the player now.
    case clear
    /// The agent reported an error, or that a reply failed; the session stays open.
    case failure(code: String, message: String)
    /// Nothing a caller acts on.
    case ignored
}

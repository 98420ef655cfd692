/// What an agent tells a caller, apart from audio.
package enum AgentEvent: Equatable, Sendable {
    /// First of all, before the caller has said anything.
    case created
    /// Answers the caller's configuration.
    case configured
    /// - Parameter atMs: caller audio received when the speech began.
    case speechStarted(atMs: Int64)
    case speechStopped(atMs: Int64)
    /// The caller's turn is taken.
    case turnTaken
    /// Numbers of replies count from 1 in each call.
    case replyStarted(UInt64)
    case itemAdded(UInt64)
    case partAdded(UInt64)
    case audioDone(UInt64)
    case partDone(UInt64)
    case itemDone(UInt64)
    case replyEnded(UInt64, cancelled: Bool)
    /// The first of a reply's audio leaves, where the agent plays it out itself.
    case playbackStarted(UInt64)
    /// The last of it has left.
    case playbackStopped(UInt64)
    /// Empty the player: the reply, or what is left of it, is void.
    case clear(UInt64)
    /// Confirms a truncation.
    case truncated(item: String, playedMs: Int)
    case failure(code: String, message: String)
}

/// What a caller's utterance is meant to be.
///
/// Everything but `utterance` is an interjection.
package enum SpeechKind: String, Sendable, Codable, CaseIterable {
    case utterance
    /// A barge-in: the agent should stop.
    case interrupt
    /// "mm-hmm" while the agent speaks: it should go on.
    case backchannel
    /// A cough, a sneeze.
    case tic
    /// Speech to somebody else in the room.
    case sideTalk = "side_talk"
    case noise

    package var isInterjection: Bool { self != .utterance }

    /// Whether an agent that yields to it was wrong to.
    package var isNoInterruption: Bool { self != .utterance && self != .interrupt }
}

/// What the script expects of the agent after an utterance.
package enum Expectation: String, Sendable, Codable, CaseIterable {
    /// A reply.
    case response
    /// Silence within two seconds.
    case cut
    /// A reply that goes on at least 6 dB quieter.
    case duck
    /// A reply that goes on unchanged.
    case `continue`
    /// No reply.
    case nothing
}

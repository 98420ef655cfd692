/// Why a message was not taken for sending.
package struct DataChannelProblem: Error, Equatable, Sendable {
    /// What was wrong, fit for a label.
    package enum Code: String, Sendable, CaseIterable {
        case noSuchChannel, channelClosing, messageTooLong, queueFull, notSending
    }

    package let code: Code
    /// What was found, and what would be right.
    package let message: String
}

/// Why the data channels of a call ended.
package struct DataChannelFailure: Error, Equatable, Sendable {
    /// Which step failed, fit for a label.
    package enum Code: String, Sendable, CaseIterable {
        /// The association was never set up.
        case noAnswer
        /// What was sent is not acknowledged any more.
        case unreachable
        /// The peer ended it at once.
        case aborted
        /// The peer sent what no peer may, or more than is kept for it.
        case protocolViolation
        /// The peer began again from nothing inside the same DTLS connection.
        case restarted
    }

    package let code: Code
    /// One sentence for a person.
    package let message: String
}

/// What the channels want done, or tell.
package enum DataChannelOutput: Equatable, Sendable {
    /// The buffer holds one SCTP packet for the DTLS transport.
    case transmit
    /// The association is up; messages sent before are on their way.
    case established
    /// A channel can be used: the peer has opened it, or has acknowledged ours.
    case opened(channel: UInt16, label: String, protocol: String, byPeer: Bool)
    /// The buffer holds a whole message; text is UTF-8 if the peer keeps its word.
    case message(channel: UInt16, isText: Bool)
    /// A channel is over; its number may be used again.
    case closed(channel: UInt16)
    /// The association was shut down in good order: nothing follows.
    case ended
    /// The association is over, and every channel with it: nothing follows.
    case failed(DataChannelFailure)
}

package import Dialects

/// What a gateway session wants done.
package enum GatewayOutput: Equatable, Sendable {
    /// Send the datagram in the lent buffer to the caller: RTP or RTCP, in the clear.
    case edge
    /// Send the text in the lent buffer to the caller on the data channel.
    case edgeEvent
    /// Send what is in the lent buffer to the agent, as a message of that form.
    case upstream(MessageForm)
    /// Write to the log.
    case note(GatewayEvent)
    /// Nothing more will come: let go of the caller and of the agent.
    case close(GatewayEnd)
}

/// Why a gateway session ended.
package enum GatewayEnd: String, Sendable, CaseIterable {
    /// The caller's connection is gone.
    case disconnected
    /// The caller said so, by an RTCP BYE.
    case farewell
    /// Nothing came from the caller for too long.
    case idle
    /// Too much that is not understood.
    case garbage
    /// The agent could not be reached, or hung up.
    case upstream
}

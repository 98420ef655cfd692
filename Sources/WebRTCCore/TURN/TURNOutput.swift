/// What a ``TURNClient`` wants done or known.
package enum TURNOutput: Equatable, Sendable {
    /// Send what is in the buffer to the server.
    case transmit
    /// Packets to `relayed` will arrive as data; the server saw the request come from `mapped`.
    case allocated(relayed: TransportAddress, mapped: TransportAddress)
    /// What this peer sent to the relayed address is in the buffer.
    case data(from: TransportAddress)
    /// The server does not relay to this peer; others are not touched.
    case refused(peer: IPAddress, TURNFailure)
    /// Nothing is relayed any more. The last thing a client says.
    case failed(TURNFailure)
}

/// How a client reaches its server.
package enum TURNTransport: Equatable, Sendable {
    /// One message or packet in a datagram; requests are sent again.
    case udp
    /// Messages and packets follow each other in a stream.
    case tcp
}

/// What a client met that led to nothing.
package struct TURNCounts: Equatable, Sendable {
    /// Requests sent, with retransmissions.
    package var requestsSent: UInt32 = 0
    /// Responses without request or valid integrity, data of strangers, and garbage.
    package var ignored: UInt32 = 0
    /// Packets of peers that came faster than they were polled.
    package var dropped: UInt32 = 0
}

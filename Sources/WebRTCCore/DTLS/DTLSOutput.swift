package import RTPCore

/// What a ``DTLSTransport`` asks of its runner, drained by ``DTLSTransport/poll(into:)``.
package enum DTLSOutput: Equatable, Sendable {
    /// Send the buffer as one datagram.
    case transmit
    /// The peer is who its description says; media and application data may flow.
    ///
    /// `local` protects what we send, `remote` is what the peer protects with.
    case connected(SRTPProfile, local: SRTPMaster, remote: SRTPMaster)
    /// The buffer holds what one record of the peer carried: an SCTP packet.
    case application
    /// One side has said goodbye. Nothing more comes.
    case closed
    /// Nothing more comes.
    case failed(DTLSFailure)
}

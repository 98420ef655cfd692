/// Why a packet is not protected, or not believed.
///
/// A receiver remembers nothing of a packet that was refused.
package enum SRTPProblem: Error, Equatable, Sendable, CaseIterable {
    /// A master key or salt of another length than the profile's.
    case badMaster
    /// Shorter than its header and what protection adds.
    case tooShort
    /// Longer than a datagram can be.
    case tooLong
    /// Version other than 2, or a header extension that runs past the end.
    case badHeader
    /// Not written by who holds the key, or changed on the way.
    case unauthentic
    /// Received before (RFC 3711 §3.3.2); in a sender, protected before.
    case replayed
    /// Older than what the replay window remembers.
    case tooOld
    /// Authentic, of one source more than are kept track of.
    case tooManySources
    /// The key has protected all the packets it may (RFC 3711 §9.2).
    case keyExhausted
    /// The cryptographic library refused.
    case cipherFailed
}

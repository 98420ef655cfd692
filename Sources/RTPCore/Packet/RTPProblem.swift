/// Why bytes are no RTP packet.
package enum RTPProblem: Error, Equatable, Sendable, CaseIterable {
    /// Shorter than the fixed header and the contributing sources it announces.
    case tooShort
    /// Version other than 2.
    case badVersion
    /// Padding of zero bytes, or longer than what follows the header.
    case badPadding
    /// A header extension that runs past the packet's end.
    case badExtension
}

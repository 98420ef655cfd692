/// The 48-bit number of an RTP packet: rollover counter and sequence number (RFC 3711 §3.3.1).
package enum SRTPIndex {
    /// The last one a key may be used for.
    package static let last: UInt64 = 0xFFFF_FFFF_FFFF

    /// The index nearest to the newest one that ends in this sequence number.
    ///
    /// - Parameter highest: the newest index; `nil` for a source's first packet.
    /// - Returns: `nil` where it would be beyond the last.
    @inline(__always)
    package static func nearest(to highest: UInt64?, sequence: UInt16) -> UInt64? {
        guard let highest else { return UInt64(sequence) }
        let step = Int32(sequence) - Int32(highest & 0xFFFF)
        var rollover = highest >> 16
        if step < -0x8000 {
            rollover += 1
        } else if step > 0x8000, rollover > 0 {
            // Before the first rollover there is nothing to go back to: a gap, then.
            rollover -= 1
        }
        let index = rollover << 16 | UInt64(sequence)
        return index <= last ? index : nil
    }
}

package import Timeline

/// Protects what one participant sends (RFC 3711, RFC 7714).
///
/// Follows the rollover counter of each source by itself, from its first packet on, and never
/// uses an index twice: repeating one would give away what is encrypted.
package final class SRTPSender {
    package let profile: SRTPProfile

    private let rtp: SRTPCipher
    private let rtcp: SRTPCipher
    private var sources = SourceTable()
    /// Of the next RTCP packet, over all sources.
    private var nextRTCP: UInt32

    /// - Throws: `badMaster` where the lengths are not the profile's.
    package convenience init(profile: SRTPProfile, master: SRTPMaster) throws(SRTPProblem) {
        try self.init(profile: profile, master: master, firstRTCP: 0)
    }

    /// A sender whose RTCP begins at a given index.
    ///
    /// - Throws: `badMaster` where the lengths are not the profile's.
    package init(
        profile: SRTPProfile, master: SRTPMaster, firstRTCP: UInt32
    ) throws(SRTPProblem) {
        self.profile = profile
        rtp = try SRTPCipher(
            profile: profile, keys: .derived(from: master, for: .rtp, profile: profile))
        rtcp = try SRTPCipher(
            profile: profile, keys: .derived(from: master, for: .rtcp, profile: profile))
        nextRTCP = firstRTCP
    }

    /// Encrypts the packet and appends its tag.
    ///
    /// Header, contributing sources and header extension stay readable.
    /// - Parameter packet: one RTP packet and nothing else; as before where it is refused,
    ///   and empty after `cipherFailed`.
    /// - Throws: `replayed` and `tooOld` for an index that is or may be spent, `keyExhausted`
    ///   after 2⁴⁸ packets, or what is wrong with the packet.
    package func protect(rtp packet: inout WireBuffer) throws(SRTPProblem) {
        let header = try SRTPHeader(packet.bytes, overhead: 0)
        guard packet.count + profile.rtpOverhead <= SRTPHeader.longestPacket else { throw .tooLong }
        let window = sources.window(of: header.ssrc)
        guard
            let index = SRTPIndex.nearest(to: window?.highest, sequence: header.sequence)
        else { throw .keyExhausted }
        if let problem = window?.problem(with: index) { throw problem }
        // Spent from here on, whatever becomes of the packet.
        guard sources.mark(index, of: header.ssrc) else { throw .tooManySources }

        packet.appendZeros(profile.rtpOverhead)
        let isSealed = packet.withMutableBytes {
            rtp.sealRTP($0, header: header.length, index: index)
        }
        guard isSealed else {
            packet.removeAll()
            throw .cipherFailed
        }
    }

    /// Encrypts the compound packet and appends its index and tag.
    ///
    /// - Parameter packet: one RTCP packet, compound or not; as before where it is refused, and
    ///   empty after `cipherFailed`.
    /// - Throws: `keyExhausted` after 2³¹ packets, or what is wrong with the packet.
    package func protect(rtcp packet: inout WireBuffer) throws(SRTPProblem) {
        _ = try SRTPHeader.rtcpSource(of: packet.bytes, overhead: 0)
        guard packet.count + profile.rtcpOverhead <= SRTPHeader.longestPacket else {
            throw .tooLong
        }
        guard nextRTCP & SRTPCipher.encryptedFlag == 0 else { throw .keyExhausted }
        let index = nextRTCP
        nextRTCP += 1

        packet.appendZeros(profile.rtcpOverhead)
        let isSealed = packet.withMutableBytes { rtcp.sealRTCP($0, index: index) }
        guard isSealed else {
            packet.removeAll()
            throw .cipherFailed
        }
    }
}

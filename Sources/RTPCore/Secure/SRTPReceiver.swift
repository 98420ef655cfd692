/// Checks and decrypts what one participant sent (RFC 3711, RFC 7714).
///
/// Sources are told apart; one is remembered from its first authentic packet on, so that a
/// forged packet changes nothing. The first one is taken to be from before the first rollover.
package final class SRTPReceiver {
    package let profile: SRTPProfile

    private let rtp: SRTPCipher
    private let rtcp: SRTPCipher
    private var rtpSources = SourceTable()
    private var rtcpSources = SourceTable()

    /// - Throws: `badMaster` where the lengths are not the profile's.
    package init(profile: SRTPProfile, master: SRTPMaster) throws(SRTPProblem) {
        self.profile = profile
        rtp = try SRTPCipher(
            profile: profile, keys: .derived(from: master, for: .rtp, profile: profile))
        rtcp = try SRTPCipher(
            profile: profile, keys: .derived(from: master, for: .rtcp, profile: profile))
    }

    /// Checks and decrypts an RTP packet in place.
    ///
    /// - Parameter packet: what arrived, whole; worthless where it is refused.
    /// - Returns: the length of the plain packet at its beginning.
    /// - Throws: why the packet is refused; nothing is remembered of it then.
    package func unprotect(
        rtp packet: UnsafeMutableRawBufferPointer
    ) throws(SRTPProblem) -> Int {
        let header = try SRTPHeader(
            UnsafeRawBufferPointer(packet), overhead: profile.rtpOverhead)
        let window = rtpSources.window(of: header.ssrc)
        guard
            let index = SRTPIndex.nearest(to: window?.highest, sequence: header.sequence)
        else { throw .keyExhausted }
        if let problem = window?.problem(with: index) { throw problem }

        guard rtp.openRTP(packet, header: header.length, index: index) else {
            throw .unauthentic
        }
        guard rtpSources.mark(index, of: header.ssrc) else { throw .tooManySources }
        return packet.count - profile.rtpOverhead
    }

    /// Checks an RTCP packet and decrypts it in place, where it is encrypted.
    ///
    /// - Parameter packet: what arrived, whole; worthless where it is refused.
    /// - Returns: the length of the plain packet at its beginning.
    /// - Throws: why the packet is refused; nothing is remembered of it then.
    package func unprotect(
        rtcp packet: UnsafeMutableRawBufferPointer
    ) throws(SRTPProblem) -> Int {
        let bytes = UnsafeRawBufferPointer(packet)
        let ssrc = try SRTPHeader.rtcpSource(of: bytes, overhead: profile.rtcpOverhead)
        let index = UInt64(rtcp.rtcpWord(of: bytes) & ~SRTPCipher.encryptedFlag)
        if let problem = rtcpSources.window(of: ssrc)?.problem(with: index) { throw problem }

        guard rtcp.openRTCP(packet) else { throw .unauthentic }
        guard rtcpSources.mark(index, of: ssrc) else { throw .tooManySources }
        return packet.count - profile.rtcpOverhead
    }
}

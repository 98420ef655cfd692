import CSRTP
import RTPCore

/// The reference implementation, to compare ours with.
final class LibSRTP {
    struct Refusal: Error, Equatable { let status: UInt32 }
    enum Direction { case sending, receiving }

    private static let start: srtp_err_status_t = srtp_init()
    private let session: srtp_t

    /// - Parameter clearReports: RTCP is authenticated and left readable.
    init(
        _ profile: SRTPProfile, _ master: SRTPMaster, _ direction: Direction,
        clearReports: Bool = false
    ) throws {
        guard Self.start == srtp_err_status_ok else { throw Refusal(status: Self.start.rawValue) }
        var policy = srtp_policy_t()
        switch profile {
        case .aesCM128HMACSHA1_80:
            srtp_crypto_policy_set_rtp_default(&policy.rtp)
            srtp_crypto_policy_set_rtcp_default(&policy.rtcp)
        case .aeadAES128GCM:
            srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp)
            srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtcp)
        }
        if clearReports { policy.rtcp.sec_serv = sec_serv_auth }
        policy.ssrc.type = direction == .sending ? ssrc_any_outbound : ssrc_any_inbound
        policy.window_size = 128
        var secret = master.key + master.salt
        var made: srtp_t?
        let status = secret.withUnsafeMutableBufferPointer {
            policy.key = $0.baseAddress
            return srtp_create(&made, &policy)
        }
        guard status == srtp_err_status_ok, let made else {
            throw Refusal(status: status.rawValue)
        }
        session = made
    }

    deinit { srtp_dealloc(session) }

    private func changed(
        _ bytes: [UInt8],
        _ body: (srtp_t?, UnsafeMutableRawPointer?, UnsafeMutablePointer<Int32>?)
            -> srtp_err_status_t
    ) throws(Refusal) -> [UInt8] {
        var room = bytes + [UInt8](repeating: 0, count: 160)
        var count = Int32(bytes.count)
        let status = room.withUnsafeMutableBytes { body(session, $0.baseAddress, &count) }
        guard status == srtp_err_status_ok else { throw Refusal(status: status.rawValue) }
        return Array(room[..<Int(count)])
    }

    func protected(rtp: [UInt8]) throws(Refusal) -> [UInt8] { try changed(rtp, srtp_protect) }
    func protected(rtcp: [UInt8]) throws(Refusal) -> [UInt8] {
        try changed(rtcp, srtp_protect_rtcp)
    }
    func plain(rtp: [UInt8]) throws(Refusal) -> [UInt8] { try changed(rtp, srtp_unprotect) }
    func plain(rtcp: [UInt8]) throws(Refusal) -> [UInt8] { try changed(rtcp, srtp_unprotect_rtcp) }
}

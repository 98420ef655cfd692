/// Why a TURN server does not relay, or does not relay to a peer: which step, and what it said.
package struct TURNFailure: Error, Equatable, Sendable {
    package enum Step: String, Sendable, CaseIterable {
        case allocate, refresh, permission, channel
        /// Bytes that arrived, and belong to no step of ours.
        case stream
    }

    /// What sort of failure it is: a closed set, fit for counting.
    package enum Code: String, Sendable, CaseIterable {
        /// No answer in the time RFC 8489 §6.2 allows.
        case silent
        /// 401 although credentials were sent: they are wrong, or unknown there.
        case unauthorized
        /// 403: the server's rules do not allow it.
        case forbidden
        /// 300: another server is named.
        case redirected
        /// 437: the allocation is not there, or there already.
        case mismatch
        /// 441: the allocation was made with other credentials.
        case wrongCredentials
        /// 442: the server does not relay UDP.
        case unsupportedTransport
        /// 486: this user has as many allocations as it may.
        case quota
        /// 508: the server has no address left.
        case noCapacity
        /// 438 again and again.
        case staleNonce
        /// Any other error.
        case refused
        /// An answer that lacks what it has to hold, or a stream that is not TURN.
        case malformed
        /// More peers than one allocation is used for.
        case tooManyPeers
    }

    package let step: Step
    package let code: Code
    /// The server's error, 300...699; `nil` where it sent none.
    package let status: Int?
    /// What was tried and what the server said, in one sentence and without secrets.
    package let message: String

    init(_ step: Step, _ code: Code, status: Int? = nil, _ message: String) {
        self.step = step
        self.code = code
        self.status = status
        self.message = message
    }

    /// The failure an error response tells of.
    init(_ step: Step, status: Int, reason: String, alternate: TransportAddress?) {
        let code = Code(status: status)
        var message = "the TURN server answered \(step.rawValue) with \(status)"
        let said = Substring(reason).sdpQuoted
        if !reason.isEmpty { message += " \(said)" }
        switch code {
        case .redirected:
            let place = alternate.map { "\($0)" } ?? "another server, without telling which"
            message += ": it points to \(place); use that one instead"
        case .unauthorized, .wrongCredentials:
            message += ": check the user name and the password"
        case .mismatch where step == .allocate:
            message += ": this port has an allocation already; use another"
        default:
            break
        }
        self.init(step, code, status: status, message)
    }
}

extension TURNFailure.Code {
    init(status: Int) {
        switch status {
        case 300: self = .redirected
        case 401: self = .unauthorized
        case 403: self = .forbidden
        case 437: self = .mismatch
        case 438: self = .staleNonce
        case 441: self = .wrongCredentials
        case 442: self = .unsupportedTransport
        case 486: self = .quota
        case 508: self = .noCapacity
        default: self = .refused
        }
    }
}

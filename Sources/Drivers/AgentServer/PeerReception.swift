import Dialects

/// Takes WebRTC calls that come to an agent over HTTP.
///
/// Called on any of the agent's event loops. Each reply is given exactly once, soon or later, on any
/// thread.
protocol PeerReception: AnyObject, Sendable {
    /// A caller offers a call.
    func offer(
        _ offer: PeerOffer,
        reply: @escaping @Sendable (Result<PeerAnswer, SignallingRefusal>) -> Void
    )

    /// A caller of WHIP tells of candidates it found later, or that there are no more.
    ///
    /// - Parameter fragment: as RFC 8840 §9 has it, not read yet.
    func trickle(
        _ id: String, fragment: String, reply: @escaping @Sendable (SignallingRefusal?) -> Void
    )

    /// A caller hangs up; also one that left before its offer was answered.
    func end(_ id: String, reply: @escaping @Sendable (SignallingRefusal?) -> Void)
}

/// What a caller offers.
struct PeerOffer: Sendable {
    /// Of SDP nothing is known but that it begins like it.
    var sdp: String
    /// As `X-Talkover-Call` has it, unchecked; `nil` where it has no name.
    var callName: String?
    /// A JSON object as text; `nil` where none came along.
    var session: String?
    var kind: SignallingKind
    /// This host as the caller reached it: an address that serves for candidates too.
    var local: PeerAddress?
}

/// A call that was taken.
struct PeerAnswer: Sendable {
    var sdp: String
    /// What the caller will name the call by: letters, digits, `-`, `.` and `_`, at most 64.
    ///
    /// Not to be guessed: whoever knows it can end the call.
    var id: String
}

/// What the reception had to say, to whatever it was asked.
enum PeerReply: Sendable {
    case taken(PeerAnswer)
    case done(SignallingResponse)
    case refused(SignallingRefusal)
}

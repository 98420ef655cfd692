import Timeline

/// One base and one remote candidate, and how far checking them has come (RFC 8445 §6.1.2.6).
struct CandidatePair {
    enum State { case waiting, inProgress, succeeded, failed }

    /// Index of the base checks are sent from.
    let base: Int
    /// Index of the remote candidate.
    let remote: Int
    var state = State.waiting
    /// The check under way: a first one, or on a succeeded pair the one that nominates it.
    var check: ConnectivityCheck?
    /// A check that is sent no more but may still be answered (§7.3.1.4).
    var previous: STUNTransactionID?
    /// Where the peer saw our check come from.
    var mapped: TransportAddress?
    /// The peer nominated it; it counts once it has succeeded (§7.3.1.5).
    var isNominatedByPeer = false

    /// §6.1.2.3; `controlling` is the priority of the controlling agent's candidate.
    static func priority(controlling: UInt32, controlled: UInt32) -> UInt64 {
        // Wire values above 2^31 - 1 are against the rules, and would overflow.
        let first = UInt64(min(controlling, 0x7FFF_FFFF))
        let second = UInt64(min(controlled, 0x7FFF_FFFF))
        return (min(first, second) << 32) + 2 * max(first, second) + (first > second ? 1 : 0)
    }
}

/// One Binding request and its retransmissions.
struct ConnectivityCheck {
    let transaction: STUNTransactionID
    /// The role it was sent in: an error 487 is about that one.
    let role: ICERole
    let nominates: Bool
    let firstSent: RunInstant
    var schedule: STUNRetransmission
}

package import Timeline

/// Finds a pair of addresses two peers can talk over, and watches that it stays one.
///
/// Sans-IO, for one stream with one component (RFC 8445, trickling as in RFC 8838, consent as in RFC 7675).
/// After every call that hands something in, drain ``poll(into:)`` and look at ``wake``. It is owned by
/// one loop. ICE restarts are not supported: a new call has a new agent.
package final class ICEAgent {
    /// Most candidates and pairs kept; what comes beyond is counted and left out.
    enum Limit {
        static let locals = 16
        static let remotes = 32
        static let pairs = 100
        static let earlyChecks = 8
    }

    enum Pace {
        /// Between two new checks (RFC 8445 §14.2).
        static let newChecks = Nanoseconds.milliseconds(50)
        /// How long a valid pair waits for a better one before it is nominated.
        static let settling = Nanoseconds.milliseconds(100)
        /// RFC 7675 §5.1.
        static let consent = Nanoseconds.seconds(5)
        static let consentLifetime = Nanoseconds.seconds(30)
        /// A selected pair silent for this long, which is more than one consent check,
        /// gives way to any other that the peer nominates.
        static let silence = Nanoseconds.seconds(8)
    }

    struct Local {
        let candidate: ICECandidate
        let base: Int
    }

    /// Where checks are sent from, with the best priority of the candidates it stands behind.
    struct Base {
        let address: TransportAddress
        var foundation: String
        var priority: UInt32
    }

    /// A check that was answered before the peer's credentials were known (RFC 8445 §7.3).
    struct EarlyCheck {
        let base: Int
        let source: TransportAddress
        let priority: UInt32
        var isNominated: Bool
    }

    /// Our own: what the peer is told, and what its checks must know.
    package let credentials: ICECredentials
    /// Changes where both agents begin in the same role (RFC 8445 §7.3.1.1).
    package internal(set) var role: ICERole
    package internal(set) var counts = ICECounts()

    let isLite: Bool
    let patience: Nanoseconds
    var generator: SeededGenerator
    var tieBreaker: UInt64

    var remoteCredentials: ICECredentials?
    var isRemoteLite = false
    var hasAllRemotes = false
    var isOver = false
    /// When patience ends.
    var deadline = RunInstant.zero

    var locals: [Local] = []
    var bases: [Base] = []
    var remotes: [ICECandidate] = []
    var early: [EarlyCheck] = []
    var pairs: [CandidatePair] = []
    /// Indices of pairs to be checked before all others (§6.1.4.1).
    var triggered: [Int] = []
    var mostPairs = 0
    var lastNewCheck: RunInstant?
    var firstValid: RunInstant?
    var lastRefusal: (code: Int, reason: String)?

    /// Index of the pair media takes.
    var selected: Int?
    var selectedHeard = RunInstant.zero
    var consent = Consent()
    var pending: [Pending] = []

    /// - Parameters:
    ///   - role: of a full agent; one that is lite is always controlled.
    ///   - isLite: only answers checks (RFC 8445 §2.5); right for a server with a reachable address.
    ///   - generator: where transaction ids and the tie-breaker come from; a live runner's is seeded by the system.
    ///   - patience: from the peer's credentials to a selected pair, at most.
    package init(
        role: ICERole, isLite: Bool, credentials: ICECredentials, generator: SeededGenerator,
        patience: Nanoseconds = .seconds(10)
    ) {
        self.role = isLite ? .controlled : role
        self.isLite = isLite
        self.credentials = credentials
        self.patience = patience
        self.generator = generator
        tieBreaker = self.generator.next()
    }

    /// The pair media takes, once there is one.
    package var selectedPair: ICEPair? { selected.map(describe) }

    /// Adds a way the peer may reach us, at any time.
    ///
    /// - Parameter base: where to send from to use it: the socket's address, or the relayed address itself.
    package func add(local candidate: ICECandidate, base: TransportAddress, at now: RunInstant) {
        guard !isOver else { return }
        guard locals.count < Limit.locals, candidate.transport == .udp, candidate.component == 1,
            base.host.isV6 == candidate.address.host.isV6,
            !locals.contains(where: { $0.candidate.address == candidate.address })
        else {
            counts.candidatesIgnored &+= 1
            return
        }
        if let index = bases.firstIndex(where: { $0.address == base }) {
            locals.append(Local(candidate: candidate, base: index))
            if candidate.priority > bases[index].priority {
                bases[index].priority = candidate.priority
                bases[index].foundation = candidate.foundation
            }
        } else {
            locals.append(Local(candidate: candidate, base: bases.count))
            bases.append(
                Base(
                    address: base, foundation: candidate.foundation, priority: candidate.priority))
            for remote in remotes.indices where selected == nil {
                pair(base: bases.count - 1, remote: remote)
            }
        }
        advance(at: now)
    }

    /// Hands over what the peer described itself with; checks begin and patience runs from here.
    ///
    /// Candidates that are known already are best added before, so that the first check is of the best pair.
    /// A second description is left out.
    package func setRemote(_ remote: ICECredentials, isLite isRemoteLite: Bool, at now: RunInstant)
    {
        guard !isOver, remoteCredentials == nil else { return }
        remoteCredentials = remote
        self.isRemoteLite = isRemoteLite
        deadline = now + patience
        // §6.1.1: the full agent takes the lead.
        if isRemoteLite, !isLite { role = .controlling }
        let answered = early
        early = []
        for check in answered where !isLite {
            heed(check, at: now)
        }
        advance(at: now)
    }

    /// Adds a way to reach the peer, at any time.
    package func add(remote candidate: ICECandidate, at now: RunInstant) {
        guard !isOver else { return }
        guard candidate.transport == .udp, candidate.component == 1,
            candidate.address.host.isReachable, candidate.address.port > 0
        else {
            counts.candidatesIgnored &+= 1
            return
        }
        let known = remotes.firstIndex { $0.address == candidate.address }
        // The peer's own words replace what a check taught.
        if let known, remotes[known].kind == .peerReflexive { remotes[known] = candidate }
        if let index = known ?? learn(candidate), selected == nil {
            for base in bases.indices { pair(base: base, remote: index) }
        }
        advance(at: now)
    }

    /// The peer said that no more candidates come; a failure then says so too.
    package func endRemoteCandidates() { hasAllRemotes = true }

    /// Appends a remote candidate; `nil` where there are too many.
    func learn(_ candidate: ICECandidate) -> Int? {
        guard remotes.count < Limit.remotes else {
            counts.candidatesIgnored &+= 1
            return nil
        }
        remotes.append(candidate)
        return remotes.count - 1
    }
}

extension IPAddress {
    /// Whether one peer can be there: neither unspecified nor a group.
    var isReachable: Bool {
        switch self {
        case .v4(let octets): octets != 0 && octets >> 28 < 0xE
        case .v6(let high, let low): (high, low) != (0, 0) && high >> 56 != 0xFF
        }
    }
}

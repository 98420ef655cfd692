import Timeline

extension ICEAgent {
    /// Forms a pair where two addresses can talk to each other (RFC 8445 §6.1.2.2), or finds it.
    ///
    /// An agent that is lite checks nothing and forms pairs only as the peer nominates them.
    @discardableResult
    func pair(base: Int, remote: Int, isNominated: Bool = false) -> Int? {
        if let known = pairs.firstIndex(where: { $0.base == base && $0.remote == remote }) {
            return known
        }
        guard !isLite || isNominated else { return nil }
        let here = bases[base].address.host
        let there = remotes[remote].address.host
        guard here.isV6 == there.isV6, !here.isV6 || here.isLinkLocal == there.isLinkLocal else {
            return nil
        }
        guard pairs.count < Limit.pairs else {
            counts.candidatesIgnored &+= 1
            return nil
        }
        pairs.append(CandidatePair(base: base, remote: remote))
        mostPairs = max(mostPairs, pairs.count)
        return pairs.count - 1
    }

    /// Computed rather than kept, as a change of roles changes it.
    func priority(of pair: CandidatePair) -> UInt64 {
        let here = bases[pair.base].priority
        let there = remotes[pair.remote].priority
        return role == .controlling
            ? CandidatePair.priority(controlling: here, controlled: there)
            : CandidatePair.priority(controlling: there, controlled: here)
    }

    /// The best of some pairs; of two alike the one that was formed first.
    func best(where isMeant: (CandidatePair) -> Bool) -> Int? {
        var found: (index: Int, priority: UInt64)?
        for index in pairs.indices where isMeant(pairs[index]) {
            let priority = priority(of: pairs[index])
            if priority > found?.priority ?? 0 { found = (index, priority) }
        }
        return found?.index
    }

    /// Whether a check of the same foundation is under way: its answer tells about this pair too.
    func isFrozen(_ pair: CandidatePair) -> Bool {
        pairs.contains {
            $0.state == .inProgress
                && bases[$0.base].foundation == bases[pair.base].foundation
                && remotes[$0.remote].foundation == remotes[pair.remote].foundation
        }
    }

    /// What a pair looks like from outside.
    func describe(_ index: Int) -> ICEPair {
        let pair = pairs[index]
        let base = bases[pair.base]
        let seen = pair.mapped ?? base.address
        let known = locals.first { $0.base == pair.base && $0.candidate.address == seen }
        // §7.2.5.3.1: what the peer saw and we did not know is a candidate too.
        let local =
            known?.candidate
            ?? ICECandidate(
                foundation: "prflx", priority: checkPriority(base: pair.base), address: seen,
                kind: .peerReflexive, related: base.address)
        return ICEPair(local: local, remote: remotes[pair.remote], base: base.address)
    }

    /// The priority a check asks the peer to give what it may learn from it (§7.1.1).
    func checkPriority(base: Int) -> UInt32 {
        ICECandidate.priority(
            .peerReflexive, preference: UInt16(truncatingIfNeeded: bases[base].priority >> 8))
    }

    /// Media moves to a pair, and most others are forgotten (§8.1.2).
    func select(_ index: Int, at now: RunInstant) {
        guard selected != index else { return }
        let chosen = pairs[index]
        let priority = priority(of: chosen)
        // A peer that nominates with every check ends on the best of them: so must we.
        let better = pairs.indices.filter {
            $0 != index && pairs[$0].isNominatedByPeer && pairs[$0].state != .failed
                && self.priority(of: pairs[$0]) > priority
        }
        let queued = better.indices.filter { triggered.contains(better[$0]) }
        pairs = [chosen] + better.map { pairs[$0] }
        triggered = queued.map { $0 + 1 }
        pairs[0].check = nil
        pairs[0].previous = nil
        selected = 0
        selectedHeard = now
        if !isLite { beginConsent(at: now) }
        pending.append(.output(.selected(describe(0))))
    }

    /// Whether a nomination moves media away from the selected pair.
    func outranksSelected(_ index: Int, at now: RunInstant) -> Bool {
        guard let selected else { return true }
        return index != selected
            && (priority(of: pairs[index]) > priority(of: pairs[selected])
                || now - selectedHeard > Pace.silence)
    }
}

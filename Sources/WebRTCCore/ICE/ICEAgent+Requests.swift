import Timeline

extension ICEAgent {
    /// A check of the peer (RFC 8445 §7.3): answered first, then learnt from.
    func answer(
        _ request: STUNMessage, from source: TransportAddress, at base: Int, now: RunInstant
    ) {
        if let refusal = refusal(of: request) {
            refuse(request, refusal, source, base)
            return
        }
        let here = bases[base].address
        pending.append(.answer(request.transaction, from: here, to: source))
        if let selected, pairs[selected].base == base,
            remotes[pairs[selected].remote].address == source
        {
            selectedHeard = now
        }
        let priority = request.number(.priority)
        let check = EarlyCheck(
            base: base, source: source,
            priority: priority ?? ICECandidate.priority(.peerReflexive, preference: 0),
            isNominated: request.has(.useCandidate))
        if isLite {
            heedAsLite(check, at: now)
        } else if remoteCredentials == nil {
            remember(check)
        } else {
            heed(check, at: now)
        }
    }

    private func refuse(
        _ request: STUNMessage, _ refusal: Refusal, _ source: TransportAddress, _ base: Int
    ) {
        counts.requestsRefused &+= 1
        pending.append(
            .refusal(
                request.transaction, from: bases[base].address, to: source, refusal,
                unknown: refusal == .unknownAttribute ? request.unknownRequired : []))
    }

    /// RFC 8489 §9.1.3 and §6.3.1, then the conflict of roles.
    private func refusal(of request: STUNMessage) -> Refusal? {
        guard let name = request.place(of: .username), request.hasIntegrity else {
            return .badRequest
        }
        let expected = credentials.ufrag.utf8
        guard name.count > expected.count,
            request.bytes[name].prefix(expected.count).elementsEqual(expected),
            request.bytes[name.lowerBound + expected.count] == UInt8(ascii: ":"),
            request.isIntact(key: STUNKey.shortTerm(credentials.password))
        else { return .unauthenticated }
        guard request.unknownRequired.isEmpty else { return .unknownAttribute }
        return hasLostRoleConflict(request) ? .roleConflict : nil
    }

    /// §7.3.1.1: the larger tie-breaker keeps or takes the lead; whoever is told 487 changes.
    private func hasLostRoleConflict(_ request: STUNMessage) -> Bool {
        switch role {
        case .controlling:
            guard let theirs = request.wideNumber(.iceControlling) else { return false }
            if tieBreaker >= theirs { return true }
            change(to: .controlled)
        case .controlled:
            guard let theirs = request.wideNumber(.iceControlled) else { return false }
            // An agent that is lite cannot lead.
            if isLite || tieBreaker < theirs { return true }
            change(to: .controlling)
        }
        return false
    }

    /// Nominations of the former lead no longer count, and checks under way begin anew.
    func change(to newRole: ICERole) {
        role = newRole
        for index in pairs.indices {
            pairs[index].isNominatedByPeer = false
            guard let check = pairs[index].check else { continue }
            // What was sent in the other role may still be answered, but is not repeated.
            pairs[index].previous = check.transaction
            pairs[index].check = nil
            if pairs[index].state != .succeeded { trigger(index) }
        }
    }

    private func remember(_ check: EarlyCheck) {
        let known = early.firstIndex { $0.base == check.base && $0.source == check.source }
        if let known {
            early[known].isNominated = early[known].isNominated || check.isNominated
        } else if early.count < Limit.earlyChecks {
            early.append(check)
        }
    }

    /// The remote candidate a check came from: known, or peer-reflexive (§7.3.1.3).
    private func remote(of check: EarlyCheck) -> Int? {
        if let known = remotes.firstIndex(where: { $0.address == check.source }) { return known }
        return learn(
            ICECandidate(
                foundation: "prflx\(remotes.count)", priority: max(check.priority, 1),
                address: check.source, kind: .peerReflexive))
    }

    /// §7.3.2: a nomination selects, as nothing is checked.
    private func heedAsLite(_ check: EarlyCheck, at now: RunInstant) {
        guard check.isNominated, let remote = remote(of: check),
            let index = pair(base: check.base, remote: remote, isNominated: true)
        else { return }
        pairs[index].state = .succeeded
        if outranksSelected(index, at: now) {
            select(index, at: now)
        } else if index != selected {
            pairs.remove(at: index)
        }
    }

    /// §7.3.1.4 and §7.3.1.5: a check of the peer triggers one of ours, and may nominate.
    func heed(_ check: EarlyCheck, at now: RunInstant) {
        let isNominated = check.isNominated && role == .controlled
        // Once media flows, only a nomination is of interest.
        guard selected == nil || isNominated else { return }
        guard let remote = remote(of: check), let index = pair(base: check.base, remote: remote)
        else { return }
        if selected != nil, !outranksSelected(index, at: now) {
            if index != selected, pairs[index].state == .waiting, pairs[index].check == nil {
                forget(index)
            }
            return
        }
        if isNominated { pairs[index].isNominatedByPeer = true }
        switch pairs[index].state {
        case .succeeded:
            if isNominated { select(index, at: now) }
        case .inProgress:
            pairs[index].previous = pairs[index].check?.transaction
            pairs[index].check = nil
            trigger(index)
        case .waiting, .failed:
            trigger(index)
        }
    }

    func trigger(_ index: Int) {
        pairs[index].state = .waiting
        if !triggered.contains(index) { triggered.append(index) }
    }

    /// Takes back a pair formed for a nomination that came to nothing.
    private func forget(_ index: Int) {
        guard index == pairs.count - 1, !triggered.contains(index) else { return }
        pairs.removeLast()
    }
}

import Timeline

extension ICEAgent {
    /// An answer to a check of ours (RFC 8445 §7.2.5).
    func conclude(
        _ response: STUNMessage, from source: TransportAddress, at base: Int, now: RunInstant
    ) {
        guard let remote = remoteCredentials, let index = pairIndex(of: response.transaction),
            isAuthentic(response, STUNKey.shortTerm(remote.password))
        else {
            counts.responsesIgnored &+= 1
            return
        }
        guard pairs[index].base == base, remotes[pairs[index].remote].address == source else {
            // §7.2.5.2.1: a path that is not the same both ways is none.
            counts.responsesIgnored &+= 1
            if index != selected { abandon(index) }
            return
        }
        if response.kind == .failure {
            heedRefusal(response, of: index)
        } else if let mapped = response.address(.xorMappedAddress), response.unknownRequired.isEmpty
        {
            heedAnswer(response.transaction, mapped: mapped, of: index, at: now)
        } else {
            counts.responsesIgnored &+= 1
        }
    }

    private func pairIndex(of transaction: STUNTransactionID) -> Int? {
        if consent.transaction == transaction { return selected }
        return pairs.firstIndex {
            $0.check?.transaction == transaction || $0.previous == transaction
        }
    }

    /// All but 400 and 401 are signed (RFC 8489 §9.1.4).
    private func isAuthentic(_ response: STUNMessage, _ key: [UInt8]) -> Bool {
        if response.hasIntegrity { return response.isIntact(key: key) }
        guard response.kind == .failure, let code = response.failureCode else { return false }
        return code == Refusal.badRequest.rawValue || code == Refusal.unauthenticated.rawValue
    }

    private func heedRefusal(_ response: STUNMessage, of index: Int) {
        let code = response.failureCode ?? 0
        lastRefusal = (code, Self.printable(response.failureReason ?? ""))
        let isConsent = consent.transaction == response.transaction
        guard code == Refusal.roleConflict.rawValue else {
            if !isConsent { abandon(index) }
            return
        }
        if isConsent {
            // The next consent check is soon enough to show the other role.
            if consent.role == role { yieldRole() }
        } else if let check = pairs[index].check, check.transaction == response.transaction {
            pairs[index].check = nil
            if check.role == role, !isRemoteLite {
                yieldRole()
                if pairs[index].state != .succeeded { trigger(index) }
            } else {
                // Told twice, or by a peer that may not lead: this leads nowhere.
                abandon(index)
            }
        }
        // An earlier check's role has changed already, by a check of the peer's.
    }

    /// §7.2.5.1, where the peer's tie-breaker won.
    private func yieldRole() {
        guard !isRemoteLite else { return }
        change(to: role == .controlling ? .controlled : .controlling)
        tieBreaker = generator.next()
    }

    /// A pair whose check went wrong, though it may be tried again when the peer does.
    private func abandon(_ index: Int) {
        pairs[index].check = nil
        pairs[index].previous = nil
        pairs[index].state = .failed
        triggered.removeAll { $0 == index }
    }

    private func heedAnswer(
        _ transaction: STUNTransactionID, mapped: TransportAddress, of index: Int,
        at now: RunInstant
    ) {
        if index == selected { renewConsent(at: now) }
        if consent.transaction == transaction {
            pending.append(.output(.roundTrip(now - consent.sent)))
            consent.transaction = nil
            return
        }
        let check = pairs[index].check
        if let check, check.transaction == transaction, check.schedule.tries == 1 {
            pending.append(.output(.roundTrip(now - check.firstSent)))
        }
        let hasNominated = check?.transaction == transaction && check?.nominates == true
        pairs[index].state = .succeeded
        pairs[index].mapped = mapped
        pairs[index].check = nil
        pairs[index].previous = nil
        triggered.removeAll { $0 == index }
        firstValid = firstValid ?? now
        switch role {
        case .controlling:
            if hasNominated { select(index, at: now) }
        case .controlled:
            if pairs[index].isNominatedByPeer, outranksSelected(index, at: now) {
                select(index, at: now)
            }
        }
    }

    /// What a stranger wrote, fit for a sentence.
    private static func printable(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.filter { (0x20...0x7E).contains($0.value) }.prefix(64)))
    }
}

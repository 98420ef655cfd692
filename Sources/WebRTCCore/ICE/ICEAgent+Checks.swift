package import Timeline

extension ICEAgent {
    /// When to call ``tick(at:)``; `nil` if only the peer can bring news.
    package var wake: RunInstant? {
        guard !isOver, remoteCredentials != nil else { return nil }
        var earliest: RunInstant?
        func consider(_ instant: RunInstant) { earliest = min(earliest ?? instant, instant) }
        for pair in pairs {
            if let check = pair.check { consider(check.schedule.due) }
        }
        if let next = nextNewCheck { consider(next) }
        if selected == nil {
            consider(deadline)
            if let firstValid, isReadyToNominate { consider(firstValid + Pace.settling) }
        } else if !isLite {
            consider(min(consent.next, consent.expires))
        }
        return earliest
    }

    /// Does what is due.
    package func tick(at now: RunInstant) { advance(at: now) }

    /// Everything that happens by itself, in this order, up to `now`.
    func advance(at now: RunInstant) {
        guard !isOver, remoteCredentials != nil else { return }
        if selected == nil, now >= deadline {
            fail(.noPair, noPairMessage)
            return
        }
        guard !isLite else { return }
        retransmit(at: now)
        if let next = nextNewCheck, now >= next, let index = takeNextToCheck() {
            begin(index, nominates: false, at: now)
        }
        nominateIfReady(at: now)
        if selected != nil { maintainConsent(at: now) }
    }

    /// When the next new check may be sent, if one waits.
    private var nextNewCheck: RunInstant? {
        guard !isLite, !isNominating, !triggered.isEmpty || selected == nil && hasWaiting else {
            return nil
        }
        return lastNewCheck.map { $0 + Pace.newChecks } ?? .init(nanoseconds: .min)
    }

    private var hasWaiting: Bool { pairs.contains { $0.state == .waiting } }

    /// Triggered checks first, in their order; then the best pair that waits (§6.1.4.2).
    ///
    /// Frozen pairs come last rather than not at all: one silent address must not hold up those like it.
    private func takeNextToCheck() -> Int? {
        if !triggered.isEmpty { return triggered.removeFirst() }
        return best { $0.state == .waiting && !isFrozen($0) } ?? best { $0.state == .waiting }
    }

    /// Starts a check with a fresh transaction.
    func begin(_ index: Int, nominates: Bool, at now: RunInstant) {
        let check = ConnectivityCheck(
            transaction: STUNTransactionID(using: &generator), role: role, nominates: nominates,
            firstSent: now, schedule: STUNRetransmission(start: now))
        if pairs[index].state != .succeeded { pairs[index].state = .inProgress }
        pairs[index].check = check
        lastNewCheck = now
        transmit(check.transaction, nominates: nominates, on: index)
    }

    func transmit(_ transaction: STUNTransactionID, nominates: Bool, on index: Int) {
        let pair = pairs[index]
        counts.checksSent &+= 1
        pending.append(
            .request(
                transaction, from: bases[pair.base].address, to: remotes[pair.remote].address,
                priority: checkPriority(base: pair.base), nominates: nominates))
    }

    private func retransmit(at now: RunInstant) {
        for index in pairs.indices {
            guard var check = pairs[index].check else { continue }
            switch check.schedule.step(at: now) {
            case .wait: break
            case .sendAgain:
                pairs[index].check = check
                transmit(check.transaction, nominates: check.nominates, on: index)
            case .giveUp:
                pairs[index].check = nil
                pairs[index].state = .failed
            }
        }
    }

    // MARK: Nomination (RFC 8445 §8.1.1)

    var isNominating: Bool { pairs.contains { $0.check?.nominates == true } }

    private var isReadyToNominate: Bool {
        role == .controlling && !isLite && selected == nil && !isNominating
            && pairs.contains { $0.state == .succeeded }
    }

    /// The best valid pair is nominated: at once if none could be better, else after settling.
    ///
    /// It is not paced: it opens no new path, and it is what a caller waits for.
    private func nominateIfReady(at now: RunInstant) {
        guard isReadyToNominate, let firstValid else { return }
        guard let valid = best(where: { $0.state == .succeeded }) else { return }
        let hope = best { $0.state != .failed }
        guard hope == valid || now >= firstValid + Pace.settling else { return }
        begin(valid, nominates: true, at: now)
    }

    // MARK: Failure

    func fail(_ code: ICEFailure.Code, _ message: String) {
        isOver = true
        pending.append(.output(.failed(ICEFailure(code: code, message: message))))
        pairs = []
        triggered = []
        early = []
        selected = nil
    }

    private var noPairMessage: String {
        var text = "no pair of addresses worked within \(patience.inSeconds): "
        text += "\(Self.count(locals.count, "local candidate")), "
        text += "\(Self.count(remotes.count, "remote candidate"))"
        text += hasAllRemotes ? " (all there are), " : ", "
        text += "\(Self.count(mostPairs, "pair")), "
        text += "\(Self.count(Int(counts.checksSent), "check")) sent"
        if isLite {
            text += "; the peer nominated none, and a lite agent sends no checks"
        } else if pairs.contains(where: { $0.state == .succeeded }) {
            text +=
                role == .controlling
                ? "; the peer answered, but not the nomination"
                : "; the peer answered, but nominated none"
        }
        if let lastRefusal {
            text += "; the last error answer was \(lastRefusal.code) \(lastRefusal.reason)"
        } else if counts.checksSent > 0, !pairs.contains(where: { $0.state == .succeeded }) {
            text += "; no answer came"
        }
        if counts.requestsRefused > 0 {
            text += "; \(Self.count(Int(counts.requestsRefused), "check")) of the peer refused"
        }
        return text
    }

    private static func count(_ count: Int, _ noun: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : "s")"
    }
}

import Timeline

extension ICEAgent {
    /// Whether the peer still wants what we send (RFC 7675 §5.1).
    struct Consent {
        var next = RunInstant.zero
        var expires = RunInstant.zero
        /// The latest check; an answer that takes until the next one is late enough to be none.
        var transaction: STUNTransactionID?
        var role = ICERole.controlling
        var sent = RunInstant.zero
    }

    func beginConsent(at now: RunInstant) {
        consent.transaction = nil
        consent.expires = now + Pace.consentLifetime
        scheduleConsent(after: now)
    }

    func renewConsent(at now: RunInstant) {
        selectedHeard = now
        consent.expires = now + Pace.consentLifetime
    }

    func maintainConsent(at now: RunInstant) {
        guard let selected else { return }
        if now >= consent.expires {
            let peer = remotes[pairs[selected].remote].address
            fail(
                .consentLost,
                "\(peer) answered no check for \(Pace.consentLifetime.inSeconds), so sending had to stop"
            )
            return
        }
        guard now >= consent.next else { return }
        let transaction = STUNTransactionID(using: &generator)
        consent.transaction = transaction
        consent.role = role
        consent.sent = now
        scheduleConsent(after: now)
        transmit(transaction, nominates: false, on: selected)
    }

    /// 4 to 6 s, so that many calls do not check in step.
    private func scheduleConsent(after now: RunInstant) {
        let factor = 0.8 + 0.4 * generator.unit()
        consent.next = now + Nanoseconds(Int64(Double(Pace.consent.count) * factor))
    }
}

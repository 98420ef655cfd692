package import Timeline

/// Asks a STUN server which address a base's datagrams seem to come from (RFC 8445 §5.1.1.2).
///
/// Sans-IO: after every call drain ``poll(into:)`` and look at ``wake``.
package struct STUNGatherer: Sendable {
    package enum Output: Equatable, Sendable {
        /// Send what is in the buffer.
        case transmit(from: TransportAddress, to: TransportAddress)
        /// Said once; the gatherer is done.
        case found(ICECandidate)
        /// Nothing translates addresses on the way: the host candidate says it all.
        case untranslated
        case failed(ICEFailure)
    }

    private let server: TransportAddress
    private let base: TransportAddress
    private let preference: UInt16
    private let patience: Nanoseconds
    private let transaction: STUNTransactionID
    private var started: RunInstant?
    private var schedule: STUNRetransmission?
    private var pending: Output?

    /// - Parameters:
    ///   - base: the address of the socket the datagrams leave from.
    ///   - preference: that of the base's host candidate.
    ///   - patience: how long to wait for an answer.
    package init(
        server: TransportAddress, base: TransportAddress, preference: UInt16 = .max,
        patience: Nanoseconds = .seconds(5), generator: inout SeededGenerator
    ) {
        self.server = server
        self.base = base
        self.preference = preference
        self.patience = patience
        transaction = STUNTransactionID(using: &generator)
    }

    /// Sends the first request; a second call is left out.
    package mutating func start(at now: RunInstant) {
        guard started == nil else { return }
        started = now
        schedule = STUNRetransmission(start: now)
        pending = .transmit(from: base, to: server)
    }

    /// When to call ``tick(at:)``; `nil` before the start and after the end.
    package var wake: RunInstant? {
        guard let started, let schedule else { return nil }
        return min(schedule.due, started + patience)
    }

    /// Sends again, or gives up, where that is due.
    package mutating func tick(at now: RunInstant) {
        guard let started, var schedule else { return }
        if now >= started + patience {
            finish(.failed(silence))
            return
        }
        switch schedule.step(at: now) {
        case .wait: return
        case .giveUp: finish(.failed(silence))
        case .sendAgain:
            self.schedule = schedule
            pending = .transmit(from: base, to: server)
        }
    }

    /// Takes the server's answer; `false` of what is none, and belongs to somebody else.
    package mutating func receive(
        stun bytes: UnsafeRawBufferPointer, from source: TransportAddress
    ) -> Bool {
        guard schedule != nil, source == server, let answer = try? STUNMessage.parse(bytes),
            answer.transaction == transaction, answer.method == .binding
        else { return false }
        switch answer.kind {
        case .request, .indication:
            return false
        case .failure:
            let code = answer.failureCode.map { "\($0)" } ?? "no code"
            finish(.failed(refusal("the STUN server \(server) answered with error \(code)")))
        case .success:
            let mapped = answer.address(.xorMappedAddress) ?? answer.address(.mappedAddress)
            guard let mapped, answer.unknownRequired.isEmpty else {
                finish(.failed(refusal("the STUN server \(server) answered without an address")))
                return true
            }
            guard mapped != base else {
                finish(.untranslated)
                return true
            }
            finish(
                .found(
                    .serverReflexive(mapped, base: base, server: server, preference: preference)))
        }
        return true
    }

    /// What is to be done next; a message to transmit replaces what is in `buffer`.
    package mutating func poll(into buffer: inout WireBuffer) -> Output? {
        guard let next = pending else { return nil }
        pending = nil
        if case .transmit = next {
            buffer.removeAll()
            STUNWriter(.request, .binding, transaction, into: &buffer).finish(key: nil, in: &buffer)
        }
        return next
    }

    private mutating func finish(_ output: Output) {
        schedule = nil
        pending = output
    }

    private var silence: ICEFailure {
        ICEFailure(
            code: .serverSilent,
            message: "the STUN server \(server) did not answer within \(patience.inSeconds)")
    }

    private func refusal(_ message: String) -> ICEFailure {
        ICEFailure(code: .serverRefused, message: message)
    }
}

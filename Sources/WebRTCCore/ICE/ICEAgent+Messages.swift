package import Timeline

extension ICEAgent {
    /// What waits to be polled; messages are written as they are polled.
    enum Pending {
        case request(
            STUNTransactionID, from: TransportAddress, to: TransportAddress, priority: UInt32,
            nominates: Bool)
        case answer(STUNTransactionID, from: TransportAddress, to: TransportAddress)
        case refusal(
            STUNTransactionID, from: TransportAddress, to: TransportAddress, Refusal,
            unknown: [UInt16])
        case output(ICEOutput)
    }

    enum Refusal: Int {
        case badRequest = 400
        case unauthenticated = 401
        case unknownAttribute = 420
        case roleConflict = 487

        var reason: String {
            switch self {
            case .badRequest: "Bad Request"
            case .unauthenticated: "Unauthenticated"
            case .unknownAttribute: "Unknown Attribute"
            case .roleConflict: "Role Conflict"
            }
        }

        /// Who could not show that it knows the password gets no proof that we do (RFC 8489 §9.1.3).
        var isSigned: Bool { self == .unknownAttribute || self == .roleConflict }
    }

    /// The fragment a check is addressed to: what tells apart agents that share a port.
    ///
    /// `nil` of what is no Binding request with a user name; nothing is authenticated here.
    package static func addressee(of stun: UnsafeRawBufferPointer) -> String? {
        guard let message = try? STUNMessage.parse(stun), message.kind == .request,
            message.method == .binding, let place = message.place(of: .username),
            let colon = stun[place].firstIndex(of: UInt8(ascii: ":")), place.count <= 513
        else { return nil }
        return String(decoding: stun[place.lowerBound..<colon], as: UTF8.self)
    }

    /// Hands over a STUN message that arrived; anything else is counted and left out.
    ///
    /// - Parameter base: where it arrived: one of the bases given with a local candidate.
    package func receive(
        stun: UnsafeRawBufferPointer, from source: TransportAddress, at base: TransportAddress,
        now: RunInstant
    ) {
        guard !isOver else { return }
        guard let message = try? STUNMessage.parse(stun), message.method == .binding,
            let base = bases.firstIndex(where: { $0.address == base })
        else {
            counts.malformed &+= 1
            return
        }
        switch message.kind {
        case .request: answer(message, from: source, at: base, now: now)
        case .success, .failure: conclude(message, from: source, at: base, now: now)
        case .indication: break
        }
        advance(at: now)
    }

    /// The next thing to do or to know; a message to transmit replaces what is in `buffer`.
    package func poll(into buffer: inout WireBuffer) -> ICEOutput? {
        guard !pending.isEmpty else { return nil }
        let next = pending.removeFirst()
        // Thousands of agents wait for most of their time: none keeps room it does not use.
        if pending.isEmpty { pending = [] }
        switch next {
        case .output(let output):
            return output
        case .request(let transaction, let from, let to, let priority, let nominates):
            write(transaction, priority: priority, nominates: nominates, into: &buffer)
            return .transmit(from: from, to: to)
        case .answer(let transaction, let from, let to):
            buffer.removeAll()
            let writer = STUNWriter(.success, .binding, transaction, into: &buffer)
            writer.add(.xorMappedAddress, address: to, to: &buffer)
            writer.finish(key: STUNKey.shortTerm(credentials.password), in: &buffer)
            return .transmit(from: from, to: to)
        case .refusal(let transaction, let from, let to, let refusal, let unknown):
            buffer.removeAll()
            let writer = STUNWriter(.failure, .binding, transaction, into: &buffer)
            writer.addFailure(code: refusal.rawValue, reason: refusal.reason, to: &buffer)
            if !unknown.isEmpty { writer.add(unknown: unknown, to: &buffer) }
            let key = refusal.isSigned ? STUNKey.shortTerm(credentials.password) : nil
            writer.finish(key: key, in: &buffer)
            return .transmit(from: from, to: to)
        }
    }

    private func write(
        _ transaction: STUNTransactionID, priority: UInt32, nominates: Bool,
        into buffer: inout WireBuffer
    ) {
        buffer.removeAll()
        guard let remote = remoteCredentials else { return }
        let writer = STUNWriter(.request, .binding, transaction, into: &buffer)
        writer.add(.username, text: "\(remote.ufrag):\(credentials.ufrag)", to: &buffer)
        writer.add(.priority, number: priority, to: &buffer)
        writer.add(
            role == .controlling ? .iceControlling : .iceControlled, wideNumber: tieBreaker,
            to: &buffer)
        if nominates { writer.add(flag: .useCandidate, to: &buffer) }
        writer.finish(key: STUNKey.shortTerm(remote.password), in: &buffer)
    }
}

import Timeline

extension TURNClient {
    /// How often one request is signed anew before the server is given up.
    private static let mostRenewals = 3

    /// Takes one whole message or packet.
    func receive(frame: UnsafeRawBufferPointer, at now: RunInstant) {
        guard phase != .over else { return }
        if let (channel, payload) = ChannelData.read(frame) {
            guard let peer = peers.peer(of: channel) else {
                counts.ignored &+= 1
                return
            }
            arrived(payload, from: peer)
            return
        }
        guard let message = try? STUNMessage.parse(frame) else {
            counts.ignored &+= 1
            return
        }
        switch (message.kind, message.method) {
        case (.indication, .data):
            guard let peer = message.address(.xorPeerAddress), let place = message.place(of: .data),
                peers.mayReach(peer.host)
            else {
                counts.ignored &+= 1
                return
            }
            arrived(UnsafeRawBufferPointer(rebasing: message.bytes[place]), from: peer)
        case (.success, _), (.failure, _):
            answered(message, at: now)
        case (.request, _), (.indication, _):
            counts.ignored &+= 1
        }
    }

    private func arrived(_ payload: UnsafeRawBufferPointer, from peer: TransportAddress) {
        guard phase == .ready, !payload.isEmpty else {
            counts.ignored &+= 1
            return
        }
        if !inbox.add(payload, from: peer) { counts.dropped &+= 1 }
    }

    private func answered(_ message: STUNMessage, at now: RunInstant) {
        guard let index = transactions.firstIndex(where: { $0.id == message.transaction }),
            transactions[index].request.method == message.method,
            isAuthentic(message, to: transactions[index])
        else {
            counts.ignored &+= 1
            return
        }
        let transaction = transactions.remove(at: index)
        if message.kind == .success {
            succeeded(transaction.request, message, at: now)
        } else {
            failed(transaction, message, at: now)
        }
    }

    /// Whether the server that knows the password sent it.
    ///
    /// Errors may be unsigned, since a server that does not know the user cannot sign; a
    /// signature that is there has to be right.
    private func isAuthentic(_ message: STUNMessage, to transaction: TURNTransaction) -> Bool {
        guard transaction.isSigned, let login else { return true }
        if message.hasIntegrity { return message.isIntact(key: login.key) }
        return message.kind == .failure
    }

    // MARK: Success

    private func succeeded(_ request: TURNRequest, _ message: STUNMessage, at now: RunInstant) {
        switch request {
        case .allocate:
            allocated(message, at: now)
        case .refresh:
            refreshDue = now + Self.renewal(of: message.number(.lifetime))
        case .release:
            phase = .over
        case .permission, .channel:
            peers.granted(request, at: now)
        }
    }

    private func allocated(_ message: STUNMessage, at now: RunInstant) {
        guard phase == .allocating else {
            // Released before it was there.
            ask(.release, at: now)
            return
        }
        guard let relayed = message.address(.xorRelayedAddress), relayed.port > 0,
            let mapped = message.address(.xorMappedAddress), message.unknownRequired.isEmpty
        else {
            fail(
                TURNFailure(
                    .allocate, .malformed,
                    "the TURN server allocated without telling both addresses"))
            return
        }
        phase = .ready
        self.relayed = relayed
        refreshDue = now + Self.renewal(of: message.number(.lifetime))
        events.append(.allocated(relayed: relayed, mapped: mapped))
    }

    /// When to refresh what lives so many seconds: a minute before, of short ones at half time.
    private static func renewal(of lifetime: UInt32?) -> Nanoseconds {
        let seconds = Int64(min(max(lifetime ?? 600, 2), 86_400))
        return .seconds(seconds >= 120 ? seconds - 60 : seconds / 2)
    }

    // MARK: Failure

    private func failed(
        _ transaction: TURNTransaction, _ message: STUNMessage, at now: RunInstant
    ) {
        let request = transaction.request
        let status = message.failureCode ?? 0
        let wantsLogin = status == 438 || (status == 401 && !transaction.isSigned)
        let isMoot = request == .allocate && phase == .releasing
        if wantsLogin, !isMoot, transaction.renewals < Self.mostRenewals,
            let login = TURNLogin(
                message, username: username, password: password, previous: login)
        {
            self.login = login
            ask(request, renewals: transaction.renewals + 1, at: now)
            return
        }
        let failure = TURNFailure(
            request.step, status: status, reason: message.failureReason ?? "",
            alternate: message.address(.alternateServer))
        switch request {
        case .release:
            phase = .over
        case .allocate where isMoot:
            phase = .over
        case .allocate, .refresh:
            fail(failure)
        case .permission, .channel:
            // These speak of the allocation, not of the peer.
            switch failure.code {
            case .mismatch, .unauthorized, .wrongCredentials, .staleNonce: fail(failure)
            default: refuse(request, failure)
            }
        }
    }
}

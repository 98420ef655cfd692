import Timeline

extension TURNClient {
    /// Seconds an allocation is asked for: the default of RFC 8656 §3.2.
    private static let lifetime: UInt32 = 600

    /// Writes a request and queues it.
    ///
    /// - Parameter renewals: how often the server wanted another nonce for it.
    func ask(_ request: TURNRequest, renewals: Int = 0, at now: RunInstant) {
        let id = STUNTransactionID(using: &generator)
        var buffer = WireBuffer(capacity: 512)
        let writer = STUNWriter(.request, request.method, id, into: &buffer)
        switch request {
        case .allocate:
            writer.add(transport: 17, to: &buffer)
            writer.add(.lifetime, number: Self.lifetime, to: &buffer)
            // Without it the server takes IPv4, even of a client that came over IPv6.
            if base.host.isV6 { writer.add(familyIsV6: true, to: &buffer) }
        case .refresh:
            writer.add(.lifetime, number: Self.lifetime, to: &buffer)
        case .release:
            writer.add(.lifetime, number: 0, to: &buffer)
        case .permission(let host):
            let peer = TransportAddress(host: host, port: 0)
            writer.add(.xorPeerAddress, address: peer, to: &buffer)
        case .channel(let number, let peer):
            writer.add(channel: number, to: &buffer)
            writer.add(.xorPeerAddress, address: peer, to: &buffer)
        }
        if let login {
            writer.add(.username, text: username, to: &buffer)
            writer.add(.realm, bytes: login.realm, to: &buffer)
            writer.add(.nonce, bytes: login.nonce, to: &buffer)
        }
        writer.finish(key: login?.key, in: &buffer)
        transactions.append(
            TURNTransaction(
                request, id: id, bytes: Array(buffer.bytes), isSigned: login != nil,
                renewals: renewals, over: transport, at: now))
    }

    /// Asks for permissions and channels that are wanted, or due again.
    func askForPeers(at now: RunInstant) {
        guard phase == .ready else { return }
        while let request = peers.next(at: now) { ask(request, at: now) }
    }

    /// Nobody answered.
    func gaveUp(on request: TURNRequest) {
        let failure = TURNFailure(
            request.step, .silent,
            "the TURN server \(server) did not answer \(request.step.rawValue)")
        switch request {
        case .release:
            phase = .over
        case .allocate where phase == .releasing:
            phase = .over
        case .allocate, .refresh:
            fail(failure)
        case .permission, .channel:
            refuse(request, failure)
        }
    }

    /// One peer cannot be reached; without a channel, indications still serve.
    func refuse(_ request: TURNRequest, _ failure: TURNFailure) {
        peers.refused(request)
        if case .permission(let host) = request {
            events.append(.refused(peer: host, failure))
        }
    }
}

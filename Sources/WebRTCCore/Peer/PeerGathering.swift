import Timeline

/// The STUN and TURN servers of one peer session: finds candidates, and relays for those found.
struct PeerGathering {
    enum Output {
        case transmit(PeerWire)
        case found(ICECandidate, base: TransportAddress)
        /// Every server has answered, or had its time.
        case gathered
        /// A relayed packet is in the buffer.
        case data(from: TransportAddress, relayed: TransportAddress)
        /// No way is left, since none but relays may be used.
        case failed(PeerFailure)
    }

    private struct Server {
        let index: Int
        let address: TransportAddress
        let base: TransportAddress
        var isTCP = false
        /// One of the two.
        var gatherer: STUNGatherer?
        var client: TURNClient?
        var relayed: TransportAddress?
        var isSettled = false
        /// Peers whose packets are let in already, or were asked for.
        var permitted: [IPAddress] = []
    }

    private let settings: PeerSettings
    private var servers: [Server] = []
    private var deadline: RunInstant?
    private var hasStarted = false
    private var hasTold = false
    /// Why a server could not help: told with a failure of ICE.
    private(set) var failure: PeerFailure?

    init(settings: PeerSettings) { self.settings = settings }

    /// Whether no more candidates will be found.
    var isComplete: Bool { hasTold || hasStarted && servers.isEmpty }

    /// Asks the settings' servers, or those that an answer named afterwards.
    ///
    /// - Parameter first: number of the first of them in ``PeerWire/stream(server:)``.
    mutating func start(
        _ wanted: [PeerSettings.Server], from first: Int = 0, bases: [TransportAddress],
        generator: inout SeededGenerator, at now: RunInstant
    ) {
        hasStarted = true
        hasTold = false
        deadline = now + settings.gathering
        for (index, server) in zip(first..., wanted) {
            guard let base = bases.first(where: { $0.host.isV6 == server.address.host.isV6 })
            else { continue }
            var chance = SeededGenerator(
                seed: generator.next(), stream: "ice-server", number: UInt64(index))
            var line = Server(index: index, address: server.address, base: base)
            switch server.kind {
            case .stun:
                var gatherer = STUNGatherer(
                    server: server.address, base: base, patience: settings.gathering,
                    generator: &chance)
                gatherer.start(at: now)
                line.gatherer = gatherer
            case .turn(let overTCP, let username, let password):
                line.isTCP = overTCP
                let client = TURNClient(
                    server: server.address, transport: overTCP ? .tcp : .udp, username: username,
                    password: password, base: base, generator: chance)
                client.start(at: now)
                line.client = client
            }
            servers.append(line)
        }
    }

    // MARK: Handing in

    /// Takes a datagram if it is a server's.
    mutating func take(
        _ datagram: UnsafeRawBufferPointer, from: TransportAddress, now: RunInstant
    ) -> Bool {
        guard !servers.isEmpty else { return false }
        for place in servers.indices
        where servers[place].address == from && !servers[place].isTCP {
            if let client = servers[place].client {
                client.receive(datagram, at: now)
                return true
            }
            if servers[place].gatherer?.receive(stun: datagram, from: from) == true { return true }
        }
        return false
    }

    func take(stream bytes: UnsafeRawBufferPointer, server: Int, now: RunInstant) {
        for each in servers where each.index == server {
            each.client?.receive(bytes, at: now)
        }
    }

    /// A server that cannot even be reached.
    mutating func lost(server: Int, _ failure: PeerFailure) {
        for place in servers.indices where servers[place].index == server {
            servers[place].isSettled = true
            self.failure = failure
        }
    }

    func release(at now: RunInstant) {
        for server in servers { server.client?.release(at: now) }
    }

    var wake: RunInstant? {
        var wake = hasTold ? nil : deadline
        for server in servers {
            if let due = server.gatherer?.wake ?? server.client?.wake {
                wake = min(wake ?? due, due)
            }
        }
        return wake
    }

    mutating func tick(at now: RunInstant) {
        for place in servers.indices {
            if let due = servers[place].gatherer?.wake, due <= now {
                servers[place].gatherer?.tick(at: now)
            }
            if let client = servers[place].client, let due = client.wake, due <= now {
                client.tick(at: now)
            }
        }
    }

    // MARK: Relaying

    /// How packets of a relayed address reach their server; `nil` of any other address.
    func wire(ofRelayed address: TransportAddress) -> PeerWire? {
        guard !servers.isEmpty, let server = servers.first(where: { $0.relayed == address })
        else { return nil }
        return server.isTCP
            ? .stream(server: server.index) : .datagram(base: server.base, to: server.address)
    }

    /// Sees to it that a peer's packets are let in.
    ///
    /// - Returns: whether the server has yet to be asked: what is for the peer has to wait until
    ///   that is sent.
    mutating func permit(
        _ peer: TransportAddress, from relayed: TransportAddress, at now: RunInstant
    ) -> Bool {
        var isNew = false
        for place in servers.indices
        where servers[place].relayed == relayed && !servers[place].permitted.contains(peer.host) {
            servers[place].permitted.append(peer.host)
            servers[place].client?.permit(peer, at: now)
            isNew = true
        }
        return isNew
    }

    /// Wraps a packet for the server that relays it.
    mutating func relay(
        _ packet: UnsafeRawBufferPointer, from relayed: TransportAddress, to peer: TransportAddress,
        _ buffer: inout WireBuffer
    ) -> Bool {
        for server in servers where server.relayed == relayed {
            return server.client?.send(packet, to: peer, into: &buffer) ?? false
        }
        return false
    }

    // MARK: Draining

    mutating func poll(into buffer: inout WireBuffer, at now: RunInstant) -> Output? {
        for place in servers.indices {
            if let output = poll(place, &buffer) { return output }
        }
        guard hasStarted, !hasTold else { return nil }
        guard servers.allSatisfy(\.isSettled) || deadline.map({ $0 <= now }) ?? true else {
            return nil
        }
        hasTold = true
        if settings.isRelayOnly, !servers.contains(where: { $0.relayed != nil }) {
            return .failed(
                failure
                    ?? PeerFailure(
                        code: "turn_silent",
                        detail: "no TURN server answered within \(settings.gathering), and the "
                            + "path may use relays alone"))
        }
        return .gathered
    }

    private mutating func poll(_ place: Int, _ buffer: inout WireBuffer) -> Output? {
        let server = servers[place]
        switch servers[place].gatherer?.poll(into: &buffer) {
        case .transmit: return .transmit(.datagram(base: server.base, to: server.address))
        case .found(let candidate):
            servers[place].isSettled = true
            return settings.isRelayOnly ? nil : .found(candidate, base: server.base)
        case .untranslated: servers[place].isSettled = true
        case .failed(let problem):
            servers[place].isSettled = true
            failure = PeerFailure(code: problem.code.reason, detail: problem.message)
        case nil: break
        }
        while let asked = server.client?.poll(into: &buffer) {
            switch asked {
            case .transmit:
                return .transmit(
                    server.isTCP
                        ? .stream(server: server.index)
                        : .datagram(base: server.base, to: server.address))
            case .allocated(let relayed, let mapped):
                servers[place].relayed = relayed
                servers[place].isSettled = true
                return .found(
                    .relayed(relayed, mapped: mapped, server: server.address), base: relayed)
            case .data(let from):
                return .data(from: from, relayed: server.relayed ?? server.address)
            case .refused(_, let problem): failure = PeerFailure(problem)
            case .failed(let problem):
                servers[place].isSettled = true
                failure = PeerFailure(problem)
            }
        }
        return nil
    }
}

extension PeerFailure {
    init(_ failure: TURNFailure) {
        let code = failure.status.map { "\($0)" } ?? failure.code.rawValue.lowercased()
        self.init(code: "turn_\(failure.step.rawValue)_\(code)", detail: failure.message)
    }
}

import Timeline

/// Whom a server relays to: permissions by address, channels by address and port (RFC 8656 §9, §12).
struct TURNPeers {
    enum State { case wanted, requested, granted, refused }

    struct Permission {
        let host: IPAddress
        var state = State.wanted
        var renewal: RunInstant?
    }

    struct Channel {
        let number: UInt16
        let peer: TransportAddress
        var state = State.wanted
        var renewal: RunInstant?
    }

    static let limit = 16
    /// Numbers of the channels a client binds, one after the other.
    static let channelNumbers = 0x4000..<0x4000 + UInt16(limit)
    /// A minute before the server forgets them, which is after 300 and 600 seconds.
    private static let permissionLife = Nanoseconds.seconds(240)
    private static let channelLife = Nanoseconds.seconds(540)

    private(set) var permissions: [Permission] = []
    private(set) var channels: [Channel] = []
    /// Whether one of them waits to be asked for.
    private(set) var hasWishes = false

    // MARK: Asking

    /// - Returns: whether there is room for it.
    mutating func permit(_ host: IPAddress) -> Bool {
        if permissions.contains(where: { $0.host == host }) { return true }
        guard permissions.count < Self.limit else { return false }
        permissions.append(Permission(host: host))
        hasWishes = true
        return true
    }

    /// Asks for a channel, once; without room for it, indications go on serving.
    mutating func wantChannel(to peer: TransportAddress) {
        guard channels.count < Self.limit, !channels.contains(where: { $0.peer == peer }) else {
            return
        }
        let number = Self.channelNumbers.lowerBound + UInt16(channels.count)
        channels.append(Channel(number: number, peer: peer))
        hasWishes = true
    }

    /// The next request that is wanted, or due again; it then counts as asked for.
    mutating func next(at now: RunInstant) -> TURNRequest? {
        for index in permissions.indices where isDue(permissions[index].renewal, now) {
            permissions[index].renewal = nil
            return .permission(permissions[index].host)
        }
        for index in channels.indices where isDue(channels[index].renewal, now) {
            channels[index].renewal = nil
            return .channel(channels[index].number, channels[index].peer)
        }
        guard hasWishes else { return nil }
        if let index = permissions.firstIndex(where: { $0.state == .wanted }) {
            permissions[index].state = .requested
            return .permission(permissions[index].host)
        }
        if let index = channels.firstIndex(where: { $0.state == .wanted }) {
            channels[index].state = .requested
            return .channel(channels[index].number, channels[index].peer)
        }
        hasWishes = false
        return nil
    }

    /// When something granted has to be asked for again.
    var renewal: RunInstant? {
        var earliest: RunInstant?
        for case let due? in permissions.lazy.map(\.renewal) {
            earliest = min(earliest ?? due, due)
        }
        for case let due? in channels.lazy.map(\.renewal) { earliest = min(earliest ?? due, due) }
        return earliest
    }

    private func isDue(_ renewal: RunInstant?, _ now: RunInstant) -> Bool {
        renewal.map { $0 <= now } ?? false
    }

    // MARK: Answers

    mutating func granted(_ request: TURNRequest, at now: RunInstant) {
        switch request {
        case .permission(let host):
            permitted(host, at: now)
        case .channel(let number, let peer):
            for index in channels.indices where channels[index].number == number {
                channels[index].state = .granted
                channels[index].renewal = now + Self.channelLife
            }
            // A channel is a permission too (RFC 8656 §12.2).
            permitted(peer.host, at: now)
        case .allocate, .refresh, .release:
            break
        }
    }

    mutating func refused(_ request: TURNRequest) {
        switch request {
        case .permission(let host):
            for index in permissions.indices where permissions[index].host == host {
                permissions[index].state = .refused
            }
        case .channel(let number, _):
            for index in channels.indices where channels[index].number == number {
                channels[index].state = .refused
            }
        case .allocate, .refresh, .release:
            break
        }
    }

    private mutating func permitted(_ host: IPAddress, at now: RunInstant) {
        for index in permissions.indices where permissions[index].host == host {
            permissions[index].state = .granted
            permissions[index].renewal = now + Self.permissionLife
        }
    }

    // MARK: Looking up

    /// Whether packets may be sent there: a permission was at least asked for.
    ///
    /// The server takes requests in order, so what follows one closely is relayed too.
    func mayReach(_ host: IPAddress) -> Bool {
        permissions.contains {
            $0.host == host && ($0.state == .granted || $0.state == .requested)
        }
    }

    /// The channel to a peer, once the server has confirmed it.
    func channel(to peer: TransportAddress) -> UInt16? {
        for channel in channels where channel.peer == peer && channel.state == .granted {
            return channel.number
        }
        return nil
    }

    /// The peer of a channel; before the server's answer too, which may be late or lost.
    func peer(of number: UInt16) -> TransportAddress? {
        for channel in channels where channel.number == number && channel.state != .refused {
            return channel.peer
        }
        return nil
    }
}

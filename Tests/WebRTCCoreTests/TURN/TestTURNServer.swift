import Timeline
import WebRTCCore

/// Enough of a TURN server to test a client against: one allocation, of one client.
struct TestTURNServer {
    static let relayed = TransportAddress(host: .v4(0xC000_0202), port: 49_152)
    static let mapped = TransportAddress(host: .v4(0xCB00_7105), port: 61_000)

    var realm = "example.org"
    var username = "caller"
    var password = "opensesame"
    /// Seconds granted, whatever was asked for.
    var lifetime: UInt32 = 600
    /// How long a nonce is taken.
    var nonceLife = Nanoseconds.seconds(3_600)
    /// Answers with this instead, once credentials are right.
    var refusals: [STUNMethod: (code: Int, reason: String)] = [:]
    /// Addresses nothing may be relayed to.
    var forbidden: Set<IPAddress> = []
    /// Sent with every 300.
    var alternate: TransportAddress?
    /// The password success is signed with, where it is another than the client's.
    var forgedPassword: String?
    /// Whether anybody may come.
    var isOpen = false

    private(set) var isAllocated = false
    private(set) var isReleased = false
    /// Times something was needed after it had expired.
    private(set) var lapses = 0
    private(set) var requests: [STUNMethod] = []
    private(set) var staleAnswers = 0
    private(set) var asChannelData = 0
    private(set) var asIndications = 0
    private(set) var sawFamily = false
    /// What was relayed to peers.
    private(set) var relayedPackets: [(to: TransportAddress, payload: [UInt8])] = []

    private var expiry = RunInstant.zero
    private var permissions: [IPAddress: RunInstant] = [:]
    private var channels: [UInt16: (peer: TransportAddress, expiry: RunInstant)] = [:]
    private var answered: [STUNTransactionID: [UInt8]] = [:]

    /// Handles one message or packet of the client; what comes back goes to the client.
    mutating func receive(_ frame: [UInt8], at now: RunInstant) -> [UInt8]? {
        frame.withUnsafeBytes { bytes -> [UInt8]? in
            if bytes.count >= 4, 64...79 ~= bytes[0] {
                let number = UInt16(bytes[0]) << 8 | UInt16(bytes[1])
                let length = Int(bytes[2]) << 8 | Int(bytes[3])
                guard let channel = channels[number], 4 + length <= bytes.count else { return nil }
                if channel.expiry < now { lapses += 1 }
                asChannelData += 1
                relay(Array(bytes[4..<4 + length]), to: channel.peer, at: now)
                return nil
            }
            guard let message = try? STUNMessage.parse(bytes) else { return nil }
            if message.kind == .indication {
                guard message.method == .send, let peer = message.address(.xorPeerAddress),
                    let payload = message.copy(of: .data)
                else { return nil }
                asIndications += 1
                relay(payload, to: peer, at: now)
                return nil
            }
            guard message.kind == .request else { return nil }
            if let answer = answered[message.transaction] { return answer }
            requests.append(message.method)
            let answer = answer(to: message, at: now)
            answered[message.transaction] = answer
            return answer
        }
    }

    /// What a client gets of a packet a peer sent to the relayed address.
    mutating func deliver(
        _ payload: [UInt8], from peer: TransportAddress, isPadded: Bool, at now: RunInstant
    ) -> [UInt8]? {
        guard isAllocated, let until = permissions[peer.host] else { return nil }
        if until < now { lapses += 1 }
        if let (number, _) = channels.first(where: { $0.value.peer == peer }) {
            let header = [number, UInt16(payload.count)].flatMap {
                [UInt8($0 >> 8), UInt8($0 & 255)]
            }
            let padding = isPadded ? (4 - payload.count % 4) % 4 : 0
            return header + payload + [UInt8](repeating: 0, count: padding)
        }
        var buffer = WireBuffer()
        let id = STUNTransactionID(high: 7, low: 7)
        let writer = STUNWriter(.indication, .data, id, into: &buffer)
        writer.add(.xorPeerAddress, address: peer, to: &buffer)
        writer.add(.data, bytes: payload, to: &buffer)
        writer.finish(key: nil, fingerprint: false, in: &buffer)
        return Array(buffer.bytes)
    }

    private mutating func relay(_ payload: [UInt8], to peer: TransportAddress, at now: RunInstant) {
        guard isAllocated, let until = permissions[peer.host] else { return }
        if until < now || expiry < now { lapses += 1 }
        relayedPackets.append((peer, payload))
    }

    // MARK: Requests

    private var key: [UInt8] {
        STUNKey.longTerm(username: username, realm: realm, password: password)
    }

    private func nonce(at now: RunInstant) -> String {
        "nonce-\(now.nanoseconds / nonceLife.count)"
    }

    private mutating func answer(to message: STUNMessage, at now: RunInstant) -> [UInt8] {
        if !isOpen {
            guard message.hasIntegrity else { return challenge(401, "Unauthorized", message, now) }
            guard message.text(.nonce) == nonce(at: now) else {
                staleAnswers += 1
                return challenge(438, "Stale Nonce", message, now)
            }
            guard message.text(.username) == username, message.isIntact(key: key) else {
                return challenge(401, "Unauthorized", message, now)
            }
        }
        if let refusal = refusals[message.method] {
            return failure(refusal.code, refusal.reason, message)
        }
        if isAllocated, expiry < now { lapses += 1 }
        switch message.method {
        case .allocate: return allocate(message, at: now)
        case .refresh: return refresh(message, at: now)
        case .createPermission: return permit(message, at: now)
        case .channelBind: return bind(message, at: now)
        case .binding, .send, .data: return failure(400, "Bad Request", message)
        }
    }

    private mutating func allocate(_ message: STUNMessage, at now: RunInstant) -> [UInt8] {
        guard message.number(.requestedTransport) == 17 << 24 else {
            return failure(442, "Unsupported Transport Protocol", message)
        }
        guard !isAllocated else { return failure(437, "Allocation Mismatch", message) }
        sawFamily = message.has(.requestedAddressFamily)
        isAllocated = true
        expiry = now + .seconds(Int64(lifetime))
        return success(message) { writer, buffer in
            writer.add(.xorRelayedAddress, address: Self.relayed, to: &buffer)
            writer.add(.xorMappedAddress, address: Self.mapped, to: &buffer)
            writer.add(.lifetime, number: lifetime, to: &buffer)
        }
    }

    private mutating func refresh(_ message: STUNMessage, at now: RunInstant) -> [UInt8] {
        guard isAllocated else { return failure(437, "Allocation Mismatch", message) }
        let isRelease = message.number(.lifetime) == 0
        isAllocated = !isRelease
        isReleased = isRelease
        expiry = now + .seconds(Int64(lifetime))
        return success(message) { writer, buffer in
            writer.add(.lifetime, number: isRelease ? 0 : lifetime, to: &buffer)
        }
    }

    private mutating func permit(_ message: STUNMessage, at now: RunInstant) -> [UInt8] {
        guard isAllocated else { return failure(437, "Allocation Mismatch", message) }
        guard let peer = message.address(.xorPeerAddress) else {
            return failure(400, "Bad Request", message)
        }
        guard !forbidden.contains(peer.host) else { return failure(403, "Forbidden IP", message) }
        permissions[peer.host] = now + .seconds(300)
        return success(message) { _, _ in }
    }

    private mutating func bind(_ message: STUNMessage, at now: RunInstant) -> [UInt8] {
        guard isAllocated else { return failure(437, "Allocation Mismatch", message) }
        guard let peer = message.address(.xorPeerAddress), let number = message.channelNumber,
            0x4000...0x4FFF ~= number, channels[number].map({ $0.peer == peer }) ?? true
        else { return failure(400, "Bad Request", message) }
        channels[number] = (peer, now + .seconds(600))
        permissions[peer.host] = now + .seconds(300)
        return success(message) { _, _ in }
    }

    // MARK: Answers

    private func success(
        _ message: STUNMessage, _ body: (STUNWriter, inout WireBuffer) -> Void
    ) -> [UInt8] {
        var buffer = WireBuffer()
        let writer = STUNWriter(.success, message.method, message.transaction, into: &buffer)
        body(writer, &buffer)
        let forged = forgedPassword.map {
            STUNKey.longTerm(username: username, realm: realm, password: $0)
        }
        writer.finish(key: isOpen ? nil : forged ?? key, in: &buffer)
        return Array(buffer.bytes)
    }

    private func failure(_ code: Int, _ reason: String, _ message: STUNMessage) -> [UInt8] {
        var buffer = WireBuffer()
        let writer = STUNWriter(.failure, message.method, message.transaction, into: &buffer)
        writer.addFailure(code: code, reason: reason, to: &buffer)
        if let alternate { writer.add(.alternateServer, address: alternate, to: &buffer) }
        writer.finish(key: isOpen ? nil : key, in: &buffer)
        return Array(buffer.bytes)
    }

    private func challenge(
        _ code: Int, _ reason: String, _ message: STUNMessage, _ now: RunInstant
    ) -> [UInt8] {
        var buffer = WireBuffer()
        let writer = STUNWriter(.failure, message.method, message.transaction, into: &buffer)
        writer.addFailure(code: code, reason: reason, to: &buffer)
        writer.add(.realm, text: realm, to: &buffer)
        writer.add(.nonce, text: nonce(at: now), to: &buffer)
        writer.finish(key: nil, in: &buffer)
        return Array(buffer.bytes)
    }
}

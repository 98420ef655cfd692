import RTPCore
import Timeline

@testable import WebRTCCore

/// Two sessions with each other, and a link between them that the test holds in its hands.
final class DTLSPair {
    enum Side: CaseIterable {
        case client
        case server

        var other: Side { self == .client ? .server : .client }
    }

    struct Keys: Equatable {
        var profile: SRTPProfile
        var local: SRTPMaster
        var remote: SRTPMaster
    }

    let client: DTLSTransport
    let server: DTLSTransport
    var now = RunInstant(nanoseconds: 5_000_000_000)
    /// Datagrams under way, the oldest first, with the side they go to.
    var underway: [(to: Side, bytes: [UInt8])] = []
    private(set) var keys: [Side: Keys] = [:]
    var messages: [Side: [[UInt8]]] = [:]
    private(set) var ends: [Side: DTLSOutput] = [:]
    /// Every datagram ever sent.
    var sent: [(from: Side, bytes: [UInt8])] = []

    init(
        client: DTLSContext, server: DTLSContext, mtu: Int = 1_200,
        clientExpects: [Fingerprint] = [Identities.server.fingerprint],
        serverExpects: [Fingerprint] = [Identities.client.fingerprint],
        patience: Nanoseconds = .seconds(10)
    ) throws {
        self.client = try DTLSTransport(
            context: client, role: .client, expecting: clientExpects, mtu: mtu, patience: patience)
        self.server = try DTLSTransport(
            context: server, role: .server, expecting: serverExpects, mtu: mtu, patience: patience)
    }

    convenience init(mtu: Int = 1_200) throws {
        try self.init(
            client: DTLSContext(identity: Identities.client),
            server: DTLSContext(identity: Identities.server), mtu: mtu)
    }

    func transport(_ side: Side) -> DTLSTransport {
        switch side {
        case .client: client
        case .server: server
        }
    }

    func start() {
        server.start(at: now)
        client.start(at: now)
        drain()
    }

    /// Takes what both sides want done.
    func drain() {
        var buffer = WireBuffer()
        for side in Side.allCases {
            while let output = transport(side).poll(into: &buffer) {
                switch output {
                case .transmit:
                    sent.append((side, Array(buffer.bytes)))
                    underway.append((side.other, Array(buffer.bytes)))
                case .connected(let profile, let local, let remote):
                    keys[side] = Keys(profile: profile, local: local, remote: remote)
                case .application: messages[side, default: []].append(Array(buffer.bytes))
                case .closed, .failed: ends[side] = output
                }
            }
        }
    }

    func deliver(_ bytes: [UInt8], to side: Side) {
        bytes.withUnsafeBytes { transport(side).receive($0, at: now) }
        drain()
    }

    /// Delivers everything in order until nobody has anything to say.
    func settle() {
        while !underway.isEmpty {
            let next = underway.removeFirst()
            deliver(next.bytes, to: next.to)
        }
    }

    func connect() {
        start()
        settle()
    }

    func send(_ message: [UInt8], from side: Side) -> Bool {
        let isTaken = message.withUnsafeBytes { transport(side).send($0, at: now) }
        drain()
        return isTaken
    }

    var areConnected: Bool { keys.count == 2 }
}

/// Made once: what a certificate is signed with matters to no test.
enum Identities {
    static let client = made()
    static let server = made()
    static let stranger = made()

    private static func made() -> DTLSIdentity {
        do { return try DTLSIdentity.generate() } catch { preconditionFailure("\(error)") }
    }
}

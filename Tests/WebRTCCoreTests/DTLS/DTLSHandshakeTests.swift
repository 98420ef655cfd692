import RTPCore
import Testing
import Timeline

@testable import WebRTCCore

struct DTLSHandshakeTests {
    @Test func `both sides end with the same keys, each the other's remote ones`() throws {
        let pair = try DTLSPair()

        pair.connect()

        let client = try #require(pair.keys[.client])
        let server = try #require(pair.keys[.server])
        #expect(client.local == server.remote)
        #expect(client.remote == server.local)
        #expect(client.local != client.remote)
        #expect(client.profile == .aeadAES128GCM)
        #expect(client.local.key.count == 16 && client.local.salt.count == 12)
        #expect(pair.ends.isEmpty)
        #expect(pair.client.wake == nil && pair.server.wake == nil)
    }

    @Test func `keys differ from call to call`() throws {
        let first = try DTLSPair()
        let second = try DTLSPair()

        first.connect()
        second.connect()

        #expect(first.keys[.client] != second.keys[.client])
    }

    @Test(arguments: [
        ([SRTPProfile.aesCM128HMACSHA1_80, .aeadAES128GCM], SRTPProfile.aeadAES128GCM),
        ([.aesCM128HMACSHA1_80], .aesCM128HMACSHA1_80),
        ([.aeadAES128GCM], .aeadAES128GCM),
    ])
    func `as server we take GCM where the client has it at all`(
        offered: [SRTPProfile], chosen: SRTPProfile
    ) throws {
        let pair = try DTLSPair(
            client: DTLSContext(identity: Identities.client, profiles: offered),
            server: DTLSContext(identity: Identities.server))

        pair.connect()

        #expect(pair.keys[.client]?.profile == chosen)
        #expect(pair.keys[.server]?.profile == chosen)
        #expect(pair.keys[.client]?.local.salt.count == chosen.saltLength)
    }

    @Test func `peers without a profile in common fail, and say so`() throws {
        let pair = try DTLSPair(
            client: DTLSContext(identity: Identities.client, profiles: [.aesCM128HMACSHA1_80]),
            server: DTLSContext(identity: Identities.server, profiles: [.aeadAES128GCM]))

        pair.connect()

        #expect(pair.ends[.server] == .failed(.noSRTPProfile))
        #expect(pair.ends[.client] == .failed(.noSRTPProfile))
        #expect(pair.keys.isEmpty)
    }

    @Test(arguments: DTLSPair.Side.allCases)
    func `a certificate that is not the description's is refused`(deceived: DTLSPair.Side) throws {
        let wrong = [Identities.stranger.fingerprint]
        let pair = try DTLSPair(
            client: DTLSContext(identity: Identities.client),
            server: DTLSContext(identity: Identities.server),
            clientExpects: deceived == .client ? wrong : [Identities.server.fingerprint],
            serverExpects: deceived == .server ? wrong : [Identities.client.fingerprint])

        pair.connect()

        #expect(pair.ends[deceived] == .failed(.fingerprintMismatch))
        #expect(pair.ends[deceived.other] == .failed(.alert("bad certificate")))
        #expect(pair.keys.isEmpty)
    }

    @Test func `one matching fingerprint among several is enough`() throws {
        let expected = [
            Fingerprint(algorithm: "sha-1", bytes: .init(repeating: 1, count: 20)),
            Fingerprint(algorithm: "sha-512", bytes: .init(repeating: 2, count: 64)),
            Identities.server.fingerprint,
        ]
        let pair = try DTLSPair(
            client: DTLSContext(identity: Identities.client),
            server: DTLSContext(identity: Identities.server), clientExpects: expected)

        pair.connect()

        #expect(pair.areConnected)
    }

    @Test func `a description without a hash we trust makes no session`() throws {
        let context = try DTLSContext(identity: Identities.client)
        let old = Fingerprint(algorithm: "sha-1", bytes: .init(repeating: 1, count: 20))

        #expect(throws: DTLSProblem.self) {
            try DTLSTransport(context: context, role: .client, expecting: [old])
        }
    }

    @Test func `sessions of one context shake hands side by side`() throws {
        let client = try DTLSContext(identity: Identities.client)
        let server = try DTLSContext(identity: Identities.server)
        let pairs = try (0..<8).map { _ in try DTLSPair(client: client, server: server) }

        for pair in pairs { pair.start() }
        while pairs.contains(where: { !$0.underway.isEmpty }) {
            for pair in pairs where !pair.underway.isEmpty {
                let next = pair.underway.removeFirst()
                pair.deliver(next.bytes, to: next.to)
            }
        }

        #expect(pairs.allSatisfy { $0.areConnected })
        #expect(Set(pairs.compactMap { $0.keys[.client]?.local.key }).count == pairs.count)
    }

    @Test func `no datagram is longer than the mtu`() throws {
        let pair = try DTLSPair(mtu: 300)

        pair.connect()

        #expect(pair.areConnected)
        #expect(pair.sent.allSatisfy { $0.bytes.count <= 300 })
        // The server's flight alone is longer than one of them.
        #expect(pair.sent.filter { $0.from == .server }.count > 2)
    }

    @Test func `records share datagrams where they fit`() throws {
        let pair = try DTLSPair()

        pair.connect()

        // ClientHello; the server's first flight; the client's second; the server's second.
        #expect(pair.sent.count == 4)
    }

    @Test func `a server that is spoken to before it is started answers`() throws {
        let pair = try DTLSPair()

        pair.client.start(at: pair.now)
        pair.drain()
        pair.settle()

        #expect(pair.areConnected)
    }

    @Test func `an identity keeps its key out of its description`() {
        #expect("\(Identities.client)" == "\(Identities.client.fingerprint)")
    }
}

import Testing
import Timeline

@testable import WebRTCCore

struct DTLSBadInputTests {
    @Test func `what is not DTLS 1_2 is counted and changes nothing`() throws {
        let pair = try DTLSPair()
        pair.start()
        let hello = try #require(pair.underway.first).bytes
        var otherVersion = hello
        otherVersion[2] = 0xFC
        var secureSocket = hello
        secureSocket[1] = 3
        var tooLong = hello
        tooLong[11] = 0xFF
        let plaintextData: [UInt8] = [23, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 1, 2]
        let garbage: [[UInt8]] = [
            [], [22], Array(hello.prefix(13)), Array(hello.dropLast()), otherVersion, secureSocket,
            tooLong, plaintextData, [UInt8](repeating: 0xFF, count: 300),
            [26, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 9, 0, 1, 1],
        ]

        for datagram in garbage {
            pair.deliver(datagram, to: .server)
            pair.deliver(datagram, to: .client)
        }
        #expect(pair.server.ignoredRecords == garbage.count - 1)
        #expect(pair.ends.isEmpty)
        pair.settle()
        #expect(pair.areConnected)

        for datagram in garbage { pair.deliver(datagram, to: .server) }
        #expect(pair.send([1], from: .client))
        pair.settle()
        #expect(pair.messages[.server] == [[1]])
    }

    @Test func `good records behind bad ones in a datagram are read`() throws {
        let pair = try DTLSPair()
        pair.start()
        let hello = try #require(pair.underway.first).bytes
        pair.underway = []

        let plaintextData: [UInt8] = [23, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 1, 2]
        pair.deliver(plaintextData + hello, to: .server)
        pair.settle()

        #expect(pair.server.ignoredRecords == 1)
        #expect(pair.areConnected)
    }

    @Test func `mutated first flights never trap and never connect anyone wrongly`() throws {
        var chance = SeededGenerator(seed: 11, stream: "dtls-first-flight")
        let context = try DTLSContext(identity: Identities.server)
        let pair = try DTLSPair()
        pair.start()
        let hello = try #require(pair.underway.first).bytes
        var server = try Self.server(context)
        var buffer = WireBuffer()
        var refusals: Set<String> = []

        for _ in 0..<10_000 {
            Self.mutated(hello, &chance).withUnsafeBytes { server.receive($0, at: .zero) }
            while let output = server.poll(into: &buffer) {
                if case .failed(let failure) = output { refusals.insert(failure.code) }
                if case .connected = output { Issue.record("connected to a single flight") }
            }
            // A server that has answered, or given up, has no first flight any more.
            if chance.next() % 4 == 0 || server.ssl == nil { server = try Self.server(context) }
        }

        #expect(refusals.contains("dtls_handshake"))
        #expect(refusals.isSubset(of: ["dtls_handshake", "dtls_alert"]))
    }

    @Test func `mutated datagrams never trap an established session`() throws {
        var chance = SeededGenerator(seed: 12, stream: "dtls-session")
        var pair = try DTLSPair()
        pair.connect()
        var sessions = 1

        for _ in 0..<10_000 {
            let template = pair.sent[Int(chance.next() % UInt64(pair.sent.count))]
            pair.deliver(Self.mutated(template.bytes, &chance), to: template.from.other)
            pair.underway = []
            guard !pair.ends.isEmpty else { continue }
            pair = try DTLSPair()
            pair.connect()
            sessions += 1
        }

        // Nothing that is not authenticated may end a session: nearly none does.
        #expect(sessions < 10)
        _ = pair.send([1, 2, 3], from: .client)
        pair.settle()
        #expect(pair.messages[.server]?.last == [1, 2, 3])
    }

    @Test func `a handshake over a link that corrupts fails with a reason or not at all`() throws {
        var chance = SeededGenerator(seed: 13, stream: "dtls-corruption")
        let client = try DTLSContext(identity: Identities.client)
        let server = try DTLSContext(identity: Identities.server)
        var outcomes: Set<String> = []

        for _ in 0..<300 {
            let pair = try DTLSPair(client: client, server: server, mtu: 500)
            pair.start()
            while !pair.underway.isEmpty {
                let next = pair.underway.removeFirst()
                let isHit = chance.next() % 6 == 0
                pair.deliver(isHit ? Self.mutated(next.bytes, &chance) : next.bytes, to: next.to)
            }
            for end in pair.ends.values {
                if case .failed(let failure) = end { outcomes.insert(failure.code) }
            }
            if pair.areConnected {
                #expect(pair.keys[.client]?.local == pair.keys[.server]?.remote)
                outcomes.insert("connected")
            }
        }

        #expect(outcomes.isSuperset(of: ["connected", "dtls_handshake", "dtls_alert"]))
    }

    private static func server(_ context: DTLSContext) throws -> DTLSTransport {
        try DTLSTransport(
            context: context, role: .server, expecting: [Identities.client.fingerprint])
    }

    /// Up to four bytes changed, or the end cut off, or a part repeated.
    private static func mutated(
        _ bytes: [UInt8], _ chance: inout SeededGenerator
    ) -> [UInt8] {
        var bytes = bytes
        let place = Int(chance.next() % UInt64(bytes.count))
        switch chance.next() % 8 {
        case 0: bytes.removeLast(bytes.count - place)
        case 1: bytes.insert(contentsOf: bytes[place...].prefix(40), at: place)
        default:
            for _ in 0...(chance.next() % 4) {
                let index = Int(chance.next() % UInt64(bytes.count))
                bytes[index] = UInt8(truncatingIfNeeded: chance.next())
            }
        }
        return bytes
    }
}

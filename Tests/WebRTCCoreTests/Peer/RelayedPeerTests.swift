import RTPCore
import Testing
import Timeline
import WebRTCCore

struct RelayedPeerTests {
    private static func pairing(password: String = "opensesame") throws -> PeerPairing {
        var settings = PeerSettings.standard()
        settings.isRelayOnly = true
        settings.servers = [
            PeerSettings.Server(
                address: PeerPairing.relayAddress,
                kind: .turn(overTCP: false, username: "caller", password: password))
        ]
        let pair = try PeerPairing(caller: settings)
        pair.relay = TestTURNServer()
        pair.start()
        pair.run(for: .seconds(1)) { pair.caller.failure != nil }
        return pair
    }

    @Test func `a call by a relay alone waits for no check to be sent again`() throws {
        let pair = try Self.pairing()
        try pair.signal()
        pair.run(for: .seconds(3)) { pair.caller.setup != nil && pair.agent.setup != nil }
        let setup = try #require(pair.caller.setup)
        #expect(setup.local == .relayed)
        // A lost check would be sent again after half a second.
        #expect(setup.ice < .milliseconds(100))

        var buffer = WireBuffer()
        RTPHeader(marker: true, payloadType: 111, sequence: 7, timestamp: 960, ssrc: 1)
            .write(into: &buffer, level: AudioLevel(decibels: -30, isVoice: true))
        let packet = Array(buffer.bytes)
        #expect(pair.send(media: packet, from: pair.caller))
        #expect(pair.send(media: packet, from: pair.agent))
        pair.run(for: .milliseconds(50))
        #expect(pair.agent.media == [packet])
        #expect(pair.caller.media == [packet])
    }

    @Test func `a relay that refuses fails the call before there is an offer`() throws {
        let pair = try Self.pairing(password: "another")
        #expect(pair.caller.failure?.code == "turn_allocate_401")
    }

    @Test func `the goodbye goes through the relay before it is let go of`() throws {
        let pair = try Self.pairing()
        try pair.signal()
        pair.run(for: .seconds(3)) { pair.caller.setup != nil && pair.agent.setup != nil }

        pair.caller.session.close(at: pair.now)
        pair.drain(pair.caller)
        pair.run(for: .milliseconds(100)) { pair.agent.isClosed }

        #expect(pair.agent.isClosed)
        #expect(pair.relay?.isReleased == true)
    }

    @Test func `a call that fails gives its relay back as well`() throws {
        let pair = try Self.pairing()
        try pair.signal(answer: { text in
            let wrong = Array(repeating: "00", count: 32).joined(separator: ":")
            return text.replacing(/sha-256 [0-9A-F:]+/, with: "sha-256 \(wrong)")
        })
        pair.run(for: .seconds(3)) { pair.caller.failure != nil }
        #expect(pair.caller.failure?.code == "dtls_fingerprint")

        pair.caller.session.close(at: pair.now)
        pair.drain(pair.caller)

        #expect(pair.relay?.isReleased == true)
    }
}

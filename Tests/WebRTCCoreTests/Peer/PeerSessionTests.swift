import RTPCore
import Testing
import Timeline
import WebRTCCore

struct PeerSessionTests {
    private static let packet: [UInt8] = {
        var buffer = WireBuffer()
        RTPHeader(marker: true, payloadType: 111, sequence: 7, timestamp: 960, ssrc: 1)
            .write(into: &buffer, level: AudioLevel(decibels: -30, isVoice: true))
        buffer.append([UInt8](repeating: 0x5A, count: 80))
        return Array(buffer.bytes)
    }()

    private func isUp(_ pair: PeerPairing) -> Bool {
        pair.caller.setup != nil && pair.agent.setup != nil
    }

    @Test(arguments: [true, false])
    func `an offer and its answer lead to media both ways`(isLite: Bool) throws {
        let pair = try PeerPairing(agent: .standard(isLite: isLite))
        try pair.signal()
        pair.run(for: .seconds(3)) { isUp(pair) }
        #expect(pair.caller.failure == nil)
        let setup = try #require(pair.caller.setup)
        // One check to and fro; a handshake of four flights.
        #expect(setup.ice >= .milliseconds(10))
        #expect(setup.dtls >= .milliseconds(20))
        #expect(setup.profile == .aeadAES128GCM)
        #expect(pair.send(media: Self.packet, from: pair.caller))
        #expect(pair.send(media: Self.packet, from: pair.agent))
        pair.run(for: .milliseconds(20))
        #expect(pair.agent.media == [Self.packet])
        #expect(pair.caller.media == [Self.packet])
    }

    @Test func `what is settled is what both descriptions have`() throws {
        let pair = try PeerPairing()
        try pair.signal()
        let caller = try #require(pair.caller.session.agreement)
        let agent = try #require(pair.agent.session.agreement)
        #expect(caller.codec == .opus)
        #expect(caller.payloadType == 111)
        #expect(caller.levelID == 1)
        #expect(caller.mediaID != .none)
        #expect(caller.hasChannel)
        #expect(caller.remoteSSRC == 2)
        #expect(agent.remoteSSRC == 1)
    }

    @Test func `messages sent early arrive once the channel is open, in order, both ways`() throws {
        let pair = try PeerPairing()
        try pair.signal()
        pair.run(for: .seconds(3)) { isUp(pair) }
        for number in 0..<20 { pair.send(text: "up \(number)", from: pair.caller) }
        pair.run(for: .seconds(2)) { pair.agent.messages.count == 20 }
        #expect(pair.agent.messages == (0..<20).map { "up \($0)" })
        let long = String(repeating: "x", count: 20_000)
        pair.send(text: long, from: pair.agent)
        pair.run(for: .seconds(2)) { !pair.caller.messages.isEmpty }
        #expect(pair.caller.messages == [long])
    }

    @Test func `what an answerer says before the channel is open is not lost`() throws {
        let pair = try PeerPairing()
        try pair.signal()
        pair.run(for: .seconds(3)) { pair.agent.setup != nil }
        for number in 0..<3 { pair.send(text: "hello \(number)", from: pair.agent) }
        pair.run(for: .seconds(2)) { pair.caller.messages.count == 3 }
        #expect(pair.caller.messages == ["hello 0", "hello 1", "hello 2"])
    }

    @Test func `an answerer keeps no messages without end for a channel that never opens`() throws {
        let pair = try PeerPairing()
        try pair.signal()
        pair.run(for: .seconds(3)) { pair.agent.setup != nil }
        let kept = (0..<1_000).filter { _ in
            Array("hello".utf8).withUnsafeBytes {
                pair.agent.session.send(message: $0, isText: true, at: pair.now)
            }
        }
        #expect((1...100).contains(kept.count))
    }

    @Test func `another certificate than the description's fails with that step's name`() throws {
        let pair = try PeerPairing()
        try pair.signal(answer: { text in
            let wrong = Array(repeating: "00", count: 32).joined(separator: ":")
            return text.replacing(/sha-256 [0-9A-F:]+/, with: "sha-256 \(wrong)")
        })
        pair.run(for: .seconds(3)) { pair.caller.failure != nil }
        #expect(pair.caller.failure?.code == "dtls_fingerprint")
        #expect(pair.caller.setup == nil)
    }

    @Test(arguments: [
        ("ice-pwd", String(repeating: "a", count: 24)), ("ice-ufrag", "somebody"),
    ])
    func `another login than the description's never gets through`(
        _ name: String, _ value: String
    ) throws {
        let pair = try PeerPairing()
        try pair.signal(answer: { text in
            text.split(separator: "\r\n")
                .map { $0.hasPrefix("a=\(name):") ? "a=\(name):\(value)" : String($0) }
                .joined(separator: "\r\n") + "\r\n"
        })
        pair.run(for: .seconds(15)) { pair.caller.failure != nil }
        #expect(pair.caller.failure?.code == "ice_no_pair")
        #expect(pair.caller.setup == nil)
    }

    @Test func `an answer that does not fit fails as sdp, before any packet`() throws {
        let pair = try PeerPairing()
        #expect(throws: PeerFailure.self) {
            try pair.signal(answer: { $0.replacing("a=rtcp-mux\r\n", with: "") })
        }
        #expect(throws: PeerFailure.self) { try pair.signal(offer: { _ in "hello" }) }
    }

    @Test func `a packet that comes twice or changed is refused`() throws {
        let pair = try PeerPairing()
        try pair.signal()
        pair.run(for: .seconds(3)) { isUp(pair) }
        var sent: [UInt8] = []
        pair.tamper = { bytes, toAgent in
            if toAgent, bytes[0] >> 6 == 2 { sent = bytes }
            return bytes
        }
        #expect(pair.send(media: Self.packet, from: pair.caller))
        pair.run(for: .milliseconds(20))
        #expect(pair.agent.media.count == 1)
        var again = sent
        var changed = sent
        changed[30] ^= 1
        for _ in 0..<2 {
            let reception = again.withUnsafeMutableBytes {
                pair.agent.session.receive(
                    $0, from: pair.caller.address, at: pair.agent.address, now: pair.now)
            }
            #expect(reception == .refused)
            swap(&again, &changed)
        }
        #expect(pair.agent.session.refused == 2)
    }

    @Test func `a peer that stops answering consent is given up after half a minute`() throws {
        let pair = try PeerPairing()
        try pair.signal()
        pair.run(for: .seconds(3)) { isUp(pair) }
        let silent = pair.now
        pair.tamper = { bytes, toAgent in toAgent ? nil : bytes }
        pair.run(for: .seconds(60)) { pair.caller.failure != nil }
        #expect(pair.caller.failure?.code == "ice_consent_lost")
        #expect((Nanoseconds.seconds(29)...Nanoseconds.seconds(37)).contains(pair.now - silent))
    }

    @Test func `closing one end closes the other`() throws {
        let pair = try PeerPairing()
        try pair.signal()
        pair.run(for: .seconds(3)) { isUp(pair) }
        pair.caller.session.close(at: pair.now)
        pair.drain(pair.caller)
        pair.run(for: .seconds(1)) { pair.agent.isClosed }
        #expect(pair.agent.isClosed)
    }

    @Test func `garbage on the port changes nothing`() throws {
        let pair = try PeerPairing()
        try pair.signal()
        pair.run(for: .seconds(3)) { isUp(pair) }
        var generator = SeededGenerator(seed: 20, stream: "garbage")
        for _ in 0..<5_000 {
            let length = Int(generator.next() % 200)
            var bytes = (0..<length).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
            bytes.withUnsafeMutableBytes {
                _ = pair.agent.session.receive(
                    $0, from: pair.caller.address, at: pair.agent.address, now: pair.now)
            }
            pair.drain(pair.agent)
        }
        #expect(pair.agent.failure == nil)
        #expect(pair.send(media: Self.packet, from: pair.caller))
        pair.run(for: .milliseconds(20))
        #expect(pair.agent.media.count == 1)
    }
}

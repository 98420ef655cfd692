import Audio
import Dialects
import Gateway
import RTPCore
import Testing
import Timeline

@Suite struct PacingTests {
    /// Nine seconds of a reply within one, as an agent that is faster than speech sends them.
    private static func burst(_ rig: Rig, _ chunks: [[UInt8]], over span: Nanoseconds) {
        rig.agentSays(.replyStarted(1))
        let step = span / chunks.count
        for chunk in chunks {
            rig.agentSends(chunk)
            rig.run(for: step)
        }
        rig.agentSays(.replyEnded(1, cancelled: false))
    }

    private static func isOnGrid(_ packets: [Rig.Packet]) -> Bool {
        zip(packets, packets.dropFirst()).allSatisfy { one, next in
            next.at - one.at == .milliseconds(20)
                && next.header.sequence == one.header.sequence &+ 1
        }
    }

    @Test func `a burst of nine seconds leaves at twenty milliseconds a packet, byte for byte`()
        throws
    {
        let rig = try Rig(edge: .pcmu, upstream: .pcmu)
        let noise = Sounds.noise(.seconds(9), rate: 8_000, seed: 1)
        let frames = try Sounds.frames(noise, .pcmu)
        let chunks = stride(from: 0, to: 450, by: 5).map { Array(frames[$0..<($0 + 5)].joined()) }
        rig.run(for: .milliseconds(300))

        Self.burst(rig, chunks, over: .seconds(1))
        rig.run(for: .seconds(10))

        #expect(Self.isOnGrid(rig.packets))
        #expect(rig.audible.map(\.payload) == frames)
        #expect(rig.audible.map(\.header.marker) == [true] + Array(repeating: false, count: 449))
        let stamps = rig.packets.map(\.header.timestamp)
        #expect(zip(stamps, stamps.dropFirst()).allSatisfy { $1 &- $0 == 160 })
        #expect(rig.session.counts.underruns == 0)
    }

    @Test func `opus packets of a burst pass through untouched, with their levels`() throws {
        let rig = try Rig(edge: .opus, upstream: .opus, kind: .binary)
        let frames = try Sounds.frames(Sounds.tone(.seconds(9), rate: 48_000), .opus)

        rig.agentSays(.replyStarted(1))
        for (index, frame) in frames.enumerated() {
            rig.agentSends(frame, level: UInt8(index % 40))
        }
        rig.agentSays(.replyEnded(1, cancelled: false))
        rig.run(for: .seconds(10))

        #expect(Self.isOnGrid(rig.packets))
        #expect(rig.audible.map(\.payload) == frames)
        #expect(rig.audible.map(\.level) == (0..<450).map { UInt8($0 % 40) })
    }

    @Test func `linear samples reach an opus caller whole, within the codec's error`() throws {
        let rig = try Rig(edge: .opus, upstream: .pcm16)
        let speech = Sounds.tone(.seconds(2), rate: 24_000, hertz: 300)
        let chunks = try Sounds.frames(speech, .pcm16, .milliseconds(100))

        Self.burst(rig, chunks, over: .milliseconds(400))
        rig.run(for: .seconds(3))

        #expect(Self.isOnGrid(rig.packets))
        let first = try #require(rig.packets.firstIndex { $0.header.marker })
        try #require(rig.packets.count > first + 101)
        // The 6.5 ms that the encoder holds back come in one packet more.
        let reply = rig.packets[first..<(first + 101)]
        let decoded = try Sounds.samples(rig.packets.map(\.payload), .opus)
        let heard = Array(decoded[(first * 960)...].prefix(97_000))
        let expected = Sounds.tone(.seconds(2), rate: 48_000, hertz: 300)
        #expect(Sounds.likeness(expected, heard, reach: 160) > 0.98)
        #expect(reply.dropLast().allSatisfy { $0.isAudible })
        #expect(rig.packets[(first + 101)...].allSatisfy { $0.level == 127 })
    }

    @Test func `a reply that is no whole packet ends in silence`() throws {
        let rig = try Rig(edge: .pcmu, upstream: .pcmu)
        let noise = Sounds.noise(.milliseconds(50), rate: 8_000, seed: 2)
        let bytes = G711.encode(noise, .mu)

        rig.agentSends(bytes)
        rig.agentSays(.replyEnded(1, cancelled: false))
        rig.run(for: .milliseconds(200))

        let played = Array(rig.audible.map(\.payload).joined())
        #expect(played.count == 480)
        #expect(Array(played.prefix(400)) == bytes)
        #expect(played.dropFirst(400).allSatisfy { $0 == 0xFF })
    }

    @Test func `a reply that stalls goes on where it was, and a part of a packet waits one slot`()
        throws
    {
        let rig = try Rig(edge: .pcmu, upstream: .pcmu)
        let bytes = G711.encode(Sounds.noise(.milliseconds(90), rate: 8_000, seed: 2), .mu)

        rig.agentSends(Array(bytes[..<400]))  // two packets and a half
        rig.run(for: .milliseconds(55))
        rig.agentSends(Array(bytes[400...]))
        rig.agentSays(.replyEnded(1, cancelled: false))
        rig.run(for: .milliseconds(200))

        #expect(Array(rig.audible.map(\.payload).joined().prefix(720)) == bytes)
        #expect(rig.session.counts.underruns == 1)
        #expect(rig.audible.count { $0.header.marker } == 1)
    }

    @Test func `with nothing to say there is silence in every slot from the beginning`() throws {
        for codec in [CodecName.opus, .pcmu, .pcma] {
            let rig = try Rig(edge: codec, upstream: .pcm16, isOpen: false)

            rig.run(for: .seconds(2))

            #expect(Self.isOnGrid(rig.packets))
            #expect(rig.packets.count == 100)
            #expect(rig.packets.allSatisfy { $0.octet == 127 && !$0.header.marker })
            let sound = try Sounds.samples(rig.packets.map(\.payload), codec)
            #expect(sound.allSatisfy { abs(Int($0)) <= 8 })
            #expect(!rig.notes.contains { $0.event == .downFirstAudible })
        }
    }

    @Test func `two replies are played one after the other, each with its own marker`() throws {
        let rig = try Rig(edge: .pcmu, upstream: .pcmu)
        let one = try Sounds.frames(Sounds.noise(.milliseconds(200), rate: 8_000, seed: 4), .pcmu)
        let two = try Sounds.frames(Sounds.noise(.milliseconds(200), rate: 8_000, seed: 5), .pcmu)

        rig.agentSends(Array(one.joined()), reply: 1)
        rig.agentSays(.replyEnded(1, cancelled: false))
        rig.agentSends(Array(two.joined()), reply: 2)
        rig.agentSays(.replyEnded(2, cancelled: false))
        rig.run(for: .seconds(1))

        #expect(rig.audible.map(\.payload) == one + two)
        #expect(rig.audible.indices.filter { rig.audible[$0].header.marker } == [0, 10])
        #expect(rig.notes(.downFirstAudible).map(\.turn) == [0, 1])
        #expect(rig.notes(.downLastAudible).map(\.turn) == [0, 1])
    }

    @Test func `after a stall the grid is what it was, and timestamps tell of the gap`() throws {
        let rig = try Rig(edge: .pcmu, upstream: .pcmu)
        rig.run(for: .milliseconds(100))
        let before = try #require(rig.packets.last)
        let count = rig.packets.count

        let wake = try #require(rig.session.wake)
        rig.now = wake + .milliseconds(70)
        rig.session.tick(at: wake, now: rig.now)
        rig.drain()
        rig.run(for: .milliseconds(40))

        try #require(rig.packets.count > count + 1)
        let after = rig.packets[count]
        #expect(after.header.sequence == before.header.sequence &+ 1)
        #expect(after.header.timestamp == before.header.timestamp &+ 160 * 4)
        #expect(rig.packets[count + 1].at - before.at == .milliseconds(100))
    }

    @Test func `a queue is bounded, and the oldest audio goes first`() throws {
        var limits = GatewayLimits()
        limits.queued = .seconds(1)
        let rig = try Rig(edge: .pcmu, upstream: .pcmu, limits: limits)
        let frames = try Sounds.frames(Sounds.noise(.seconds(3), rate: 8_000, seed: 6), .pcmu)

        for frame in frames { rig.agentSends(frame) }
        rig.agentSays(.replyEnded(1, cancelled: false))
        rig.run(for: .seconds(4))

        #expect(rig.audible.map(\.payload) == Array(frames.suffix(50)))
        #expect(rig.session.counts.downDropped == .seconds(2))
    }

    @Test func `packets say which media section they belong to, and nothing that was not agreed`()
        throws
    {
        var buffer = WireBuffer()
        for (mediaID, levelID) in [
            (MediaIDElement.none, UInt8?.none), (.init(id: 2, name: "0"), 1),
        ] {
            let session = try GatewaySession(
                call: "c",
                edge: GatewayEdge(
                    codec: .pcmu, ptime: .milliseconds(20), payloadType: 0, levelID: levelID,
                    ssrc: 9, mediaID: mediaID),
                upstream: GatewayUpstream(
                    kind: .openAIRealtime, codec: .pcmu, interval: .milliseconds(20)),
                generator: SeededGenerator(seed: 1, stream: "gateway"), at: .zero)
            let wake = try #require(session.wake)
            session.tick(at: wake, now: wake)
            while let output = session.poll(into: &buffer) {
                guard output == .edge else { continue }
                let packet = try RTPPacket.parse(buffer.bytes)
                let name = packet.element(id: 2, in: buffer.bytes).map { Array(buffer.bytes[$0]) }
                #expect(name == (levelID == nil ? nil : [UInt8(ascii: "0")]))
                #expect((packet.extensionProfile == nil) == (levelID == nil))
            }
        }
    }
}

import Audio
import Dialects
import Gateway
import RTPCore
import Testing
import Timeline

@Suite struct UplinkTests {
    private static func length(_ heard: [[UInt8]], _ codec: CodecName) throws -> Nanoseconds {
        Nanoseconds(
            samples: try Sounds.samples(heard, codec).count, rate: codec.sampleRate)
    }

    @Test func `each packet is a message at once, byte for byte, with its level`() throws {
        let rig = try Rig(edge: .opus, upstream: .opus, kind: .binary)
        let frames = try Sounds.frames(Sounds.tone(.seconds(1), rate: 48_000), .opus)

        for (index, frame) in frames.enumerated() {
            rig.say(frame, octet: UInt8(index) | 0x80)
            let got = try #require(rig.messages.last)
            #expect(got.at == rig.now)
            #expect(got.audio == frame)
            #expect(got.message == .leveledAudio(level: UInt8(index)))
            #expect(got.bytes.first == UInt8(index) | 0x80)
            rig.run(for: .milliseconds(20))
        }

        #expect(rig.heard == frames)
    }

    @Test func `G.711 passes as it is, and a level is computed where none was sent`() throws {
        let rig = try Rig(edge: .pcma, upstream: .pcma, kind: .binary, levelID: nil)
        // Every byte there is, so that one changed by a round trip would show.
        let frames = (0..<4).map { part in (0..<160).map { UInt8(($0 + part * 160) % 256) } }

        rig.say(frames)

        #expect(rig.heard == frames)
        for (frame, message) in zip(frames, rig.messages.filter(\.isAudio)) {
            let level = Sounds.level(G711.decode(frame, .a))
            #expect(message.message == .leveledAudio(level: level))
        }
    }

    @Test func `packets are collected where messages are longer, and cut where they are shorter`()
        throws
    {
        let noise = Sounds.noise(.seconds(1), rate: 8_000, seed: 9)
        let frames = try Sounds.frames(noise, .pcmu)
        let long = try Rig(edge: .pcmu, upstream: .pcmu, interval: .milliseconds(100))
        long.say(frames)
        #expect(long.heard.map(\.count) == Array(repeating: 800, count: 10))
        #expect(Array(long.heard.joined()) == Array(frames.joined()))

        let short = try Rig(edge: .pcmu, upstream: .pcmu, interval: .milliseconds(10))
        short.say(frames)
        #expect(short.heard.map(\.count) == Array(repeating: 80, count: 100))
        #expect(Array(short.heard.joined()) == Array(frames.joined()))
    }

    @Test func `packets that change places are put back in order`() throws {
        let rig = try Rig(edge: .pcmu, upstream: .pcmu)
        let frames = try Sounds.frames(Sounds.noise(.seconds(2), rate: 8_000, seed: 10), .pcmu)
        let datagrams = frames.map { rig.datagram($0) }

        for first in stride(from: 0, to: datagrams.count, by: 4) {
            for index in [0, 2, 1, 3] {
                rig.receive(datagrams[first + index])
                rig.run(for: .milliseconds(5))
            }
            rig.run(for: .milliseconds(60))
        }

        #expect(rig.heard == frames)
        #expect(rig.session.counts.upLost == 0)
        #expect(rig.session.counts.upFilled == .zero)
    }

    private static let matrix: [(CodecName, CodecName, DialectKind)] = [
        (.opus, .opus, .binary), (.opus, .pcm16, .openAIRealtime), (.pcmu, .pcmu, .openAIRealtime),
        (.pcma, .pcm16, .openAIRealtime), (.pcmu, .opus, .binary), (.opus, .pcmu, .binary),
    ]

    @Test(arguments: matrix) func `lost packets take no time away`(
        _ path: (CodecName, CodecName, DialectKind)
    ) throws {
        let rig = try Rig(edge: path.0, upstream: path.1, kind: path.2)
        var generator = SeededGenerator(seed: 11, stream: "loss")
        let tone = Sounds.tone(.seconds(3), rate: path.0.sampleRate)
        let frames = try Sounds.frames(tone, path.0)
        var lost = 0

        for (index, frame) in frames.enumerated() {
            let datagram = rig.datagram(frame)
            if index > 0, index < frames.count - 1, generator.unit() < 0.1 {
                lost += 1
            } else {
                rig.receive(datagram)
            }
            rig.run(for: .milliseconds(20))
        }

        #expect(lost > 7)
        #expect(rig.session.counts.upLost == lost)
        #expect(rig.session.counts.upFilled == .milliseconds(20) * lost)
        #expect(try Self.length(rig.heard, path.1) == .seconds(3))
        #expect(rig.misunderstood == 0)
    }

    @Test func `a packet behind a lost one waits for one packet more, and no longer`() throws {
        let rig = try Rig(edge: .pcmu, upstream: .pcmu)
        let frames = try Sounds.frames(Sounds.noise(.seconds(1), rate: 8_000, seed: 12), .pcmu)
        rig.say(Array(frames[..<5]))
        _ = rig.datagram(frames[5])
        rig.say(frames[6])
        let arrived = rig.now
        #expect(rig.heard.count == 5)

        rig.run(for: .milliseconds(19))
        #expect(rig.heard.count == 5)
        rig.run(for: .milliseconds(30))

        try #require(rig.heard.count == 7)
        #expect(rig.heard[6] == frames[6])
        #expect(rig.heard[5].allSatisfy { $0 == 0xFF })
        #expect(rig.messages.last?.at == arrived + .milliseconds(30))
    }

    @Test func `a packet that comes after it was given up is dropped, and counted`() throws {
        let rig = try Rig(edge: .pcmu, upstream: .pcmu)
        let frames = try Sounds.frames(Sounds.noise(.seconds(1), rate: 8_000, seed: 13), .pcmu)
        rig.say(frames[0])
        let late = rig.datagram(frames[1])
        rig.say([frames[2], frames[3]])

        rig.receive(late)
        rig.receive(late)
        rig.say([frames[4]])

        #expect(rig.heard.count == 5)
        #expect(rig.session.counts.upLate == 2)
    }

    @Test func `a caller who leaves silence out is not heard to stop in the middle`() throws {
        let rig = try Rig(edge: .pcmu, upstream: .pcmu)
        let frames = try Sounds.frames(
            Sounds.noise(.milliseconds(200), rate: 8_000, seed: 14), .pcmu)
        rig.say(frames)

        rig.run(for: .seconds(1))
        rig.sender.skipFrames(50)
        // Silence is sent while it lasts, a fifth of a second behind.
        #expect(abs(rig.heard.count - 50) <= 1)
        rig.say(frames)

        try #require(rig.heard.count == 70)
        #expect(rig.heard[10..<60].allSatisfy { $0.allSatisfy { $0 == 0xFF } })
        #expect(Array(rig.heard[60...]) == frames)
        #expect(rig.session.counts.upLost == 0)
    }

    @Test func `what was only late is forwarded all the same`() throws {
        let rig = try Rig(edge: .pcmu, upstream: .pcmu)
        let frames = try Sounds.frames(
            Sounds.noise(.milliseconds(800), rate: 8_000, seed: 15), .pcmu)
        rig.say(Array(frames[..<10]))

        rig.run(for: .milliseconds(400))
        for frame in frames[10...] { rig.say(frame) }

        #expect(Array(rig.heard.suffix(30)) == Array(frames[10...]))
    }

    @Test func `comfort noise and digits are no audio, and no loss`() throws {
        let rig = try Rig(edge: .pcmu, upstream: .pcmu)
        let frames = try Sounds.frames(
            Sounds.noise(.milliseconds(200), rate: 8_000, seed: 16), .pcmu)
        rig.say(Array(frames[..<5]))
        rig.receive(rig.datagram([1, 2, 3, 4], type: 101))
        let sequence = rig.sender.sequence &+ 1
        let timestamp = rig.sender.timestamp
        rig.sender = RTPSender(
            ssrc: 1, payloadType: 111, clockRate: 8_000, frame: .milliseconds(20),
            sequence: sequence, timestamp: timestamp)

        rig.say(Array(frames[5...]))

        #expect(rig.heard == frames)
        #expect(rig.session.counts.upLost == 0)
        #expect(rig.session.counts.edgeProblems == 0)
    }

    @Test func `a caller who begins a new stream is heard on`() throws {
        let rig = try Rig(edge: .pcmu, upstream: .pcmu)
        let frames = try Sounds.frames(
            Sounds.noise(.milliseconds(400), rate: 8_000, seed: 17), .pcmu)
        rig.say(Array(frames[..<10]))
        rig.sender = RTPSender(
            ssrc: 2, payloadType: 111, clockRate: 8_000, frame: .milliseconds(20),
            sequence: 40_000, timestamp: 4_000_000_000)

        rig.say(Array(frames[10...]))

        #expect(rig.heard == frames)
    }

    @Test func `audio before the upstream is open leaves when it opens, two seconds at most`()
        throws
    {
        let rig = try Rig(edge: .pcmu, upstream: .pcmu, isOpen: false)
        let frames = try Sounds.frames(Sounds.noise(.seconds(3), rate: 8_000, seed: 18), .pcmu)
        rig.say(frames)
        #expect(rig.messages.isEmpty)

        rig.open()

        #expect(rig.heard == Array(frames.suffix(100)))
        guard case .configure = rig.messages.first?.message else {
            Issue.record("the session is not configured first")
            return
        }
        #expect(rig.session.counts.upDropped == .seconds(1))
        rig.say(Array(frames[..<5]))
        #expect(rig.heard.count == 105)
    }

    @Test func `a lost opus packet is concealed by its far decoder, not by a hole`() throws {
        let rig = try Rig(edge: .opus, upstream: .opus, kind: .binary)
        let frames = try Sounds.frames(Sounds.tone(.seconds(1), rate: 48_000), .opus)
        rig.say(Array(frames[..<25]), octet: 20)
        _ = rig.datagram(frames[25])
        rig.say(Array(frames[26...]), octet: 20)

        let sound = try Sounds.samples(rig.heard, .opus)
        try #require(rig.heard.count == 50 && sound.count == 48_000)
        #expect(rig.heard[25].count == 1)
        #expect(Decibels.rms(sound[(25 * 960)..<(26 * 960)]) > -26)
    }
}

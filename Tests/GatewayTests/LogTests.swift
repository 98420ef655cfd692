import Audio
import Dialects
import Gateway
import RTPCore
import Testing
import Timeline

@Suite struct LogTests {
    /// Frames of G.711: voiced where told, silent elsewhere.
    private static func frames(_ pattern: [(isVoiced: Bool, count: Int)]) throws -> [[UInt8]] {
        let tone = try Sounds.frames(Sounds.tone(.milliseconds(20), rate: 8_000), .pcmu)
        let silence = [UInt8](repeating: 0xFF, count: 160)
        return pattern.flatMap {
            Array(repeating: $0.isVoiced ? tone[0] : silence, count: $0.count)
        }
    }

    private static func event(
        _ name: GatewayEvent.Name, _ turn: Int, _ at: RunInstant
    ) -> GatewayEvent { GatewayEvent(call: "c", turn: turn, event: name, at: at) }

    /// By the level of the packet, and by its energy where it has none.
    @Test(arguments: [true, false]) func `speech begins and ends with the packets that left`(
        hasLevels: Bool
    ) throws {
        let rig = try Rig(edge: .pcmu, upstream: .pcmu)
        let begin = rig.now
        let pattern = [(false, 10), (true, 20), (false, 9), (true, 5), (false, 30), (true, 3)]
        let frames = try Self.frames(pattern.map { (isVoiced: $0.0, count: $0.1) })
        for frame in frames {
            let level = Sounds.level(G711.decode(frame, .mu))
            rig.say(frame, octet: hasLevels ? level : nil)
            rig.run(for: .milliseconds(20))
        }
        rig.session.closed(at: rig.now)
        rig.drain()

        func slot(_ index: Int) -> RunInstant { begin + .milliseconds(20) * index }
        let spurts = rig.notes.filter { $0.event == .upSpeechStart || $0.event == .upSpeechEnd }
        #expect(
            spurts == [
                Self.event(.upSpeechStart, 0, slot(10)), Self.event(.upSpeechEnd, 0, slot(43)),
                Self.event(.upSpeechStart, 1, slot(74)), Self.event(.upSpeechEnd, 1, slot(76)),
            ])
    }

    @Test func `an end is known when 200 ms of silence have followed`() throws {
        let rig = try Rig(edge: .pcmu, upstream: .pcmu)
        rig.say(try Self.frames([(true, 10), (false, 9)]))
        #expect(rig.notes(.upSpeechEnd).isEmpty)

        rig.say(try Self.frames([(false, 1)]))

        #expect(rig.notes(.upSpeechEnd).count == 1)
    }

    @Test func `a caller who falls silent without a packet is known to have ended`() throws {
        let rig = try Rig(edge: .pcmu, upstream: .pcmu)
        rig.say(try Self.frames([(true, 10)]))
        let last = rig.now - .milliseconds(20)

        rig.run(for: .milliseconds(450))

        #expect(rig.notes(.upSpeechEnd).map(\.at) == [last])
    }

    @Test func `opus without levels is judged by what it sounds like`() throws {
        for (upstream, kind) in [(CodecName.opus, DialectKind.binary), (.pcm16, .openAIRealtime)] {
            let rig = try Rig(edge: .opus, upstream: upstream, kind: kind, levelID: nil)
            let begin = rig.now
            let silence = [Int16](repeating: 0, count: 9_600)
            let tone = Sounds.tone(.milliseconds(200), rate: 48_000)

            rig.say(try Sounds.frames(silence + tone + silence + silence, .opus))

            #expect(rig.notes(.upSpeechStart).map(\.at) == [begin + .milliseconds(200)])
            // The decoder plays the last 6.5 ms with the packet behind, and rings a little.
            let end = try #require(rig.notes(.upSpeechEnd).first)
            #expect((begin + .milliseconds(380)...begin + .milliseconds(420)).contains(end.at))
        }
    }

    @Test func `a reply's instants are those of its messages and packets`() throws {
        let rig = try Rig(edge: .pcmu, upstream: .pcmu)
        rig.run(for: .milliseconds(100))
        let silence = [UInt8](repeating: 0xFF, count: 160)
        let tone = try Sounds.frames(Sounds.tone(.milliseconds(20), rate: 8_000), .pcmu)[0]

        rig.agentSends(silence + silence, reply: 1)
        let first = rig.now
        rig.run(for: .milliseconds(15))
        rig.agentSends(silence + tone + silence, reply: 1)
        let audible = rig.now
        rig.agentSends(tone + tone + silence, reply: 1)
        rig.agentSays(.replyEnded(1, cancelled: false))
        rig.run(for: .milliseconds(400))

        let loud = rig.audible.map(\.at)
        try #require(loud.count == 3)
        #expect(
            rig.notes.dropFirst() == [
                Self.event(.upstreamFirstAudio, 0, first),
                Self.event(.upstreamFirstAudible, 0, audible),
                Self.event(.downFirstAudible, 0, loud[0]),
                Self.event(.downLastAudible, 0, loud[2]),
            ])
    }

    @Test func `a call begins and ends, with what it counted`() throws {
        let rig = try Rig(edge: .pcmu, upstream: .pcmu)
        rig.say(try Self.frames([(true, 10)]))
        rig.session.closed(at: rig.now)
        rig.drain()

        #expect(rig.notes.first == Self.event(.callStart, 0, Rig.start))
        let last = try #require(rig.notes.last)
        #expect(last.event == .callEnd && last.at == rig.now)
        #expect(last.counts?.upPackets == 10)
        #expect(last.counts == rig.session.counts)
        #expect(rig.end == .disconnected)
        #expect(rig.session.wake == nil)
    }

    @Test func `lines are written and read back, and broken ones refused`() throws {
        var counts = GatewayCounts()
        counts.upPackets = 12
        for name in GatewayEvent.Name.allCases {
            var event = GatewayEvent(
                call: "4711 \"x\"", turn: 3, event: name, at: RunInstant(nanoseconds: 250))
            var buffer = WireBuffer()
            event.counts = name == .callEnd ? counts : nil
            event.jsonLine(into: &buffer, epochNs: 1_000)
            let text = String(decoding: buffer.bytes, as: UTF8.self)
            #expect(text.contains(#""mono_ns":1250"#) && text.hasSuffix("}\n"))
            let read = try GatewayEvent.parse(buffer.bytes, epochNs: 1_000)
            event.counts = nil
            #expect(read == event)
            for length in 0..<(buffer.count - 2) {
                #expect(throws: DialectProblem.self) {
                    try GatewayEvent.parse(
                        UnsafeRawBufferPointer(rebasing: buffer.bytes[..<length]), epochNs: 0)
                }
            }
        }
    }
}

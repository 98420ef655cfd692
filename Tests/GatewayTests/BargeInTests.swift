import Audio
import Dialects
import Gateway
import RTPCore
import Testing
import Timeline

@Suite struct BargeInTests {
    /// Nine seconds that have arrived, and one of them played.
    private static func speaking(
        _ edge: CodecName, _ upstream: CodecName, _ kind: DialectKind, interrupts: Bool = true,
        isEnded: Bool = true
    ) throws -> Rig {
        let rig = try Rig(edge: edge, upstream: upstream, kind: kind, interrupts: interrupts)
        let tone = Sounds.tone(.seconds(9), rate: upstream.sampleRate)
        rig.agentSays(.replyStarted(1))
        for frame in try Sounds.frames(tone, upstream) { rig.agentSends(frame, reply: 1) }
        if isEnded { rig.agentSays(.replyEnded(1, cancelled: false)) }
        rig.run(for: .seconds(1))
        return rig
    }

    private static let matrix: [(CodecName, CodecName, DialectKind)] = [
        (.opus, .pcm16, .openAIRealtime), (.pcmu, .pcmu, .openAIRealtime),
        (.opus, .opus, .binary), (.pcma, .opus, .binary), (.opus, .pcmu, .binary),
    ]

    @Test(arguments: matrix) func `speech of the caller drops the rest at once`(
        _ path: (CodecName, CodecName, DialectKind)
    ) throws {
        let rig = try Self.speaking(path.0, path.1, path.2)
        let before = rig.audible.count

        rig.agentSays(.speechStarted(atMs: 1_000))
        let arrived = rig.now
        rig.run(for: .seconds(2))

        try #require(before == 50 && rig.audible.count == before)
        #expect(rig.packets.last { $0.isAudible }.map { $0.at <= arrived } == true)
        #expect(rig.session.counts.downCut == .seconds(8))
        #expect(
            rig.notes(.upstreamStop)
                == [GatewayEvent(call: "c", turn: 0, event: .upstreamStop, at: arrived)])
        #expect(rig.notes(.downLastAudible).map(\.at) == [rig.audible[49].at])
    }

    @Test func `the agent is told what was played, to the packet`() throws {
        let rig = try Self.speaking(.opus, .pcm16, .openAIRealtime)

        rig.agentSays(.speechStarted(atMs: 1_000))

        let last = try #require(rig.messages.last)
        #expect(last.message == .truncate(item: "item_1", playedMs: 1_000))
        #expect(last.at == rig.now)
    }

    @Test func `of a reply that has not begun, nothing was played`() throws {
        let rig = try Self.speaking(.opus, .pcm16, .openAIRealtime)
        rig.agentSends(Sounds.bytes(Sounds.tone(.milliseconds(500), rate: 24_000)), reply: 2)

        rig.agentSays(.speechStarted(atMs: 1_000))

        #expect(rig.messages.last?.message == .truncate(item: "item_2", playedMs: 0))
    }

    @Test func `a reply that was heard to its end is no stop, and nothing is truncated`() throws {
        let rig = try Rig(edge: .pcmu, upstream: .pcmu)
        rig.agentSends(G711.encode(Sounds.tone(.milliseconds(100), rate: 8_000), .mu))
        rig.agentSays(.replyEnded(1, cancelled: false))
        rig.run(for: .milliseconds(100))
        #expect(rig.audible.count == 5)

        rig.agentSays(.speechStarted(atMs: 0))
        rig.run(for: .milliseconds(100))

        #expect(rig.notes(.upstreamStop).isEmpty)
        #expect(rig.notes(.downLastAudible).count == 1)
        #expect(!rig.messages.contains { $0.text.contains("truncate") })
    }

    @Test func `late audio of a stopped reply is discarded, and the next reply is played`() throws {
        let rig = try Self.speaking(.pcmu, .pcmu, .openAIRealtime, isEnded: false)
        rig.agentSays(.speechStarted(atMs: 1_000))
        let before = rig.audible.count

        let late = G711.encode(Sounds.tone(.milliseconds(300), rate: 8_000), .mu)
        rig.agentSends(late, reply: 1)
        rig.agentSays(.replyEnded(1, cancelled: true))
        rig.agentSends(late, reply: 1)
        rig.run(for: .milliseconds(400))
        #expect(rig.audible.count == before)
        #expect(rig.session.counts.stale == .milliseconds(600))

        rig.agentSays(.replyStarted(2))
        rig.agentSends(late, reply: 2)
        rig.agentSays(.replyEnded(2, cancelled: false))
        rig.run(for: .seconds(1))
        #expect(rig.audible.count == before + 15)
        #expect(rig.notes(.upstreamFirstAudio).map(\.turn) == [0, 1])
    }

    @Test func `a cancelled reply is dropped without a word about speech`() throws {
        let rig = try Self.speaking(.opus, .pcm16, .openAIRealtime, isEnded: false)

        rig.agentSays(.replyEnded(1, cancelled: true))
        rig.run(for: .seconds(1))

        #expect(rig.audible.count == 50)
        #expect(rig.notes(.upstreamStop).count == 1)
    }

    @Test func `a clear empties the queue, and what is sent anew is played`() throws {
        let rig = try Self.speaking(.opus, .opus, .binary, interrupts: false, isEnded: false)

        rig.agentSays(.speechStarted(atMs: 900))
        rig.run(for: .milliseconds(200))
        #expect(rig.audible.count == 60)
        rig.agentSays(.clear(1))
        rig.agentSays(.replyStarted(2))
        let quiet = Sounds.tone(.seconds(1), rate: 48_000, decibels: -35)
        for frame in try Sounds.frames(quiet, .opus) { rig.agentSends(frame, reply: 2, level: 35) }
        rig.run(for: .milliseconds(500))

        #expect(rig.audible.dropFirst(60).allSatisfy { $0.level == 35 })
        #expect(rig.audible.count == 85)
    }

    @Test func `an agent that ignores interruptions goes on`() throws {
        let rig = try Self.speaking(.opus, .pcm16, .openAIRealtime, interrupts: false)

        rig.agentSays(.speechStarted(atMs: 1_000))
        rig.run(for: .seconds(1))

        #expect(rig.audible.count == 100)
        #expect(rig.notes(.upstreamStop).isEmpty)
    }

    @Test func `nothing of a cut reply is heard at the beginning of the next`() throws {
        let rig = try Self.speaking(.opus, .pcm16, .openAIRealtime)
        rig.agentSays(.speechStarted(atMs: 1_000))
        rig.run(for: .seconds(1))
        let first = rig.packets.count

        // A reply that is silent itself.
        rig.agentSays(.replyStarted(2))
        rig.agentSends([UInt8](repeating: 0, count: 48_000), reply: 2)
        rig.agentSays(.replyEnded(2, cancelled: false))
        rig.run(for: .seconds(1))

        let sound = try Sounds.samples(rig.packets.map(\.payload), .opus)
        try #require(sound.count > first * 960)
        #expect(sound[(first * 960)...].allSatisfy { abs(Int($0)) < 33 })
    }

    @Test func `replies without names are stopped too, and the next one is heard`() throws {
        let rig = try Rig(edge: .pcmu, upstream: .pcmu, kind: .binary)
        let frames = try Sounds.frames(Sounds.tone(.seconds(2), rate: 8_000), .pcmu)
        for frame in frames { rig.agentSends(frame) }
        rig.run(for: .milliseconds(200))

        rig.agentSays(.speechStarted(atMs: 100))
        for frame in frames.prefix(10) { rig.agentSends(frame) }
        rig.run(for: .milliseconds(400))
        #expect(rig.audible.count == 10)

        rig.agentSays(.speechStopped(atMs: 500))
        for frame in frames.prefix(10) { rig.agentSends(frame) }
        rig.run(for: .milliseconds(400))
        #expect(rig.audible.count == 20)
    }
}

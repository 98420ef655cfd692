import Audio
import Dialects
import Gateway
import RTPCore
import Testing
import Timeline

@Suite struct GarbageTests {
    private static func mangle(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0...(generator.next() % 4) where !bytes.isEmpty {
            let place = Int(truncatingIfNeeded: generator.next() % UInt64(bytes.count))
            switch generator.next() % 5 {
            case 0: bytes.removeLast(bytes.count - place)
            case 1: bytes[place] = UInt8(truncatingIfNeeded: generator.next())
            case 2: bytes[place] ^= 1 << UInt8(generator.next() % 8)
            case 3: bytes.insert(UInt8(truncatingIfNeeded: generator.next()), at: place)
            default: bytes += bytes.prefix(place)
            }
        }
        return bytes
    }

    private static let paths: [(CodecName, CodecName, DialectKind)] = [
        (.opus, .pcm16, .openAIRealtime), (.opus, .opus, .binary), (.pcmu, .pcmu, .openAIRealtime),
    ]

    @Test(arguments: paths) func `six thousand mangled datagrams are used or refused, never fatal`(
        _ path: (CodecName, CodecName, DialectKind)
    ) throws {
        var limits = GatewayLimits()
        limits.problems = .max
        var generator = SeededGenerator(seed: 21, stream: "datagrams")
        var rig = try Rig(edge: path.0, upstream: path.1, kind: path.2, limits: limits)
        let frames = try Sounds.frames(
            Sounds.tone(.milliseconds(200), rate: path.0.sampleRate), path.0)
        let packets = frames.map { rig.datagram($0, octet: 20) }
        var refused = 0
        var used = 0
        for index in 0..<6_000 {
            rig.receive(Self.mangle(packets[index % packets.count], &generator))
            if index % 100 == 0 { rig.run(for: .milliseconds(20)) }
            // A mangled packet may well be a goodbye.
            guard rig.end != nil || index == 5_999 else { continue }
            refused += rig.session.counts.edgeProblems + rig.session.counts.upLate
            used += rig.session.counts.upPackets
            #expect(rig.misunderstood == 0)
            #expect(rig.end ?? .farewell == .farewell)
            rig = try Rig(edge: path.0, upstream: path.1, kind: path.2, limits: limits)
        }

        #expect(refused > 600 && used > 60, "\(used) used, \(refused) refused")
    }

    @Test(arguments: paths) func `ten thousand mangled messages are used or refused, never fatal`(
        _ path: (CodecName, CodecName, DialectKind)
    ) throws {
        var limits = GatewayLimits()
        limits.problems = .max
        let rig = try Rig(
            edge: path.0, upstream: path.1, kind: path.2, hasEvents: true, limits: limits)
        var generator = SeededGenerator(seed: 22, stream: "messages")
        var messages: [(MessageForm, [UInt8])] = []
        var agent = rig.agent
        var out = WireBuffer()
        let events: [AgentEvent] = [
            .configured, .speechStarted(atMs: 1), .replyStarted(3), .replyEnded(3, cancelled: true),
            .clear(3), .failure(code: "x", message: "y"), .speechStopped(atMs: 2),
        ]
        for event in events {
            out.removeAll()
            if let form = agent.encode(event, into: &out) {
                messages.append((form, Array(out.bytes)))
            }
        }
        for frame in try Sounds.frames(
            Sounds.tone(.milliseconds(100), rate: path.1.sampleRate), path.1)
        {
            out.removeAll()
            let form = frame.withUnsafeBytes {
                agent.encode(audio: $0, level: 20, reply: 3, into: &out)
            }
            messages.append((form, Array(out.bytes)))
        }
        for index in 0..<10_000 {
            let (form, bytes) = messages[index % messages.count]
            let other: MessageForm = form == .text ? .binary : .text
            rig.deliver(index % 97 == 0 ? other : form, Self.mangle(bytes, &generator))
            if index % 100 == 0 {
                rig.say(try Sounds.frames([Int16](repeating: 0, count: 160), .pcmu))
                rig.run(for: .milliseconds(20))
            }
        }

        #expect(rig.end == nil)
        #expect(rig.session.counts.upstreamProblems > 1_000)
        #expect(rig.packets.count >= 100)
    }

    @Test func `a peer who sends nothing but garbage is let go`() throws {
        let edge = try Rig()
        for _ in 0..<1_000 { edge.receive([1, 2, 3]) }
        #expect(edge.end == .garbage)
        #expect(edge.session.counts.edgeProblems == 1_000)

        let payloads = try Rig(edge: .opus)
        for _ in 0..<1_000 { payloads.say([0xFF, 0xFF, 0xFF]) }
        #expect(payloads.end == .garbage)

        let upstream = try Rig()
        for _ in 0..<1_000 { upstream.deliver(.text, Array("{".utf8)) }
        #expect(upstream.end == .garbage)
    }

    @Test func `the same seed and the same input give the same bytes`() throws {
        func run() throws -> ([[UInt8]], [GatewayEvent]) {
            let rig = try Rig(edge: .opus, upstream: .pcm16, seed: 33)
            rig.say(try Sounds.frames(Sounds.tone(.milliseconds(300), rate: 48_000), .opus))
            rig.agentSends(Sounds.bytes(Sounds.tone(.seconds(1), rate: 24_000)))
            rig.run(for: .seconds(6))
            return (rig.packets.map(\.payload) + rig.reports.map(\.bytes) + rig.heard, rig.notes)
        }

        let one = try run()
        let two = try run()

        #expect(one.0 == two.0 && one.1 == two.1)
    }
}

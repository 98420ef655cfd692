import Audio
import Dialects
import Planning
import RTPCore
import ReferenceAgent
import Testing
import Timeline

@Suite struct RobustnessTests {
    private static let turn = Monologue([(200_000, 1_000_000)], length: .milliseconds(3_000))

    @Test(arguments: TestLine.kinds)
    func `the same input gives the same output`(line: TestLine) throws {
        func output() throws -> ([[UInt8]], [TruthEvent]) {
            let call = try TestCall(line, .fixed(policy: .duck), saying: Self.turn)
            call.run()
            call.session.closed(at: TestCall.start + .seconds(3))
            call.drain(TestCall.start + .seconds(3))
            return (call.sent.map(\.bytes), call.truth)
        }

        let first = try output()
        let second = try output()
        #expect(first.0 == second.0)
        #expect(first.1 == second.1)
        #expect(first.0.count > 20)
    }

    @Test(arguments: TestLine.allCases)
    func `a caller that falls silent altogether is hung up on`(line: TestLine) throws {
        let call = try TestCall(line, .fixed(), saying: Self.turn)
        call.run()
        let idle = Nanoseconds.seconds(line.dialect == nil ? 10 : 60)
        let lastSign = TestCall.start + .milliseconds(3_000)
        call.pass(until: lastSign + .seconds(90))

        #expect(call.end == .idle)
        #expect(call.session.end == .idle)
        #expect(call.session.wake == nil)
        let end = try call.instant(.callEnd)
        #expect(abs((end - lastSign - idle).milliseconds) < 60)
        #expect(call.count(.callEnd) == 1)
    }

    @Test(arguments: [TestLine.rtpOpus, .binaryOpus])
    func `silence that is not sent ends a turn all the same`(line: TestLine) throws {
        let call = try TestCall(
            line, .fixed(), saying: Monologue([(200_000, 1_000_000)], length: .milliseconds(1_000)))
        call.run()
        call.pass(until: TestCall.start + .seconds(2))

        // The frame that would have ended the turn is waited for, longer on a reliable stream.
        let packet = try call.instant(.replyFirstPacket)
        let latest = line.dialect == nil ? 1_461.0 : 1_621.0
        #expect(call.ms(packet) >= 1_400 && call.ms(packet) <= latest)
    }

    @Test(arguments: TestLine.allCases)
    func `garbage is survived, counted and in the end hung up on`(line: TestLine) throws {
        let call = try TestCall(line, .fixed(), saying: Self.turn)
        let seed: UInt64 = 99
        var generator = SeededGenerator(seed: seed, stream: "garbage")
        var now = TestCall.start
        for _ in 0..<3_000 where call.session.end == nil {
            now += .milliseconds(1)
            let length = Int.random(in: 0...60, using: &generator)
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            if line.dialect == nil {
                bytes.withUnsafeBytes { call.session.receive(datagram: $0, arrived: now, now: now) }
                call.drain(now)
            } else {
                call.deliver(.text, bytes, at: now)
            }
        }

        #expect(call.session.problems == 1_000, "seed \(seed)")
        #expect(call.end == .garbage)
        if line.dialect != nil {
            let errors = call.messages.count { $0.message.isFailure }
            #expect(errors == 10, "only the first few are answered")
        }
    }

    @Test func `a message over the limit is refused and the call goes on`() throws {
        let call = try TestCall(.openAI, .fixed(), saying: Self.turn)
        call.deliver(.text, [UInt8](repeating: 0x20, count: 1 << 20 + 1), at: TestCall.start)
        call.run()

        #expect(call.session.problems == 1)
        #expect(
            call.messages.contains {
                guard case .failure(let code, _) = $0.message else { return false }
                return code == "oversized"
            })
        #expect(call.count(.replyFirstPacket) == 1)
    }

    @Test func `late, lost and repeated packets never make a reply early`() throws {
        let seed: UInt64 = 7
        var generator = SeededGenerator(seed: seed, stream: "jitter")
        for number in 0..<20 {
            let call = try TestCall(.rtpOpus, .fixed(), saying: Self.turn, number: UInt64(number))
            call.run { _ in
                .microseconds(Int64(generator.unit() * 30_000))
            }
            let packet = try call.instant(.replyFirstPacket)
            #expect(call.ms(packet) >= 1_400, "seed \(seed), call \(number)")
            #expect(call.ms(packet) < 1_480, "seed \(seed), call \(number)")
        }
    }

    @Test(arguments: [TestLine.openAI, .binaryOpus])
    func `one late frame does not move the instant at which silence began`(line: TestLine) throws {
        // Frame 49 holds the last of the voice; frame 64 completes 300 ms of silence.
        for lateFrame in [49, 55, 64] {
            let call = try TestCall(line, .fixed(think: 200), saying: Self.turn)
            call.run { $0 == lateFrame ? .milliseconds(15) : .zero }

            #expect(try call.ms(call.instant(.replyFirstPacket)) == 1_500, "frame \(lateFrame)")
            #expect(try call.ms(call.instant(.speechEnd)) == 1_000)
        }
    }

    @Test func `a goodbye ends an RTP call, a stop a binary one`() throws {
        let rtp = try TestCall(.rtpOpus, .fixed(), saying: Self.turn)
        rtp.run()
        var buffer = WireBuffer()
        RTCPWriter.report(ssrc: 77, sender: nil, block: nil, into: &buffer)
        RTCPWriter.goodbye(ssrc: 77, into: &buffer)
        let now = TestCall.start + .seconds(3)
        rtp.session.receive(datagram: buffer.bytes, arrived: now, now: now)
        rtp.drain(now)
        let binary = try TestCall(.binaryOpus, .fixed(), saying: Self.turn)
        binary.run()
        binary.deliver(.text, Array(#"{"type":"stop"}"#.utf8), at: now)

        for call in [rtp, binary] {
            #expect(call.end == .farewell)
            #expect(try call.instant(.callEnd) == now)
            // The reply was being spoken: its end is the call's.
            #expect(call.count(.replyLastAudible) == 1)
        }
    }

    @Test func `an RTP call is packets without a gap, and a report every few seconds`() throws {
        let call = try TestCall(
            .rtpOpus, .fixed(), saying: Monologue([(200_000, 1_000_000)], length: .seconds(12)))
        call.run()
        let packets = call.packets

        #expect((598...600).contains(packets.count))
        for (before, after) in zip(packets, packets.dropFirst()) {
            #expect(after.at - before.at == .milliseconds(20))
            #expect(after.packet.header.sequence == before.packet.header.sequence &+ 1)
            #expect(after.packet.header.timestamp == before.packet.header.timestamp &+ 960)
            #expect(after.packet.header.marker == (after.at == call.first(.replyFirstPacket)))
        }
        let reports = call.sent.filter { sent in
            sent.bytes.withUnsafeBytes { RTPDemux.kind($0) } == .rtcp
        }
        #expect((2...4).contains(reports.count))
        for report in reports {
            var sources: [UInt32] = []
            try report.bytes.withUnsafeBytes { bytes in
                try RTCPReader.read(bytes) { item in
                    if case .sender(let ssrc, _) = item { sources.append(ssrc) }
                    if case .reception(_, let block) = item { sources.append(block.ssrc) }
                }
            }
            #expect(sources == [99, 77])
        }
    }

    /// The last packet before a stall in the middle of a reply, and those after it.
    private func stall(
        _ span: Nanoseconds
    ) throws -> (call: TestCall, before: UInt32, after: [(at: RunInstant, timestamp: UInt32)]) {
        let call = try TestCall(.rtpOpus, .fixed(), saying: Self.turn)
        call.run()
        let count = call.packets.count
        let last = try #require(call.packets.last)
        var now = last.at + span
        for _ in 0..<10 {  // a loop's ticks
            call.session.tick(at: try #require(call.session.wake), now: now)
            call.drain(now)
            now = now + .milliseconds(1)
            guard let wake = call.session.wake, wake <= now else { break }
        }
        call.pass(until: now + .milliseconds(80))
        return (
            call, last.packet.header.timestamp,
            call.packets.dropFirst(count).map { ($0.at, $0.packet.header.timestamp) }
        )
    }

    @Test func `a short stall leaves no gap in the speech`() throws {
        let (call, before, after) = try stall(.milliseconds(69))

        for (index, packet) in after.enumerated() {
            #expect(packet.timestamp &- before == 960 * UInt32(index + 1))
        }
        #expect(after[2].at - after[0].at == .milliseconds(2))
        #expect((after[3].at - TestCall.start).count % 20_000_000 == 2_500_000)
        #expect(call.count(.replyFirstPacket) == 1)
    }

    @Test func `after a long stall the packets are back on their grid`() throws {
        let (_, before, after) = try stall(.milliseconds(149))

        // The last three of those missed, and the one that is due.
        for (index, packet) in after.enumerated() {
            #expect(packet.timestamp &- before == 960 * UInt32(index + 4))
        }
        #expect(after[3].at - after[0].at == .milliseconds(3))
        #expect((after[4].at - TestCall.start).count % 20_000_000 == 2_500_000)
    }
}

extension AgentMessage {
    fileprivate var isFailure: Bool {
        if case .failure = self { return true }
        return false
    }
}

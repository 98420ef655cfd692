import Audio
import Planning
import ReferenceAgent
import Testing
import Timeline

@Suite struct TurnTests {
    @Test(arguments: TestLine.allCases)
    func `a reply starts between E + T and two packets more, at any phase of the frame`(
        line: TestLine
    ) throws {
        for (endpointing, think) in [(300, 100), (310, 0), (205, 33)] as [(Int64, Int64)] {
            for end in [1_000_000, 1_003_000, 1_007_500, 1_012_100, 1_019_900] as [Int64] {
                let call = try TestCall(
                    line, .fixed(endpointing: endpointing, think: think),
                    saying: Monologue([(200_000, end)], length: .milliseconds(1_800)))
                call.run()

                let lastVoiced = TestCall.start + .microseconds(end)
                let packet = try call.instant(.replyFirstPacket)
                let due = lastVoiced + .milliseconds(endpointing + think)
                // A decoder smears the end of a tone by a few milliseconds.
                let smear = Nanoseconds.milliseconds(line == .rtpOpusWithoutLevels ? 10 : 0)
                #expect(packet >= due - .microseconds(50), "E \(endpointing) T \(think) end \(end)")
                #expect(
                    packet <= due + line.ptime * 2 + .milliseconds(1) + smear,
                    "E \(endpointing) T \(think) end \(end): \((packet - due).milliseconds) ms")
                #expect(call.audioSent.first == packet)
            }
        }
    }

    @Test(arguments: TestLine.kinds)
    func `a turn leaves its truth in order and at the right instants`(line: TestLine) throws {
        let call = try TestCall(
            line, .fixed(), saying: Monologue([(200_000, 1_000_000)], length: .milliseconds(4_000)))
        call.run()
        call.session.closed(at: TestCall.start + .milliseconds(4_000))
        call.drain(TestCall.start + .milliseconds(4_000))

        #expect(
            call.truth.map(\.event) == [
                .callStart, .speechStart, .speechEnd, .turnTaken, .replyFirstPacket,
                .replyFirstAudible, .replyLastAudible, .replyLastPacket, .callEnd,
            ])
        #expect(call.truth.allSatisfy { $0.call == "77" && $0.turn == 0 })
        #expect(abs(call.ms(try call.instant(.speechStart)) - 200) <= 20)
        #expect((1_000...1_020).contains(call.ms(try call.instant(.speechEnd))))
        #expect((1_300...1_340).contains(call.ms(try call.instant(.turnTaken))))
        let packet = try call.instant(.replyFirstPacket)
        // The calibration sound is audible within a millisecond of its first sample.
        let audible = try call.instant(.replyFirstAudible)
        #expect(audible - packet < .milliseconds(1))
        let last = try call.instant(.replyLastAudible)
        #expect(abs((last - packet - TestCall.replyLength).milliseconds + line.held) < 3)
        #expect(try call.instant(.replyLastPacket) <= last)
        #expect(call.first(.callEnd) == TestCall.start + .milliseconds(4_000))
    }

    @Test(arguments: TestLine.kinds)
    func `a caller who goes on while the agent thinks is not answered yet`(line: TestLine) throws {
        let call = try TestCall(
            line, .fixed(think: 300),
            saying: Monologue(
                [(200_000, 800_000), (1_200_000, 1_600_000)], length: .milliseconds(3_000)))
        call.run()

        #expect(call.count(.speechStart) == 1)
        #expect(call.count(.turnTaken) == 2)
        #expect(call.count(.replyFirstPacket) == 1)
        let packet = try call.instant(.replyFirstPacket)
        #expect((2_200...2_245).contains(call.ms(packet)))
    }

    @Test(arguments: TestLine.kinds)
    func `a word shorter than start opens no turn, but two of them do`(line: TestLine) throws {
        let short = try TestCall(
            line, .fixed(), saying: Monologue([(200_000, 240_000)], length: .milliseconds(1_500)))
        short.run()
        let two = try TestCall(
            line, .fixed(),
            saying: Monologue(
                [(200_000, 240_000), (300_000, 340_000)], length: .milliseconds(1_500)))
        two.run()

        #expect(short.truth.map(\.event) == [.callStart])
        #expect(short.audioSent.isEmpty)
        #expect(two.count(.replyFirstPacket) == 1)
    }

    @Test(arguments: TestLine.kinds)
    func `replies are spoken in turn, each under its own number`(line: TestLine) throws {
        let call = try TestCall(
            line, .fixed(),
            saying: Monologue(
                [(200_000, 600_000), (3_400_000, 3_800_000), (5_600_000, 6_000_000)],
                length: .milliseconds(8_800)))
        call.run()

        let lengths = try (0...2).map { turn in
            try call.replyHeard(turn: turn)
        }
        #expect(abs(lengths[0] + line.held - 2_000) < 3)
        #expect(abs(lengths[1] - 1_010) < 3)
        #expect(abs(lengths[2] + line.held - 2_000) < 3)
    }

    @Test func `think times are drawn from the call's own stream`() throws {
        func reply(number: UInt64, line: TestLine) throws -> RunInstant? {
            var behaviour = AgentBehaviour.fixed()
            behaviour.think = .uniform(from: .zero, to: .milliseconds(400))
            let call = try TestCall(
                line, behaviour,
                saying: Monologue([(200_000, 600_000)], length: .milliseconds(1_500)),
                number: number)
            call.run()
            return call.first(.replyFirstPacket)
        }

        let first = try #require(try reply(number: 1, line: .openAI))
        let second = try #require(try reply(number: 2, line: .openAI))
        let binary = try #require(try reply(number: 1, line: .binaryPCM))
        #expect(first != second)
        #expect(abs((binary - first).milliseconds) <= 20)
    }
}

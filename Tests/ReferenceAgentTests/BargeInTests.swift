import Audio
import Dialects
import Planning
import ReferenceAgent
import Testing
import Timeline

@Suite struct BargeInTests {
    /// Speaks until 1,000 ms, so that the reply starts about 1,400, and interjects at 2,100.
    private func call(
        _ line: TestLine, _ behaviour: AgentBehaviour, interjecting length: Int64 = 400
    ) throws -> TestCall {
        let call = try TestCall(
            line, behaviour,
            saying: Monologue(
                [(200_000, 1_000_000), (2_100_000, 2_100_000 + length * 1_000)],
                length: .milliseconds(6_000)))
        call.run()
        return call
    }

    private static let onset = TestCall.start + .milliseconds(2_100)

    @Test(arguments: TestLine.rtp)
    func `cut on RTP stops at the next slot and answers the interjection`(line: TestLine) throws {
        let call = try call(line, .fixed())

        let detected = try call.instant(.bargeInDetected)
        #expect(detected >= Self.onset + .milliseconds(90))
        #expect(detected <= Self.onset + .milliseconds(100) + line.ptime * 2)
        let last = try call.instant(.replyLastPacket)
        #expect(last < detected)
        #expect(detected - last <= line.ptime)
        let audible = try call.instant(.replyLastAudible)
        #expect((audible - last) <= line.ptime && audible >= last)
        let quiet = call.packets.filter {
            $0.at > detected && $0.at < Self.onset + .milliseconds(700)
        }
        #expect(!quiet.isEmpty && quiet.allSatisfy { $0.decibels < -100 })
        // 2,500 + 400: the interjection is a turn of its own.
        let next = try call.instant(.replyFirstPacket, turn: 1)
        #expect((2_900...2_900 + line.ptime.milliseconds * 2 + 11).contains(call.ms(next)))
    }

    @Test(arguments: TestLine.webSocket)
    func `cut on WebSocket flushes and answers the interjection`(line: TestLine) throws {
        // 2 s of reply at pace 1: still being sent when it is cut.
        let call = try call(line, .fixed(pace: 1, chunk: 20))

        let detected = try call.instant(.bargeInDetected)
        let flush = try #require(
            call.messages.first { $0.at > Self.onset && $0.message == .speechStarted })
        #expect(flush.at == detected)
        #expect(try call.instant(.replyLastAudible) <= detected)
        let ends = detected - line.codec.delay
        #expect(try call.instant(.replyLastAudible) > ends - .milliseconds(2))
        #expect(
            call.messages.contains {
                guard case .replyEnded(_, cancelled: true) = $0.message else { return false }
                return $0.at == detected
            })
        let next = try call.instant(.replyFirstPacket, turn: 1)
        #expect((2_900...2_941).contains(call.ms(next)))
        #expect(call.messages.allSatisfy { $0.bytes == 0 || $0.at <= detected || $0.at >= next })
    }

    @Test(arguments: TestLine.webSocket)
    func `a reply that was sent whole ends at the flush all the same`(line: TestLine) throws {
        let call = try call(line, .fixed())

        let detected = try call.instant(.bargeInDetected)
        #expect(try call.instant(.replyLastPacket) < Self.onset)
        let audible = try call.instant(.replyLastAudible)
        #expect(abs((audible - detected).milliseconds + line.held) < 2)
        let ends = call.messages.filter {
            if case .replyEnded = $0.message { return $0.at <= detected }
            return false
        }
        #expect(ends.count == 1)
        #expect(ends.first?.message.isCancelled == false)
    }

    @Test(arguments: TestLine.rtp)
    func `duck on RTP goes on quieter, to the reply's end`(line: TestLine) throws {
        let call = try call(line, .fixed(policy: .duck))

        let detected = try call.instant(.bargeInDetected)
        #expect(abs(try call.replyHeard() + line.held - 2_000) < 3)
        let speaking = call.packets.filter { $0.decibels > -60 }
        let before = speaking.filter { $0.at <= detected }
        let after = speaking.filter { $0.at > detected }
        #expect(before.allSatisfy { (-21 ... -19).contains($0.decibels) })
        #expect(
            after.count > 20 && after.dropLast().allSatisfy { (-36 ... -34).contains($0.decibels) })
        #expect(call.count(.replyFirstPacket) == 1, "the interjection is no turn")
        #expect(call.count(.speechStart) == 1)
    }

    @Test(arguments: TestLine.webSocket)
    func `duck on WebSocket takes back what is unplayed and sends it quieter`(
        line: TestLine
    ) throws {
        let call = try call(line, .fixed(policy: .duck))

        let detected = try call.instant(.bargeInDetected)
        let starts = call.messages.filter {
            if case .replyStarted = $0.message { return true }
            return false
        }
        #expect(starts.count == 2)
        #expect(starts.last?.at == detected)
        #expect(starts.first?.message != starts.last?.message)
        #expect(call.messages.contains { $0.message == .speechStarted && $0.at == detected })
        #expect(call.messages.contains { $0.message == .clear } == (line.dialect == .binary))
        // What was played of it, and what was sent anew, make up one reply.
        #expect(abs(try call.replyHeard() - TestCall.replyLength.milliseconds) <= 21)
        let resent = call.messages.filter { $0.at >= detected }.reduce(0) { $0 + $1.bytes }
        if line.codec != .opus {
            let perSecond = line.codec == .pcm16 ? 48_000.0 : 8_000.0
            let played = try (detected - call.instant(.replyFirstPacket)).seconds
            #expect(abs(Double(resent) / perSecond - (2 - played)) < 0.021)
        }
        #expect(call.count(.replyFirstPacket) == 1)
        #expect(call.count(.speechStart) == 1)
    }

    @Test(arguments: TestLine.kinds)
    func `ignore goes on as before and says so beforehand`(line: TestLine) throws {
        let call = try call(line, .fixed(policy: .ignore))

        #expect(call.count(.bargeInDetected) == 1)
        #expect(call.count(.replyFirstPacket) == 1)
        #expect(call.count(.speechStart) == 1)
        #expect(abs(try call.replyHeard() + line.held - 2_000) < 3)
        guard line.dialect != nil else { return }
        #expect(call.messages.contains { $0.message == .ready(flushesOnSpeech: false) })
        let heard = call.messages.filter { $0.at > Self.onset }.map(\.message)
        #expect(heard.contains(.speechStarted) && heard.contains(.speechStopped))
        #expect(!heard.contains(.clear))
    }

    @Test(arguments: TestLine.kinds, AgentBehaviour.Policy.allCases)
    func `speech shorter than after is not noticed at all`(
        line: TestLine, policy: AgentBehaviour.Policy
    ) throws {
        let call = try call(line, .fixed(policy: policy, after: 300), interjecting: 250)

        #expect(call.count(.bargeInDetected) == 0)
        #expect(call.count(.speechStart) == 1)
        #expect(call.count(.replyFirstPacket) == 1)
        #expect(abs(try call.replyHeard() + line.held - 2_000) < 3)
        #expect(!call.messages.contains { $0.at > Self.onset && $0.message == .speechStarted })
    }

    @Test func `a caller who wants no interruption is not interrupted`() throws {
        let call = try TestCall(
            .openAI, .fixed(),
            saying: Monologue(
                [(200_000, 1_000_000), (2_100_000, 2_500_000)], length: .milliseconds(4_000)))
        call.deliver(
            .text,
            Array(
                #"{"type":"session.update","session":{"audio":{"input":{"turn_detection":{"interrupt_response":false}}}}}"#
                    .utf8), at: TestCall.start)
        call.run()

        #expect(call.messages.contains { $0.message == .ready(flushesOnSpeech: false) })
        #expect(call.count(.bargeInDetected) == 1)
        #expect(call.count(.replyFirstPacket) == 1)
    }
}

extension AgentMessage {
    fileprivate var isCancelled: Bool? {
        guard case .replyEnded(_, let cancelled) = self else { return nil }
        return cancelled
    }
}

import Audio
import Planning
import RTPCore
import ReferenceAgent
import Testing
import Timeline

@Suite struct CrowdTests {
    private static let words = Monologue([(200_000, 1_000_000)], length: .milliseconds(3_000))

    private static func behaviour(sessions: Int) -> AgentBehaviour {
        var behaviour = AgentBehaviour.fixed(endpointing: 300, think: 100)
        behaviour.capacity = .init(sessions: sessions, beyond: .milliseconds(50))
        return behaviour
    }

    /// From the caller's last word to the reply's first packet, with so many others open.
    private static func wait(
        _ line: TestLine, sessions: Int, others: Int
    ) throws -> Double {
        let behaviour = behaviour(sessions: sessions)
        let crowd = AgentCrowd(behaviour)
        let open = try (0..<others).map { number in
            try TestCall(line, behaviour, saying: words, number: UInt64(number), crowd: crowd)
        }
        let call = try TestCall(line, behaviour, saying: words, crowd: crowd)
        #expect(crowd?.count == open.count + 1)
        call.run()
        return call.ms(try call.instant(.replyFirstPacket)) - 1_000
    }

    @Test(arguments: TestLine.kinds)
    func `each session beyond the capacity adds its part to the thinking`(line: TestLine) throws {
        let alone = try Self.wait(line, sessions: 3, others: 0)
        let full = try Self.wait(line, sessions: 3, others: 2)
        let over = try Self.wait(line, sessions: 3, others: 3)
        let far = try Self.wait(line, sessions: 3, others: 6)

        #expect(full == alone)
        // A reply on RTP leaves in a slot of its own, 20 ms apart.
        #expect(abs(over - full - 50) <= 20)
        #expect(abs(far - full - 200) <= 20)
    }

    @Test func `a session that ended no longer counts, and ends once`() throws {
        let behaviour = Self.behaviour(sessions: 1)
        let crowd = try #require(AgentCrowd(behaviour))
        let first = try TestCall(.rtpOpus, behaviour, saying: Self.words, crowd: crowd)
        let second = try TestCall(.openAI, behaviour, saying: Self.words, crowd: crowd)

        #expect(crowd.count == 2)
        first.session.closed(at: TestCall.start)
        first.session.closed(at: TestCall.start)
        #expect(crowd.count == 1)
        second.session.closed(at: TestCall.start)
        #expect(crowd.count == 0)
    }

    @Test func `an agent without a capacity counts nobody`() {
        #expect(AgentCrowd(.fixed()) == nil)
    }
}

import Gateway
import LinkModel
import Planning
import ReferenceAgent
import Testing
import Timeline

/// Paths with signalling, a channel of events or a gateway, in virtual time.
@Suite struct PeerPathTests {
    private static let link = LinkProfile(delay: .milliseconds(5))

    private func run(_ path: String, link: LinkProfile = Self.link) throws -> VirtualRun {
        try VirtualRun(KnownTruthTests.scenario(path), link: link)
    }

    @Test func `setting up takes a round trip for an offer, one for ICE and two for DTLS`() throws {
        for path in [
            "{transport: webrtc, codec: opus}",
            "{transport: hybrid, edge: webrtc, upstream: {dialect: openai-realtime}}",
        ] {
            for call in try run(path).calls[0] {
                #expect(call.setup.signalling == .milliseconds(10))
                #expect(call.setup.ice == .milliseconds(10))
                #expect(call.setup.dtls == .milliseconds(20))
                let (begun, connected) = (call.started, try #require(call.connected))
                #expect(connected - (try #require(begun)) == .milliseconds(50), "with TCP's own")
                #expect(call.outcome == .completed, "\(call.reason ?? "")")
            }
        }
    }

    @Test func `a hybrid that is reached by plain RTP has nothing to set up`() throws {
        let path = "{transport: hybrid, edge: rtp, upstream: {dialect: openai-realtime}}"
        for call in try run(path).calls[0] {
            #expect(call.setup.signalling == nil)
            #expect(call.setup.dtls == nil)
            #expect(call.outcome == .completed, "\(call.reason ?? "")")
        }
    }

    @Test(arguments: [
        ("{transport: webrtc, codec: opus}", LinkProfile.ideal.delay),
        // The gateway hands on what the agent says.
        ("{transport: hybrid, upstream: {dialect: openai-realtime}}", LinkProfile.lan.delay),
    ])
    func `the events channel tells of an interruption once the agent has noticed it`(
        path: String, behind: Nanoseconds
    ) throws {
        let run = try run(path)

        let interrupts = run.turns[0].filter { $0.kind == .interrupt }
        #expect(interrupts.count == 4)
        for turn in interrupts {
            let truth = run.truth[String(turn.call.wireID(nonce: 0))] ?? []
            let noticed = try #require(truth.first { $0.event == .bargeInDetected }?.at)
            #expect(turn.signal == noticed + behind + .milliseconds(5))
        }
    }

    @Test func `without a channel there is no signal, and the agent is heard to stop all the same`()
        throws
    {
        for path in [
            "{transport: webrtc, codec: opus, dialect: none}",
            "{transport: hybrid, upstream: {dialect: binary, codec: opus}}",
            "{transport: hybrid, edge: rtp, upstream: {dialect: openai-realtime}}",
        ] {
            let interrupts = try run(path).turns[0].filter { $0.kind == .interrupt }
            #expect(interrupts.count == 4)
            #expect(interrupts.allSatisfy { $0.signal == nil && $0.outcome == .cut })
        }
    }

    @Test func `a network loses packets of a WebRTC call, and delays messages of its channel`()
        throws
    {
        let run = try run("{transport: webrtc, codec: opus}", link: .busyWifi)

        #expect(run.calls[0].contains { $0.media.packetsLost > 0 })
        for turn in run.turns[0] where turn.kind == .interrupt {
            let truth = run.truth[String(turn.call.wireID(nonce: 0))] ?? []
            let noticed = truth.first { $0.event == .bargeInDetected }?.at
            #expect((turn.signal == nil) == (noticed == nil))
        }
    }

    @Test func `a hybrid's callers get replies over a network that loses and delays`() throws {
        let path = "{transport: hybrid, upstream: {dialect: openai-realtime}}"
        let run = try run(path, link: .lte)

        let asked = run.turns[0].filter { $0.expect == .response }
        #expect(asked.allSatisfy { $0.outcome == .answered })
        let legs = run.legs(ofPath: 0)
        for (turn, legs) in zip(run.turns[0], legs) where turn.kind == .utterance {
            let forwarded = try #require(legs.forwarded)
            // The network lies between caller and gateway: 50 ± 15 ms, concealment included.
            let way = (forwarded - turn.scheduledEnd).milliseconds
            #expect(way >= 35 && way <= 65 + 2 * 20 + 30, "\(way) ms to the gateway")
        }
    }
}

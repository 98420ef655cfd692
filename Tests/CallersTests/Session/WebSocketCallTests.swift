import Audio
import Dialects
import Planning
import Testing
import Timeline

@testable import Callers

/// The caller asks from 100 to 700 ms; replies come from 1,000 ms on, at four times real time.
@Suite struct WebSocketCallTests {
    private static let interruption: [Script.Step] = [
        .question,
        .say(after: .agentSpeechStart, delay: 1_000, kind: .interrupt, expect: .cut), .hangUp,
    ]

    private static func ready(
        _ dialect: DialectName, _ steps: [Script.Step], interrupts: Bool = true,
        flushes: Bool = true
    ) throws -> CallRig {
        let rig = try CallRig(.webSocket(dialect, flushes: flushes), steps, interrupts: interrupts)
        for message in rig.sent {  // the opening, so that the agent knows the session
            var audio: [UInt8] = []
            _ = try message.bytes.withUnsafeBytes {
                try rig.agent.decode(message.form, $0, audio: &audio)
            }
        }
        rig.deliver(.created, at: 10)
        rig.deliver(.configured, at: 15)
        return rig
    }

    @Test(arguments: DialectName.allCases)
    func `the session is opened first, and then a frame leaves in every slot`(
        dialect: DialectName
    ) throws {
        let rig = try CallRig(.webSocket(dialect), [.say(), .hangUp])
        rig.run(until: 2_000)

        let messages = try rig.messages()
        guard case .configure(let configuration) = messages.first else {
            Issue.record("the first message is \(String(describing: messages.first))")
            return
        }
        #expect(configuration.codec == .pcm16)
        #expect(messages.count == 101)
        #expect(rig.sent.dropFirst().map(\.at.ms) == (1...100).map { Double($0) * 20 })
    }

    @Test(arguments: DialectName.allCases)
    func `a reply is heard from its first message on, for as long as it plays`(
        dialect: DialectName
    ) throws {
        let rig = try Self.ready(dialect, [.say(), .hangUp])
        rig.deliverTone(seconds: 4, reply: 1, from: 1_003)
        rig.deliver(.replyEnded(1, cancelled: false), at: 2_010)
        rig.run(until: 9_000)

        let turn = rig.turns.first
        #expect(turn?.outcome == .answered)
        #expect(turn?.heardOnset == .ms(1_003))
        #expect(turn?.firstPacket == .ms(1_003))
        #expect(turn?.firstAudible == .ms(1_003))
        #expect(turn?.scheduledEnd.ms ?? 0 < 701)
        #expect(isNear(rig.hangUps.first, 5_403, by: 21), "\(String(describing: rig.hangUps))")
        #expect(rig.record?.outcome == .completed)
        #expect(rig.record?.media.framesReceived == 40)
        #expect(rig.record?.media.underruns == 0)
        #expect(rig.record?.media.packetsRefused == 0)
    }

    @Test(arguments: DialectName.allCases)
    func `speech_started empties the player, and the cut is heard at that instant`(
        dialect: DialectName
    ) throws {
        let rig = try Self.ready(dialect, Self.interruption)
        rig.deliverTone(seconds: 6, reply: 1, from: 1_000)
        rig.deliver(.speechStarted(atMs: 2_100), at: 2_207)
        rig.run(until: 9_000)

        let turn = rig.turns.last
        #expect(turn?.outcome == .cut)
        #expect(turn?.signal == .ms(2_207))
        #expect(isNear(turn?.heardStop, 2_207))
        #expect(isNear(turn?.scheduledOnset, 2_010, by: 10.1))
        // 4 s for each that passes: 60 messages by 2,475 ms, the rest of them stale.
        let onset = turn?.scheduledOnset.ms ?? 0
        let received = ((onset - 1_000) / 25).rounded(.down) * 100 + 100
        #expect(turn?.bufferedAtOnset == .ms(received - (onset - 1_000)))
        #expect(turn?.staleAudio == .ms(1_100), "messages after 2,207 ms")
        #expect(isNear(turn?.wireStop, 2_200))
    }

    @Test func `the agent is told how much of its reply was heard`() throws {
        let rig = try Self.ready(.openAIRealtime, Self.interruption)
        rig.deliverTone(seconds: 3, reply: 1, from: 1_000)
        rig.deliver(.replyEnded(1, cancelled: false), at: 1_760)
        rig.deliver(.speechStarted(atMs: 2_100), at: 2_207)
        rig.run(until: 9_000)

        let truncations = try rig.messages().filter {
            if case .truncate = $0 { true } else { false }
        }
        #expect(truncations == [.truncate(item: "item_1", playedMs: 1_207)])
    }

    @Test func `of a reply that was heard to its end nothing is told`() throws {
        let rig = try Self.ready(.openAIRealtime, [.say(), .say(delay: 500), .hangUp])
        rig.deliverTone(seconds: 1, reply: 1, from: 1_000)
        rig.deliver(.replyEnded(1, cancelled: false), at: 1_300)
        rig.deliver(.speechStarted(atMs: 3_000), at: 3_200)
        rig.run(until: 5_000)

        #expect(try !rig.messages().contains { if case .truncate = $0 { true } else { false } })
    }

    @Test(arguments: DialectName.allCases, [(false, true), (true, false)])
    func `where the session or the player says so, speech_started stops nothing`(
        dialect: DialectName, permission: (session: Bool, player: Bool)
    ) throws {
        let rig = try Self.ready(
            dialect, Self.interruption, interrupts: permission.session, flushes: permission.player
        )
        rig.deliverTone(seconds: 6, reply: 1, from: 1_000)
        rig.deliver(.speechStarted(atMs: 2_100), at: 2_207)
        rig.run(until: 9_000)

        #expect(rig.turns.last?.outcome == .continued)
        #expect(rig.turns.last?.signal == .ms(2_207), "noticed all the same")
        #expect(rig.turns.last?.staleAudio == nil)
    }

    @Test(arguments: DialectName.allCases)
    func `a cancelled reply is played no further`(dialect: DialectName) throws {
        let rig = try Self.ready(dialect, Self.interruption, interrupts: false)
        rig.deliverTone(seconds: 3, reply: 1, from: 1_000)
        rig.deliver(.replyEnded(1, cancelled: true), at: 2_315)
        rig.run(until: 9_000)

        #expect(rig.turns.last?.outcome == .cut)
        #expect(isNear(rig.turns.last?.heardStop, 2_315))
        let truncations = try rig.messages().filter {
            if case .truncate = $0 { true } else { false }
        }
        #expect(
            truncations == (dialect == .binary ? [] : [.truncate(item: "item_1", playedMs: 1_315)]))
    }

    @Test func `clear empties the player whatever the session says`() throws {
        let rig = try Self.ready(.binary, Self.interruption, interrupts: false)
        rig.deliverTone(seconds: 3, reply: 1, from: 1_000)
        rig.deliver(.clear(1), at: 2_315)
        rig.run(until: 9_000)

        #expect(isNear(rig.turns.last?.heardStop, 2_315))
        #expect(rig.turns.last?.signal == .ms(2_315))
    }

    @Test(arguments: DialectName.allCases)
    func `the reply after a flush is heard`(dialect: DialectName) throws {
        let rig = try Self.ready(
            dialect, Array(Self.interruption.dropLast()) + [.wait(.response), .hangUp])
        rig.deliverTone(seconds: 6, reply: 1, from: 1_000)
        rig.deliver(.speechStarted(atMs: 2_100), at: 2_207)
        rig.deliver(.replyEnded(1, cancelled: true), at: 2_480)
        rig.deliverTone(seconds: 1, reply: 2, from: 3_501)
        rig.run(until: 9_000)

        #expect(rig.turns.last?.heardAgain == .ms(3_501))
        #expect(isNear(rig.hangUps.first, 4_901, by: 21))
    }

    @Test(arguments: [Hearing.auto, .decode])
    func `Opus is cut at the instant of the flush too`(hearing: Hearing) throws {
        let rig = try CallRig(.webSocket(.binary, .opus), Self.interruption, hearing: hearing)
        for message in rig.sent {
            var audio: [UInt8] = []
            _ = try message.bytes.withUnsafeBytes {
                try rig.agent.decode(message.form, $0, audio: &audio)
            }
        }
        rig.deliver(.configured, at: 15)
        rig.deliver(.replyStarted(1), at: 1_000)
        let reply = try EncodedClip(
            clip: CalibrationTone.clip(duration: .seconds(6)), codec: .opus, interval: .ms(20)
        )
        for index in 0..<reply.count {
            rig.deliver(
                audio: reply.frame(index), level: reply.level(index), reply: 1,
                at: 1_000 + Double(index) * 2
            )
        }
        rig.deliver(.speechStarted(atMs: 2_100), at: 2_207)
        rig.run(until: 9_000)

        #expect(isNear(rig.turns.first?.heardOnset, 1_006.5, by: 3))
        #expect(rig.turns.last?.outcome == .cut)
        #expect(
            isNear(rig.turns.last?.heardStop, 2_207, by: 0.5),
            "\(String(describing: rig.turns.last?.heardStop))")
        #expect(rig.room.decoders.idleCount == 1)
    }

    @Test func `a slow reply runs the player dry, and the pause between replies does not`() throws {
        let rig = try Self.ready(.binary, [.say(), .pause(.seconds(4)), .hangUp])
        rig.deliverTone(seconds: 1, reply: 1, from: 1_000, every: 150)
        rig.deliverTone(seconds: 1, reply: 2, from: 5_000, every: 20)
        rig.run(until: 9_000)

        #expect(rig.record?.media.underruns == 9)
        #expect(rig.record?.media.underrun == .ms(450))
    }

    @Test(arguments: DialectName.allCases)
    func `messages that cannot be understood are counted and end nothing`(dialect: DialectName)
        throws
    {
        let rig = try Self.ready(dialect, [.say(), .hangUp])
        var chance = SeededGenerator(seed: 11, stream: "garbage")
        let texts = [
            "", "{", "[]", "null", #"{"type":7}"#, #"{"kind":"x"}"#, #"{"type":"error"}"#,
            #"{"type":"response.output_audio.delta","delta":"A"}"#, "\u{0}\u{1}",
            #"{"type":"reply_ended"}"#, #"{"type":"response.done"}"#,
        ]
        for index in 0..<200 {
            let text = texts.randomElement(using: &chance) ?? ""
            rig.deliver(Array(text.utf8), .text, at: 20 + Double(index) * 2)
        }
        rig.deliver([], .binary, at: 500)
        rig.deliver(Array(#"{"type":"something.new","value":1}"#.utf8), .text, at: 510)
        rig.deliverTone(seconds: 1, reply: 9, from: 1_000)
        rig.run(until: 9_000)

        #expect(rig.record?.outcome == .completed)
        #expect(rig.turns.map(\.outcome) == [.answered])
        #expect((rig.record?.media.packetsRefused ?? 0) > 100)
    }

    @Test func `late frames tell how late they left`() throws {
        let rig = try Self.ready(.binary, [.say(), .hangUp])
        rig.lateness = .ms(3)
        rig.run(until: 1_500)
        rig.interrupt()

        let turn = rig.turns.first
        #expect(turn?.actualOnset.map { $0 - (turn?.scheduledOnset ?? .zero) } == .ms(3))
        #expect(rig.record?.outcome == .interrupted)
        #expect(rig.turns.map(\.outcome) == [.abandoned])
        #expect(rig.hangUps.count == 1)
    }

    @Test func `a call that fails keeps what was answered and abandons the rest`() throws {
        let rig = try Self.ready(.binary, [.say(), .say(), .hangUp])
        rig.deliverTone(seconds: 1, reply: 1, from: 1_000)
        rig.run(until: 4_000)
        rig.fail(CallFailure(code: "closed_by_agent", detail: "gone"))
        rig.run(until: 9_000)

        #expect(rig.turns.map(\.outcome) == [.answered, .abandoned])
        #expect(rig.record?.outcome == .failed)
        #expect(rig.record?.reason == "closed_by_agent")
        #expect(rig.hangUps.count == 1)
    }
}

extension WebSocketCallTests {
    @Test func `the last milliseconds of a reply that fill no frame are heard`() throws {
        let rig = try CallRig(.webSocket(.openAIRealtime), [.say(), .hangUp])
        rig.deliver(.configured, at: 15)
        let tone = CalibrationTone.pcm(duration: .ms(1_007)).resampled(to: 24_000).samples
        let bytes = tone.flatMap {
            [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)]
        }
        rig.deliver(audio: bytes, reply: 1, at: 1_000)
        rig.deliver(.replyEnded(1, cancelled: false), at: 1_010)
        rig.run(until: 9_000)

        // The gate counts the rest of a word, if its frame is loud.
        #expect(isNear(rig.hangUps.first, 2_007 + 400, by: 20.1))
        #expect(rig.hangUps.first.map { $0 >= .ms(2_407) } == true)
    }
}

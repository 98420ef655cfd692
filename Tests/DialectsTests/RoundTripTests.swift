import Audio
import Dialects
import Testing
import Timeline

@Suite struct RoundTripTests {
    @Test(arguments: [CodecName.pcm16, .pcmu, .pcma])
    func `an openai session opens, and says whether it interrupts`(codec: CodecName) throws {
        for interrupts in [true, false] {
            var peers = Peers(.openAIRealtime, codec: codec, interrupts: interrupts)

            #expect(try peers.send(.created) == .ignored)
            #expect(
                try peers.open()
                    == .configure(
                        CallerConfiguration(codec: codec, interval: nil, hasLevels: false)))
            #expect(try peers.send(.configured) == .ready(flushesOnSpeech: interrupts))
        }
    }

    @Test(arguments: CodecName.allCases)
    func `a binary session opens, and says whether it interrupts`(codec: CodecName) throws {
        var peers = Peers(.binary, codec: codec, interrupts: false)

        #expect(try peers.send(.created) == nil)
        #expect(
            try peers.open()
                == .configure(
                    CallerConfiguration(codec: codec, interval: .milliseconds(20), hasLevels: true))
        )
        #expect(try peers.send(.configured) == .ready(flushesOnSpeech: false))
        #expect(peers.caller.hasLevels)
    }

    @Test func `an openai agent's events reach the caller as what they mean`() throws {
        var peers = Peers(.openAIRealtime, codec: .pcm16)
        let tag = FNV1a.hash("resp_3".utf8)

        #expect(try peers.send(.speechStarted(atMs: 120)) == .speechStarted)
        #expect(try peers.send(.speechStopped(atMs: 900)) == .speechStopped)
        #expect(try peers.send(.replyStarted(3)) == .replyStarted(tag))
        let (message, audio) = try peers.send(audio: [1, 2, 3, 4], level: 20, reply: 3)
        #expect(message == .audio(reply: tag))
        #expect(audio == [1, 2, 3, 4])
        #expect(
            try peers.send(.replyEnded(3, cancelled: true)) == .replyEnded(tag, cancelled: true))
        #expect(
            try peers.send(.replyEnded(3, cancelled: false)) == .replyEnded(tag, cancelled: false))
        #expect(try peers.send(.clear(3)) == nil)
        let quiet: [AgentEvent] = [
            .turnTaken, .itemAdded(3), .partAdded(3), .audioDone(3), .partDone(3), .itemDone(3),
            .truncated(item: "item_3", playedMs: 40),
        ]
        for event in quiet {
            #expect(try peers.send(event) == .ignored, "\(event)")
        }
        #expect(
            try peers.send(.failure(code: "bad", message: "say \"hi\""))
                == .failure(code: "bad", message: "say \"hi\""))
    }

    @Test func `a binary agent's events reach the caller as what they mean`() throws {
        var peers = Peers(.binary, codec: .opus)
        _ = try peers.open()
        _ = try peers.send(.configured)

        #expect(try peers.send(.speechStarted(atMs: 120)) == .speechStarted)
        #expect(try peers.send(.speechStopped(atMs: 900)) == .speechStopped)
        #expect(try peers.send(.replyStarted(3)) == .replyStarted(3))
        let (message, audio) = try peers.send(audio: [9, 8, 7], level: 20, reply: 3)
        #expect(message == .leveledAudio(reply: 3, level: 20))
        #expect(audio == [9, 8, 7])
        #expect(try peers.send(.clear(3)) == .clear)
        #expect(try peers.send(.replyEnded(3, cancelled: true)) == .replyEnded(3, cancelled: true))
        for event in [AgentEvent.turnTaken, .itemAdded(3), .partAdded(3), .audioDone(3)] {
            #expect(try peers.send(event) == nil, "\(event)")
        }
        #expect(
            try peers.send(.failure(code: "bad", message: "no"))
                == .failure(code: "bad", message: "no"))
    }

    @Test(arguments: [DialectKind.openAIRealtime, .binary])
    func `a caller's audio and farewell reach the agent`(kind: DialectKind) throws {
        var peers = Peers(kind, codec: .pcm16)
        _ = try peers.open()
        var buffer = WireBuffer()
        let frame = [UInt8](0..<200)
        let form = frame.withUnsafeBytes {
            peers.caller.audioMessage(frame: $0, level: 0x80 | 33, into: &buffer)
        }
        let (message, audio) = try peers.toAgent(form, buffer.copy)

        #expect(message == (kind == .binary ? .leveledAudio(level: 33) : .audio))
        #expect(audio == frame)
        var farewell = WireBuffer()
        if let form = peers.caller.closing(into: &farewell) {
            #expect(try peers.toAgent(form, farewell.copy).message == .stop)
        } else {
            #expect(kind == .openAIRealtime)
        }
    }

    @Test func `a truncation and a cancellation reach the openai agent`() throws {
        var peers = Peers(.openAIRealtime, codec: .pcm16)
        _ = try peers.send(audio: [UInt8](repeating: 0, count: 4_800), level: 9, reply: 2)
        var buffer = WireBuffer()
        let form = try #require(peers.caller.truncation(playedMs: 40, into: &buffer))

        #expect(
            try peers.toAgent(form, buffer.copy).message == .truncate(item: "item_2", playedMs: 40))
        #expect(
            try peers.toAgent(.text, Array(#"{"type":"response.cancel"}"#.utf8)).message == .cancel)
        #expect(
            try peers.toAgent(.text, Array(#"{"type":"input_audio_buffer.clear"}"#.utf8)).message
                == .clear)
        #expect(
            try peers.toAgent(.text, Array(#"{"type":"response.create"}"#.utf8)).message == .ignored
        )
    }

    @Test func `an agent without levels is heard and spoken to in bare frames`() throws {
        var peers = Peers(.binary, codec: .opus)
        #expect(peers.caller.hasLevels)
        #expect(
            try peers.read(#"{"type":"started","codec":"opus"}"#) == .ready(flushesOnSpeech: true))
        #expect(!peers.caller.hasLevels)

        let (message, audio) = try peers.toCaller(.binary, [0x48, 1, 2])
        #expect(message == .audio(reply: 0))
        #expect(audio == [0x48, 1, 2])
        var buffer = WireBuffer()
        [UInt8](1...3).withUnsafeBytes {
            _ = peers.caller.audioMessage(frame: $0, level: 9, into: &buffer)
        }
        #expect(buffer.copy == [1, 2, 3])
    }

    @Test(
        arguments: [
            (#"{"type":"start","codec":"mp3"}"#, DialectProblem.Code.unsupported),
            (#"{"type":"start","codec":"opus","ptime_ms":25}"#, .unsupported),
            (#"{"type":"start"}"#, .missingField),
            (#"{"type":"start","codec":"opus""#, .malformedJSON),
        ])
    func `a start that cannot be served is a problem`(text: String, code: DialectProblem.Code) {
        var peers = Peers(.binary, codec: .opus)
        #expect(problem { _ = try peers.toAgent(.text, Array(text.utf8)) } == code)
    }

    @Test func `a wrong sample rate or format is a problem`() {
        var peers = Peers(.openAIRealtime, codec: .pcm16)
        for format in [#"{"type":"audio/pcm","rate":16000}"#, #"{"type":"audio/opus"}"#] {
            let text =
                #"{"type":"session.update","session":{"audio":{"input":{"format":\#(format)}}}}"#
            #expect(problem { _ = try peers.toAgent(.text, Array(text.utf8)) } == .unsupported)
        }
    }

    @Test func `the agent's limit on a message can be set`() {
        var agent = AgentDialect(
            kind: .binary,
            announcing: .init(session: "1", interruptsReplies: true, endpointing: .zero),
            messageLimit: 8)
        var audio: [UInt8] = []
        #expect(
            problem {
                _ = try [UInt8](repeating: 0, count: 9).withUnsafeBytes {
                    try agent.decode(.binary, $0, audio: &audio)
                }
            } == .oversized)
    }

    @Test func `an empty frame and half a sample are problems`() throws {
        var peers = Peers(.binary, codec: .pcm16)
        _ = try peers.open()
        #expect(problem { _ = try peers.toAgent(.binary, [33]) } == .emptyFrame)
        #expect(problem { _ = try peers.toAgent(.binary, []) } == .emptyFrame)
        #expect(problem { _ = try peers.toAgent(.binary, [33, 1, 2, 3]) } == .oddPCM)
    }
}

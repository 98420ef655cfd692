import Audio
import Dialects
import Testing
import Timeline

@Suite struct OpenAICallerTests {
    private func caller(_ session: String? = nil, codec: CodecName = .pcm16) -> Peers {
        Peers(.openAIRealtime, codec: codec, session: session)
    }

    @Test func `the session message has the GA shape`() {
        var buffer = WireBuffer()
        #expect(caller().caller.opening(into: &buffer) == .text)
        #expect(
            buffer.text
                == #"{"type":"session.update","session":{"type":"realtime","output_modalities":["audio"],"#
                + #""audio":{"input":{"format":{"type":"audio/pcm","rate":24000},"#
                + #""turn_detection":{"type":"server_vad"}},"#
                + #""output":{"format":{"type":"audio/pcm","rate":24000}}}}}"#)
    }

    @Test func `a path's session is merged deep into it`() throws {
        let session =
            #"{"instructions":"Be \"brief\"","audio":{"output":{"voice":"marin"},"#
            + #""input":{"turn_detection":{"type":"semantic_vad"}}}}"#
        var buffer = WireBuffer()
        _ = caller(session, codec: .pcmu).caller.opening(into: &buffer)
        let sent = try JSONParser.parse(buffer.text)["session"]

        #expect(sent?["instructions"]?.text == "Be \"brief\"")
        #expect(sent?["audio"]?["output"]?["voice"]?.text == "marin")
        #expect(sent?["audio"]?["output"]?["format"] == ["type": "audio/pcmu"])
        #expect(sent?["audio"]?["input"]?["turn_detection"]?["type"]?.text == "semantic_vad")
        #expect(CallerDialect.problem(inSession: session) == nil)
        #expect(CallerDialect.problem(inSession: "[]")?.code == .wrongType)
        #expect(CallerDialect.problem(inSession: "{")?.code == .malformedJSON)
    }

    @Test(
        arguments: [
            #"{"type":"response.output_audio.delta","response_id":"resp_1","item_id":"i","delta":"AAEC/w=="}"#,
            #" { "delta" : "AAEC/w==" , "x":-1.5e3, "y":null, "item_id":"i","response_id" :"resp_1",  "type":"response.output_audio.delta" } "#,
            #"{"type":"response.audio.delta","response_id":"resp_1","delta":"AAEC\/w=="}"#,
            #"{"type":"response.output_audio.delta","response_id":"resp_1","delta":"AAEC\u002fw=="}"#,
            #"{"type":"response.output_\u0061udio.delta","response_id":"resp_1","delta":"AAEC/w=="}"#,
            #"{"meta":{"type":"error","delta":"x"},"type":"response.output_audio.delta","response_id":"resp_1","delta":"AAEC/w=="}"#,
            #"{"note":"a \"delta\":","type":"response.output_audio.delta","response_id":"resp_1","delta":"AAEC/w=="}"#,
        ])
    func `audio is found whatever the order, spacing and escapes`(text: String) throws {
        var peers = caller()
        let (message, audio) = try peers.toCaller(.text, Array(text.utf8))

        #expect(message == .audio(reply: FNV1a.hash("resp_1".utf8)))
        #expect(audio == [0, 1, 2, 0xFF])
    }

    @Test func `events become what they mean`() throws {
        var peers = caller()
        let tag = FNV1a.hash("r".utf8)

        #expect(
            try peers.read(#"{"type":"input_audio_buffer.speech_started","audio_start_ms":1}"#)
                == .speechStarted)
        #expect(try peers.read(#"{"type":"input_audio_buffer.speech_stopped"}"#) == .speechStopped)
        #expect(
            try peers.read(#"{"type":"response.created","response":{"id":"r"}}"#)
                == .replyStarted(tag))
        #expect(
            try peers.read(#"{"type":"response.done","response":{"id":"r","status":"completed"}}"#)
                == .replyEnded(tag, cancelled: false))
        #expect(
            try peers.read(#"{"response":{"status":"cancelled","id":"r"},"type":"response.done"}"#)
                == .replyEnded(tag, cancelled: true))
        #expect(
            try peers.read(
                #"{"type":"response.done","response":{"id":"r","status":"failed","status_details":"#
                    + #"{"error":{"code":"insufficient_quota","message":"pay"}}}}"#)
                == .failure(code: "insufficient_quota", message: "pay"))
        #expect(
            try peers.read(
                #"{"type":"error","error":{"code":null,"type":"server_error","message":"a\nb"}}"#)
                == .failure(code: "server_error", message: "a b"))
        #expect(try peers.read(#"{"type":"rate_limits.updated","rate_limits":[]}"#) == .ignored)
        #expect(
            try peers.read(
                #"{"type":"response.output_audio_transcript.delta","delta":"Hi","response_id":"r"}"#
            ) == .ignored)
    }

    @Test(
        arguments: [
            (#"{"type":"session.updated","session":{}}"#, true),
            (
                #"{"type":"session.updated","session":{"audio":{"input":{"turn_detection":{"interrupt_response":false}}}}}"#,
                false
            ),
            (
                #"{"type":"session.updated","session":{"turn_detection":{"interrupt_response":true}}}"#,
                true
            ),
            (
                #"{"type":"session.updated","session":{"audio":{"input":{"turn_detection":null}}}}"#,
                false
            ),
        ])
    func `the agent says whether its speech started empties the player`(
        text: String, flushes: Bool
    ) throws {
        var peers = caller()
        #expect(try peers.read(text) == .ready(flushesOnSpeech: flushes))
    }

    @Test func `what was created or asked for holds where the update is silent`() throws {
        let silent =
            #"{"type":"session.updated","session":{"audio":{"input":{"turn_detection":{}}}}}"#
        var created = caller()
        _ = try created.read(
            #"{"type":"session.created","session":{"audio":{"input":{"turn_detection":{"interrupt_response":false}}}}}"#
        )
        #expect(try created.read(silent) == .ready(flushesOnSpeech: false))

        var asked = caller(#"{"audio":{"input":{"turn_detection":{"interrupt_response":false}}}}"#)
        #expect(try asked.read(silent) == .ready(flushesOnSpeech: false))
    }

    @Test func `a truncation names the item and claims no more than was received`() throws {
        var peers = caller()
        var none = WireBuffer()
        #expect(peers.caller.truncation(playedMs: 5, into: &none) == nil)
        let second = String(repeating: "AAAA", count: 1_600)  // 4,800 bytes: 100 ms
        for item in ["a", "b", "b"] {
            _ = try peers.read(
                #"{"type":"response.output_audio.delta","item_id":"\#(item)","delta":"\#(second)"}"#
            )
        }
        var buffer = WireBuffer()

        #expect(peers.caller.truncation(playedMs: 900, into: &buffer) == .text)
        #expect(
            buffer.text
                == #"{"type":"conversation.item.truncate","item_id":"b","content_index":0,"audio_end_ms":200}"#
        )
        #expect(peers.caller.truncation(playedMs: 900, into: &buffer) == nil)
    }

    @Test(
        arguments: [
            (
                #"{"type":"response.output_audio.delta","delta":"AAE"}"#,
                DialectProblem.Code.badBase64
            ),
            (#"{"type":"response.output_audio.delta","delta":"AA\\E"}"#, .badBase64),
            (#"{"type":"response.output_audio.delta","delta":"AA=="}"#, .oddPCM),
            (#"{"type":"response.output_audio.delta"}"#, .missingField),
            (#"{"type":"response.output_audio.delta","delta":7}"#, .wrongType),
            (#"{"type":"response.created"}"#, .missingField),
            (#"{"type":12}"#, .wrongType), (#"{}"#, .missingField), ("[]", .wrongType),
            (#"{"type":"response.output_audio.delta","delta":"AAAA""#, .malformedJSON),
            (#"{"type":"response.output_audio.delta","delta":"AAAA"}}"#, .malformedJSON),
        ])
    func `a broken message is a problem with its kind`(
        text: String, code: DialectProblem.Code
    ) {
        var peers = caller()
        #expect(problem { _ = try peers.read(text) } == code)
    }

    @Test func `a binary or an oversized message is refused`() {
        var peers = caller()
        #expect(problem { _ = try peers.toCaller(.binary, [1, 2]) } == .wrongType)
        let huge = [UInt8](repeating: 0x20, count: CallerDialect.messageLimit + 1)
        #expect(problem { _ = try peers.toCaller(.text, huge) } == .oversized)
    }
}

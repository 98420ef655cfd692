import Audio
import Dialects
import Gateway
import RTPCore
import Testing
import Timeline

@Suite struct EventChannelTests {
    private static func types(_ rig: Rig) -> [String] {
        rig.events.compactMap { event in
            (try? JSONParser.parse(event.text))?["type"]?.text
        }
    }

    @Test func `the agent's events reach the caller, its audio never`() throws {
        let rig = try Rig(hasEvents: true)
        rig.agentSays(.speechStarted(atMs: 10))
        rig.agentSays(.replyStarted(1))
        rig.agentSends(Sounds.bytes(Sounds.tone(.milliseconds(100), rate: 24_000)))
        rig.agentSays(.audioDone(1))
        rig.agentSays(.replyEnded(1, cancelled: false))
        rig.deliver(.text, Array(#"{"type":"rate_limits.updated"}"#.utf8))
        rig.run(for: .milliseconds(300))

        #expect(
            Self.types(rig) == [
                "session.created", "session.updated", "input_audio_buffer.speech_started",
                "response.created", "response.output_audio.done", "response.done",
                "rate_limits.updated", "output_audio_buffer.started",
                "output_audio_buffer.stopped",
            ])
        #expect(rig.events.allSatisfy { !$0.text.contains("delta") })
    }

    @Test func `a stop tells the caller that playback was cleared`() throws {
        let rig = try Rig(hasEvents: true)
        rig.agentSends(Sounds.bytes(Sounds.tone(.seconds(2), rate: 24_000)))
        rig.run(for: .milliseconds(200))

        rig.agentSays(.speechStarted(atMs: 10))

        #expect(
            Self.types(rig).suffix(2)
                == ["output_audio_buffer.cleared", "input_audio_buffer.speech_started"])
    }

    @Test func `without a channel nothing is sent on it, and nothing taken from it`() throws {
        let rig = try Rig(hasEvents: false)
        rig.agentSays(.speechStarted(atMs: 10))
        let sent = rig.messages.count

        rig.send(event: #"{"type":"response.create"}"#)

        #expect(rig.events.isEmpty)
        #expect(rig.messages.count == sent)
        #expect(rig.session.counts.edgeProblems == 1)
    }

    @Test func `the caller's events reach the agent, but for audio and its formats`() throws {
        let rig = try Rig(hasEvents: true)
        let plain = #"{"type":"response.create","response":{"instructions":"say \"hello\""}}"#
        let harmless = #"{ "type":"session.update", "session":{"voice":"x"} }"#
        let sent = rig.messages.count
        rig.send(event: plain)
        rig.send(event: harmless)
        rig.send(
            event: #"{"type":"session.update","session":{"input_audio_format":"g711_ulaw","#
                + #""audio":{"input":{"format":{"type":"audio/pcmu"},"turn_detection":null},"#
                + #""output":{"format":{"type":"audio/pcmu"},"voice":"y"}}}}"#)
        rig.send(event: #"{"type":"input_audio_buffer.append","audio":"AAAA"}"#)
        rig.send(event: #"{"type":"start","codec":"pcmu"}"#)
        rig.send(event: "no JSON")

        #expect(
            rig.messages[sent...].map(\.text) == [
                plain, harmless,
                #"{"type":"session.update","session":{"audio":{"input":{"turn_detection":null},"#
                    + #""output":{"voice":"y"}}}}"#,
            ])
        #expect(rig.session.counts.edgeProblems == 3)
    }

    @Test func `a caller may clear what is still to be played`() throws {
        let rig = try Rig(hasEvents: true)
        rig.agentSends(Sounds.bytes(Sounds.tone(.seconds(2), rate: 24_000)))
        rig.run(for: .milliseconds(200))

        rig.send(event: #"{"type":"output_audio_buffer.clear"}"#)
        rig.run(for: .seconds(1))

        #expect(rig.audible.count == 10)
        #expect(rig.messages.last?.message == .truncate(item: "item_1", playedMs: 200))
        #expect(Self.types(rig).last == "output_audio_buffer.cleared")
        #expect(rig.notes(.upstreamStop).isEmpty)
    }

    @Test func `events before the upstream is open wait for it, behind the session`() throws {
        let rig = try Rig(hasEvents: true, isOpen: false)
        rig.say(try Sounds.frames(Sounds.tone(.milliseconds(20), rate: 48_000), .opus))
        let event = #"{"type":"response.create"}"#
        for _ in 0..<40 { rig.send(event: event) }

        rig.open()

        guard case .configure = rig.messages.first?.message else {
            Issue.record("the session is not configured first")
            return
        }
        #expect(rig.messages.dropFirst().prefix(32).allSatisfy { $0.text == event })
        #expect(rig.messages.count == 34)
        #expect(rig.session.counts.edgeProblems == 8)
    }
}

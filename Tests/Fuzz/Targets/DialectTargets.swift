import Audio
import Dialects
import Timeline

extension FuzzTarget {
    static func dialects() -> [FuzzTarget] {
        let kinds = [(DialectKind.openAIRealtime, CodecName.pcm16), (.binary, .opus)]
        return events()
            + kinds.flatMap { kind, codec in
                let name = kind == .binary ? "binary" : "openai"
                let corpus = kind == .binary ? binary : openAI
                return [
                    FuzzTarget(
                        name: "\(name)-caller", corpus: corpus, dictionary: words
                    ) { _ in
                        var caller = CallerDialect(
                            name: kind, codec: codec, interval: .milliseconds(20), session: nil)
                        var audio: [UInt8] = []
                        return { bytes, generator in
                            audio.removeAll(keepingCapacity: true)
                            let raw = UnsafeRawBufferPointer(bytes)
                            let form = form(of: raw, &generator)
                            return (try? caller.decode(form, raw, audio: &audio)) != nil
                        }
                    },
                    FuzzTarget(
                        name: "\(name)-agent", corpus: corpus, dictionary: words
                    ) { _ in
                        var agent = AgentDialect(
                            kind: kind,
                            announcing: .init(
                                session: "7", interruptsReplies: true,
                                endpointing: .milliseconds(300)))
                        var audio: [UInt8] = []
                        return { bytes, generator in
                            audio.removeAll(keepingCapacity: true)
                            let raw = UnsafeRawBufferPointer(bytes)
                            let form = form(of: raw, &generator)
                            return (try? agent.decode(form, raw, audio: &audio)) != nil
                        }
                    },
                ]
            }
    }

    /// The events of a data channel, beside media of their own.
    private static func events() -> [FuzzTarget] {
        let caller = FuzzTarget(name: "events-caller", corpus: openAI, dictionary: words) { _ in
            var caller = CallerDialect(eventsOf: .openAIRealtime, session: nil)
            var audio: [UInt8] = []
            return { bytes, generator in
                audio.removeAll(keepingCapacity: true)
                let raw = UnsafeRawBufferPointer(bytes)
                return (try? caller.decode(form(of: raw, &generator), raw, audio: &audio)) != nil
            }
        }
        let agent = FuzzTarget(name: "events-agent", corpus: openAI, dictionary: words) { _ in
            var agent = AgentDialect(
                eventsOf: .openAIRealtime,
                announcing: .init(
                    session: "7", interruptsReplies: true, endpointing: .milliseconds(300)))
            var audio: [UInt8] = []
            return { bytes, generator in
                audio.removeAll(keepingCapacity: true)
                let raw = UnsafeRawBufferPointer(bytes)
                return (try? agent.decode(form(of: raw, &generator), raw, audio: &audio)) != nil
            }
        }
        return [caller, agent]
    }

    private static func form(
        of bytes: UnsafeRawBufferPointer, _ generator: inout SeededGenerator
    ) -> MessageForm {
        let isText = bytes.first == UInt8(ascii: "{")
        return isText != (generator.next() % 16 == 0) ? .text : .binary
    }

    private static let words = [
        "{", "}", "[", "]", "\"", "\\", "\\u", "\\ud83d\\ude00", ":", ",", "null", "true", "-1",
        "1e999", "0.", "99999999999999999999", "\"type\":", "\"delta\":", "[[[[[[[[", "{\"a\":",
        "session.update", "response.done", "=", "\u{0}", "é",
    ].map { Array($0.utf8) }

    private static let openAI = [
        #"{"type":"response.output_audio.delta","event_id":"e","response_id":"r","item_id":"i","output_index":0,"delta":"AAECAwQFBgcICQ=="}"#,
        #"{"type":"session.updated","session":{"audio":{"input":{"turn_detection":{"interrupt_response":true}}}}}"#,
        #"{"type":"response.done","response":{"id":"r","status":"cancelled","status_details":{"reason":"turn_detected"}}}"#,
        #"{"type":"error","error":{"code":"aé😀","message":"\/\\\""}}"#,
        #"{"type":"session.update","session":{"audio":{"input":{"format":{"type":"audio/pcm","rate":24000}}}}}"#,
        #"{"type":"input_audio_buffer.append","audio":"AAECAwQFBgcICQ=="}"#,
        #"{"type":"input_audio_buffer.speech_started","audio_start_ms":120,"item_id":"i"}"#,
        #"{"type":"conversation.item.truncate","item_id":"i","content_index":0,"audio_end_ms":120}"#,
        #"{"type":"output_audio_buffer.cleared","response_id":"r"}"#,
    ].map { Array($0.utf8) }

    private static let binary =
        [
            #"{"type":"started","codec":"opus","ptime_ms":20,"levels":true}"#,
            #"{"type":"start","codec":"pcm16","ptime_ms":20,"levels":true}"#,
            #"{"type":"reply_ended","reply":4,"cancelled":true}"#,
            #"{"type":"reply_started","reply":4}"#, #"{"type":"speech_started","interrupt":true}"#,
            #"{"type":"stop"}"#,
        ].map { Array($0.utf8) } + [Array("0123456789".utf8), [0x7F], []]
}

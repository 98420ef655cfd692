import Audio
import Dialects
import Testing
import Timeline

@Suite struct MutationTests {
    private static let seeds: [(MessageForm, String)] = [
        (
            .text,
            #"{"type":"response.output_audio.delta","event_id":"e","response_id":"r","item_id":"i","output_index":0,"delta":"AAECAwQFBgcICQ=="}"#
        ),
        (
            .text,
            #"{"type":"session.updated","session":{"audio":{"input":{"turn_detection":{"interrupt_response":true}}}}}"#
        ),
        (
            .text,
            #"{"type":"response.done","response":{"id":"r","status":"cancelled","status_details":{"reason":"turn_detected"}}}"#
        ),
        (.text, #"{"type":"error","error":{"code":"a\u00e9\ud83d\ude00","message":"\/\\\""}}"#),
        (.text, #"{"type":"started","codec":"opus","ptime_ms":20,"levels":true}"#),
        (.text, #"{"type":"reply_ended","reply":4,"cancelled":true}"#),
        (.text, #"{"type":"start","codec":"pcm16","ptime_ms":20,"levels":true}"#),
        (
            .text,
            #"{"type":"session.update","session":{"audio":{"input":{"format":{"type":"audio/pcm","rate":24000}}}}}"#
        ),
        (.text, #"{"type":"input_audio_buffer.append","audio":"AAECAwQFBgcICQ=="}"#),
        (.text, #"{"type":"conversation.item.truncate","item_id":"i","audio_end_ms":120}"#),
        (.binary, "0123456789"),
    ]

    @Test func `a hundred thousand mangled messages are read or refused, never fatal`() {
        let seed: UInt64 = 20_261_122
        var generator = SeededGenerator(seed: seed, stream: "mutation")
        var sides = [Peers(.openAIRealtime, codec: .pcm16), Peers(.binary, codec: .opus)]
        var read = 0
        var refused = 0
        for _ in 0..<100_000 {
            let (form, text) = Self.seeds[Int.random(in: 0..<Self.seeds.count, using: &generator)]
            let bytes = Self.mangle(Array(text.utf8), &generator)
            for index in sides.indices {
                for body in [Self.callerReads, Self.agentReads] {
                    if body(&sides[index], form, bytes) { read += 1 } else { refused += 1 }
                }
            }
        }

        #expect(read > 10_000 && refused > 10_000, "seed \(seed): \(read) read, \(refused) refused")
    }

    private static func callerReads(
        _ peers: inout Peers, _ form: MessageForm, _ bytes: [UInt8]
    ) -> Bool {
        (try? peers.toCaller(form, bytes)) != nil
    }

    private static func agentReads(
        _ peers: inout Peers, _ form: MessageForm, _ bytes: [UInt8]
    ) -> Bool {
        (try? peers.toAgent(form, bytes)) != nil
    }

    private static func mangle(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 0...4, using: &generator) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 1:
                bytes[place] = Array("{}[]\",:\\/u0e-".utf8).randomElement(using: &generator) ?? 0
            case 2: bytes.removeSubrange(place...)
            case 3: bytes.insert(contentsOf: bytes[..<place], at: place)
            default: bytes.remove(at: place)
            }
        }
        return bytes
    }
}

import Audio
import Dialects
import Testing
import Timeline

/// The short way to a message's audio says what the whole decoder says, or nothing.
@Suite struct PlainAudioTests {
    /// What can be told of a message: what it means, its audio, and what was noted of it.
    private struct Reading: Equatable {
        var reply: ReplyTag
        var level: UInt8?
        var audio: [UInt8]
        var truncation: String
    }

    private static let plain =
        #"{"type":"response.output_audio.delta","event_id":"event_7","response_id":"resp_1","#
        + #""item_id":"item_1","output_index":0,"content_index":0,"#
        + #""delta":"AAECAwQFBgcICQoLDA0ODxAR"}"#

    @Test func `audio as agents write it is taken, from either dialect`() {
        #expect(Self.quick(.text, Self.plain)?.audio == Array(0..<18))
        #expect(Self.quick(.text, Self.plain)?.reply == FNV1a.hash("resp_1".utf8))
        #expect(
            Self.quick(.binary, "\u{14}abc", .binary)
                == Reading(reply: 0, level: 20, audio: Array("abc".utf8), truncation: ""))
    }

    @Test(arguments: [
        #"{"type":"response.done","response":{"type":"response.output_audio.delta","delta":"AAEC"}}"#,
        #"{"x":{"delta":"AAECAwQF"},"type":"response.output_audio.delta","delta":"AAEC/w=="}"#,
        #"{"type":"response.output_audio.delta","delta":"AAEC\/w=="}"#,
        #"{"type":"response.output_audio.delta","delta":"AAEC\u002Bw=="}"#,
        #"{"type":"response.output_audio.delta","d\u0065lta":"AAEC/w=="}"#,
        #"{"type":"response.output_audio.delta","response_id":"r\u0031","delta":"AAEC/w=="}"#,
        #"{"type":"response.output_audio.delta","item_id":"größe","delta":"AAEC/w=="}"#,
        #"{"type":"response.output_audio.delta","audio":"AAEC/w=="}"#,
        #"{"type":"response.output_audio.delta","delta":"AAEC/w==","delta":7}"#,
        #"{"type":"response.output_audio.delta","delta":"AAEC/w==","response_id":null}"#,
        #"{"type":"response.output_audio.delta","delta":"AAEC/w==","n":01}"#,
        #"{"type":"response.output_audio.delta","delta":"AAEC/w==","n":nul}"#,
        #"{"type":"response.output_audio.delta","delta":"AAEC/w==","n":1"#,
        #"{"type":"response.output_audio.delta","delta":"AAEC/w=="}}"#,
        "{\"type\":\"response.output_audio.delta\",\"delta\":\"AAEC/w==\",\"x\":\"\n\"}",
    ])
    func `what is not plain is left to the parser`(text: String) {
        #expect(Self.quick(.text, text) == nil)
    }

    @Test(arguments: [
        #" { "delta" : "AAEC/w==" ,"item_id":"i", "response_id" :"r","type":"response.audio.delta"} "#,
        #"{"note":"delta","type":"error","type":"response.output_audio.delta","delta":"AAEC/w=="}"#,
        #"{"type":"response.output_audio.delta","delta":"AAEC","delta":"AAEC/w==","n":10,"t":true}"#,
    ])
    func `order, spaces and a name that comes again change nothing`(text: String) {
        #expect(Self.quick(.text, text)?.audio == [0, 1, 2, 0xFF])
        #expect(Self.quick(.text, text) == Self.whole(.text, text))
    }

    @Test func `room for less than the message holds takes nothing`() {
        #expect(Self.quick(.text, Self.plain, room: 17) == nil)
        #expect(Self.quick(.text, Self.plain, room: 18) == Self.whole(.text, Self.plain))
    }

    @Test func `a hundred thousand mangled messages mean the same both ways`() {
        let seed: UInt64 = 20_261_123
        var generator = SeededGenerator(seed: seed, stream: "plain audio")
        var taken = 0
        for _ in 0..<100_000 {
            let bytes = Mangled.message(Array(Self.plain.utf8), &generator)
            guard let quick = Self.quick(.text, bytes) else { continue }
            taken += 1
            let whole = Self.whole(.text, bytes)
            guard quick != whole else { continue }
            Issue.record("seed \(seed): \(String(decoding: bytes, as: UTF8.self))")
        }

        #expect(taken > 10_000, "seed \(seed)")
    }

    @Test(arguments: [CodecName.pcm16, .pcmu, .opus], [true, false])
    func `binary messages of any length mean the same both ways`(
        codec: CodecName, hasLevels: Bool
    ) throws {
        var peers = Peers(.binary, codec: codec)
        _ = try peers.read(#"{"type":"started","levels":\#(hasLevels)}"#)
        for count in 0..<8 {
            let bytes = (0..<count).map { UInt8($0 * 37) }
            #expect(
                Self.quick(.binary, bytes, peers.caller, room: 64)
                    == Self.whole(.binary, bytes, peers.caller), "\(count) bytes")
        }
    }

    // MARK: The two ways

    private static func caller(_ kind: DialectKind) -> CallerDialect {
        let codec: CodecName = kind == .binary ? .opus : .pcm16
        return CallerDialect(
            name: kind, codec: codec, interval: .milliseconds(20), session: nil)
    }

    private static func quick(
        _ form: MessageForm, _ text: String, _ kind: DialectKind = .openAIRealtime,
        room: Int = 4_096
    ) -> Reading? {
        quick(form, Array(text.utf8), caller(kind), room: room)
    }

    private static func quick(_ form: MessageForm, _ bytes: [UInt8]) -> Reading? {
        quick(form, bytes, caller(.openAIRealtime), room: 4_096)
    }

    private static func quick(
        _ form: MessageForm, _ bytes: [UInt8], _ caller: CallerDialect, room: Int
    ) -> Reading? {
        var caller = caller
        var space = [UInt8](repeating: 0xAA, count: room)
        let reading = bytes.withUnsafeBytes { bytes in
            space.withUnsafeMutableBytes { space in
                caller.audio(of: form, bytes, room: space).map {
                    Reading(
                        reply: $0.reply, level: $0.level, audio: Array($0.bytes), truncation: "")
                }
            }
        }
        let noted = truncation(&caller)
        guard var reading else {
            #expect(noted.isEmpty, "nothing is noted of what is not taken")
            return nil
        }
        reading.truncation = noted
        return reading
    }

    private static func whole(_ form: MessageForm, _ text: String) -> Reading? {
        whole(form, Array(text.utf8))
    }

    private static func whole(_ form: MessageForm, _ bytes: [UInt8]) -> Reading? {
        whole(form, bytes, caller(.openAIRealtime))
    }

    /// Members are found by the parser alone where the first of them is an object.
    private static func whole(
        _ form: MessageForm, _ bytes: [UInt8], _ caller: CallerDialect
    ) -> Reading? {
        var caller = caller
        var audio: [UInt8] = []
        var bytes = bytes
        if form == .text, let brace = bytes.firstIndex(of: UInt8(ascii: "{")) {
            bytes.insert(contentsOf: Array(#""not plain":{},"#.utf8), at: brace + 1)
        }
        guard
            let message = try? bytes.withUnsafeBytes({
                try caller.decode(form, $0, audio: &audio)
            })
        else { return nil }
        switch message {
        case .audio(let reply):
            return Reading(
                reply: reply, level: nil, audio: audio, truncation: truncation(&caller))
        case .leveledAudio(let reply, let level):
            return Reading(
                reply: reply, level: level, audio: audio, truncation: truncation(&caller))
        default: return nil
        }
    }

    private static func truncation(_ caller: inout CallerDialect) -> String {
        var buffer = WireBuffer()
        _ = caller.truncation(playedMs: 1_000, into: &buffer)
        return buffer.text
    }
}

/// Messages as a fault or an attacker would change them.
enum Mangled {
    static func message(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 0...3, using: &generator) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 1:
                let telling = Array("{}[]\",:\\/u0e-= \n".utf8)
                bytes[place] = telling.randomElement(using: &generator) ?? 0
            case 2: bytes.removeSubrange(place...)
            case 3: bytes.insert(bytes[place], at: place)
            case 4:
                let other = Int.random(in: 0..<bytes.count, using: &generator)
                bytes.swapAt(place, other)
            default: bytes.remove(at: place)
            }
        }
        return bytes
    }
}

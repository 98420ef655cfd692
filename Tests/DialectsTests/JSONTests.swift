import Dialects
import Testing
import Timeline

@Suite struct JSONTests {
    @Test func `members keep their order and numbers their digits`() throws {
        let text = #"{"b":1.50,"a":[true,false,null,-0e+2],"":{"x":"é"}}"#
        var buffer = WireBuffer()
        buffer.append(json: try JSONParser.parse(text))

        #expect(buffer.text == text)
    }

    @Test func `escapes are understood and written again`() throws {
        let value = try JSONParser.parse(#""a\/b\"\\\n\u00e9\ud83d\ude00\ud800x""#)
        #expect(value == .string("a/b\"\\\né😀\u{FFFD}x"))

        var buffer = WireBuffer()
        buffer.append(json: .string("\"\\\n\u{1}é"))
        #expect(buffer.text == #""\"\\\u000a\u0001é""#)
        #expect(try JSONParser.parse(buffer.text) == .string("\"\\\n\u{1}é"))
    }

    @Test(
        arguments: [
            "", " ", "{", "}", "[1,]", "{\"a\":1,}", "{\"a\" 1}", "{a:1}", "01", "1.", ".5", "+1",
            "1e",
            "tru", "nul", "\"", "\"\\x\"", "\"\\u12g4\"", "\"\u{1}\"", "1 2", "[1 2]", "NaN", "'a'",
            "{\"type\":\"response.output_audio.delta\",\"delta\":\"AAAA\"",
        ])
    func `anything but one whole value is malformed`(text: String) {
        #expect(problem { _ = try JSONParser.parse(text) } == .malformedJSON)
    }

    @Test func `bytes that are no UTF-8 are malformed`() {
        let bytes: [UInt8] = [0x22, 0xC3, 0x28, 0x22]
        #expect(
            problem { _ = try bytes.withUnsafeBytes { try JSONParser.parse($0) } } == .malformedJSON
        )
    }

    @Test func `nesting is read 32 deep and no deeper`() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }

        _ = try JSONParser.parse(nested(32))
        #expect(problem { _ = try JSONParser.parse(nested(33)) } == .malformedJSON)
        #expect(problem { _ = try JSONParser.parse(nested(100_000)) } == .malformedJSON)
    }

    @Test func `merging goes into objects and replaces all else`() throws {
        let base: JSONValue = ["a": ["b": 1, "c": [1, 2]], "d": "x"]
        let patch = try JSONParser.parse(#"{"a":{"c":[3],"e":null},"f":true}"#)

        #expect(
            base.merged(with: patch)
                == ["a": ["b": 1, "c": [3], "e": .null], "d": "x", "f": true])
    }
}

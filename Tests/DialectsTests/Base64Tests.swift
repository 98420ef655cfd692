import Dialects
import Testing
import Timeline

@Suite struct Base64Tests {
    private static let vectors = [  // RFC 4648 §10
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ]

    @Test(arguments: vectors) func `the vectors of RFC 4648 hold both ways`(
        plain: String, text: String
    ) throws {
        var buffer = WireBuffer()
        Array(plain.utf8).withUnsafeBytes { Base64.encode($0, into: &buffer) }
        let decoded = try decode(text)

        #expect(buffer.text == text)
        #expect(decoded == Array(plain.utf8))
    }

    @Test func `all byte values and lengths come back as they were`() throws {
        var generator = SeededGenerator(seed: 4_648, stream: "base64")
        for length in [1, 2, 3, 255, 767, 768, 769, 770, 960, 4_800, 10_001] {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            var buffer = WireBuffer()
            bytes.withUnsafeBytes { Base64.encode($0, into: &buffer) }
            let decoded = try decode(buffer.text)
            #expect(decoded == bytes, "length \(length)")
        }
    }

    @Test(arguments: [
        "Zg=", "Zg", "Z===", "====", "Zm9v\n", "Zm 9", "Zm9%", "=Zm9", "Zg==Zg==", "Zm_v",
    ])
    func `what is not base64 is a problem and leaves no bytes behind`(text: String) {
        var bytes: [UInt8] = [1, 2]
        let found = problem {
            try Array(text.utf8).withUnsafeBytes { try Base64.decode($0, into: &bytes) }
        }

        #expect(found == .badBase64)
        #expect(bytes == [1, 2])
    }

    private func decode(_ text: String) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try Array(text.utf8).withUnsafeBytes { try Base64.decode($0, into: &bytes) }
        return bytes
    }
}

import Testing
import WebRTCCore

struct FingerprintTests {
    @Test func `a fingerprint is read and written as in RFC 8122`() throws {
        // RFC 8122 §5, with the line breaks of the document taken out.
        let line =
            "a=fingerprint:sha-256 12:DF:3E:5D:49:6B:19:E5:7C:AB:4A:AD:B9:B1:3F:82:18:3B:54:02:"
            + "12:DF:3E:5D:49:6B:19:E5:7C:AB:4A:AD"
        let fingerprint = try #require(Fingerprint(attribute: line))

        #expect(fingerprint.algorithm == "sha-256")
        #expect(fingerprint.bytes.count == 32)
        #expect(fingerprint.bytes.prefix(3) == [0x12, 0xDF, 0x3E])
        #expect("a=" + fingerprint.attribute == line)
    }

    @Test func `the value alone, lower case digits and an upper case name are read too`() throws {
        let hash = (0..<20).map { _ in "ab" }.joined(separator: ":")
        let fingerprint = try #require(Fingerprint(attribute: "SHA-1 \(hash)"))

        #expect(
            fingerprint == Fingerprint(algorithm: "sha-1", bytes: .init(repeating: 0xAB, count: 20))
        )
    }

    @Test(arguments: [
        "", "fingerprint:", "fingerprint:sha-256", "sha-256 12", "sha-256 ", "md-9 ", "md-9 1",
        "md-9 12:", "md-9 :12", "md-9 123", "md-9 12:3", "md-9 1g", "md-9 12 34", "md-9 1\u{FF11}",
        "md-9 " + (0..<65).map { _ in "00" }.joined(separator: ":"),
    ])
    func `what is no hash is none`(text: String) {
        #expect(Fingerprint(attribute: text) == nil)
    }

    @Test func `an algorithm nobody knows keeps its hash`() throws {
        let fingerprint = try #require(Fingerprint(attribute: "fingerprint:md-9 00:7f"))
        #expect(fingerprint.attribute == "fingerprint:md-9 00:7F")
    }
}

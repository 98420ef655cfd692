import Testing
import WebRTCCore

struct TrickleFragmentTests {
    /// RFC 9725 §4.3.2.
    private static let example = """
        a=group:BUNDLE 0 1
        m=audio 9 UDP/TLS/RTP/SAVPF 111
        a=mid:0
        a=ice-ufrag:EsAw
        a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1
        a=candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host generation 0 ufrag EsAw
        a=candidate:3471623853 1 udp 2122194687 198.51.100.2 61765 typ host generation 0
        a=candidate:473322822 1 tcp 1518280447 192.0.2.1 9 typ host tcptype active generation 0
        a=candidate:2154773085 1 udp 2122187007 4b2c9b0e.local 61766 typ host generation 0
        a=end-of-candidates
        """

    @Test func `a fragment is read with session or section credentials`() throws {
        let fragment = try TrickleFragment.parse(Self.example)

        #expect(fragment.credentials?.ufrag == "EsAw" && fragment.mid == "0")
        #expect(fragment.isComplete)
        #expect(
            fragment.candidates.map { "\($0.address)" } == [
                "192.0.2.1:61764", "198.51.100.2:61765",
            ])
    }

    @Test func `a fragment is the same when written and read again`() throws {
        let endpoint = Samples.endpoint
        let fragment = TrickleFragment(
            credentials: endpoint.credentials, mid: "0", candidates: endpoint.candidates,
            isComplete: true)
        #expect(try TrickleFragment.parse(fragment.text()) == fragment)

        let end = TrickleFragment(
            credentials: nil, mid: nil, candidates: [], isComplete: true)
        #expect(try TrickleFragment.parse(end.text()) == end)
    }

    @Test func `candidates repeated in every section are taken once`() throws {
        let twice = Self.example + "\n" + Self.example.replacing("mid:0", with: "mid:1")
        let fragment = try TrickleFragment.parse(twice)
        #expect(fragment.candidates.count == 2 && fragment.mid == "0")
    }

    @Test func `what is no fragment, or too much of one, is refused`() {
        #expect(throws: SDPProblem.self) { try TrickleFragment.parse("{\"candidate\": \"\"}") }
        #expect(throws: SDPProblem.self) { try TrickleFragment.parse("") }
        let flood = Array(repeating: "a=candidate:x", count: 129).joined(separator: "\n")
        #expect(throws: SDPProblem.self) { try TrickleFragment.parse(flood) }
    }
}

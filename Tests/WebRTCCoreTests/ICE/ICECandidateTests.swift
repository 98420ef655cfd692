import Testing
import Timeline
import WebRTCCore

@Suite struct ICECandidateTests {
    @Test func `what peers write is read`() throws {
        let chromium = try #require(
            ICECandidate(
                attribute: "candidate:842163049 1 udp 1677729535 203.0.113.5 46154 typ srflx "
                    + "raddr 0.0.0.0 rport 0 generation 0 ufrag EsAw network-cost 999"))
        #expect(chromium.foundation == "842163049")
        #expect(chromium.component == 1)
        #expect(chromium.transport == .udp)
        #expect(chromium.priority == 1_677_729_535)
        #expect(chromium.address == iceAddress("203.0.113.5", 46_154))
        #expect(chromium.kind == .serverReflexive)
        #expect(chromium.related == iceAddress("0.0.0.0", 0))

        let tcp = try #require(
            ICECandidate(
                attribute: "a=candidate:1 2 TCP 2105524479 fe80::1 9 typ host tcptype active\r\n"))
        #expect(tcp.transport == .tcp)
        #expect(tcp.component == 2)
        #expect(tcp.kind == .host)
        #expect(tcp.related == nil)
    }

    @Test(arguments: [
        "", "candidate:", "candidate:1 1 udp 1 1.2.3.4 5 typ",
        "candidate:1 1 udp 2113937151 1f4712db-ea17-4bcf-a596-105139dfd8bf.local 54596 typ host",
        "candidate:1 1 udp 1 1.2.3.4 0 typ host", "candidate:1 1 udp 1 1.2.3.4 65536 typ host",
        "candidate:1 0 udp 1 1.2.3.4 5 typ host", "candidate:1 256 udp 1 1.2.3.4 5 typ host",
        "candidate:1 1 sctp 1 1.2.3.4 5 typ host", "candidate:1 1 udp +1 1.2.3.4 5 typ host",
        "candidate:1 1 udp 4294967296 1.2.3.4 5 typ host", "candidate:1 1 udp 0 1.2.3.4 5 typ host",
        "candidate:1 1 udp 1 1.2.3.4 5 kind host", "candidate:1 1 udp 1 1.2.3.4 5 typ other",
        "candidate:1 1 udp 1 fe80::1%eth0 5 typ host",
        "candidate:123456789012345678901234567890123 1 udp 1 1.2.3.4 5 typ host",
        "candidate:é 1 udp 1 1.2.3.4 5 typ host",
    ])
    func `what cannot be used is none`(text: String) {
        #expect(ICECandidate(attribute: text) == nil)
    }

    @Test func `a candidate is written as it is read`() throws {
        let base = iceAddress("10.0.0.2", 5_000)
        let server = iceAddress("198.51.100.1", 3_478)
        let candidates = [
            ICECandidate.host(iceAddress("2001:db8::1", 5_000), preference: 9),
            .serverReflexive(iceAddress("203.0.113.5", 1_234), base: base, server: server),
            .relayed(
                iceAddress("198.51.100.1", 50_000),
                mapped: iceAddress("203.0.113.5", 1_234), server: server),
        ]
        for candidate in candidates {
            #expect(ICECandidate(attribute: candidate.attribute) == candidate)
            #expect(ICECandidate(attribute: "a=" + candidate.attribute) == candidate)
        }
    }

    @Test func `priorities are those of the formula`() {
        let host = ICECandidate.host(iceAddress("10.0.0.2", 5_000))
        #expect(host.priority == 2_130_706_431)  // what everybody's first host candidate has
        #expect(host.preference == .max)
        #expect(ICECandidate.priority(.relayed, preference: 1) == 0x1FF)
    }

    @Test func `foundations are shared by what succeeds or fails alike`() {
        let one = ICECandidate.host(iceAddress("10.0.0.2", 5_000))
        let samePlace = ICECandidate.host(iceAddress("10.0.0.2", 5_001), preference: 3)
        let other = ICECandidate.host(iceAddress("10.0.0.3", 5_000))
        #expect(one.foundation == samePlace.foundation)
        #expect(one.foundation != other.foundation)
    }

    @Test func `no mutation of a candidate traps`() {
        var generator = SeededGenerator(seed: 42, stream: "fuzz-candidate")
        let original = Array(
            "candidate:842163049 1 udp 1677729535 203.0.113.5 46154 typ srflx raddr ::1 rport 7"
                .utf8)
        var valid = 0
        for _ in 0..<20_000 {
            let bytes = mutatedBytes(original, using: &generator)
            if let read = ICECandidate(attribute: String(decoding: bytes, as: UTF8.self)) {
                valid += 1
                #expect(ICECandidate(attribute: read.attribute) == read)
            }
        }
        #expect(valid > 1_000, "\(valid)")
    }
}

@Suite struct ICECredentialsTests {
    @Test func `drawn credentials are well formed and differ`() {
        var generator = SeededGenerator(seed: 43, stream: "credentials")
        var seen: Set<String> = []
        for _ in 0..<1_000 {
            let drawn = ICECredentials.drawn(using: &generator)
            #expect(ICECredentials(ufrag: drawn.ufrag, password: drawn.password) == drawn)
            seen.insert(drawn.ufrag)
        }
        #expect(seen.count == 1_000)
    }

    @Test func `credentials outside the grammar are none`() {
        let password = String(repeating: "p", count: 22)
        #expect(ICECredentials(ufrag: "abcd", password: password) != nil)
        #expect(ICECredentials(ufrag: "abc", password: password) == nil)
        #expect(ICECredentials(ufrag: "ab d", password: password) == nil)
        #expect(ICECredentials(ufrag: "abcd", password: "short") == nil)
        #expect(ICECredentials(ufrag: "a:cd", password: password) == nil)
        let endless = String(repeating: "a", count: 257)
        #expect(ICECredentials(ufrag: endless, password: password) == nil)
        #expect(ICECredentials(ufrag: "abcd", password: endless) == nil)
        #expect(ICECredentials(ufrag: "a-=#_", password: password) != nil)
    }
}

import Timeline
import WebRTCCore

extension FuzzTarget {
    static func sdp() throws -> [FuzzTarget] {
        let endpoint = try self.endpoint(seed: 1)
        let offer = PeerDescription.offer(
            from: endpoint,
            formats: [
                .usual(.opus, payloadType: 111), .usual(.pcmu, payloadType: 0),
                .usual(.pcma, payloadType: 8),
            ], hasData: true)
        let answer = try PeerDescription.answer(
            to: offer, from: self.endpoint(seed: 2), setup: .active)
        let own = try self.endpoint(seed: 3)
        let read = { (bytes: UnsafeRawBufferPointer) in readSDP(bytes, own: own) }
        var description = FuzzTarget(
            "sdp", corpus: ([offer.text(), answer.text()] + foreign).map { Array($0.utf8) },
            dictionary: words, read: read)
        description.weight = 3
        let fragments = [
            TrickleFragment(
                credentials: endpoint.credentials, mid: "0", candidates: endpoint.candidates,
                isComplete: true
            ).text(), "a=mid:0\r\na=candidate:1 1 udp 1 10.0.0.1 9 typ host\r\n",
        ]
        return [
            description,
            FuzzTarget(
                "sdpfrag", corpus: fragments.map { Array($0.utf8) }, dictionary: words,
                read: readFragment),
            FuzzTarget(
                "candidate", corpus: attributes.map { Array($0.utf8) }, dictionary: words,
                read: readAttribute),
        ]
    }

    private static func endpoint(seed: UInt64) throws -> SDPEndpoint {
        var generator = SeededGenerator(seed: seed, stream: "sdp-fuzz")
        var endpoint = SDPEndpoint(
            sessionID: generator.next(), credentials: .drawn(using: &generator),
            fingerprint: try DTLSIdentity.generate().fingerprint, ssrc: 7, cname: "caller")
        let host = TransportAddress(host: .v4(0x0A00_0001), port: 4_000)
        let six = TransportAddress(host: .v6(0x2001_0DB8 << 32, 1), port: 4_001)
        endpoint.candidates = [.host(host), .host(six)]
        endpoint.isComplete = seed == 1
        return endpoint
    }

    /// What was read can be written, and then is what it was.
    private static func readSDP(_ bytes: UnsafeRawBufferPointer, own: SDPEndpoint) -> Bool {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let description = try? PeerDescription.parse(text) else { return false }
        let written = description.text()
        require((try? PeerDescription.parse(written)) != nil, "cannot read: \(written)")
        for setup in [SetupRole.active, .passive] {
            guard
                let answer = try? PeerDescription.answer(
                    to: description, from: own, setup: setup)
            else { continue }
            let reply = answer.text()
            require((try? PeerDescription.parse(reply)) != nil, "cannot read its answer: \(reply)")
            _ = try? Negotiated(offer: description, answer: answer, as: .answerer)
        }
        let offer = PeerDescription.offer(
            from: own, formats: [.usual(.opus, payloadType: 111)], hasData: true)
        _ = try? Negotiated(offer: offer, answer: description, as: .offerer)
        return true
    }

    private static func readFragment(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let fragment = try? TrickleFragment.parse(text) else { return false }
        let written = fragment.text()
        // Nothing that can be used leaves nothing to be written.
        guard written.contains("a=") else { return true }
        require((try? TrickleFragment.parse(written)) == fragment, "reads otherwise: \(written)")
        return true
    }

    private static func readAttribute(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let text = String(decoding: bytes, as: UTF8.self)
        var wasRead = false
        if let candidate = ICECandidate(attribute: text) {
            require(ICECandidate(attribute: candidate.attribute) == candidate, candidate.attribute)
            wasRead = true
        }
        if let fingerprint = Fingerprint(attribute: text) {
            require(
                Fingerprint(attribute: fingerprint.attribute) == fingerprint, fingerprint.attribute)
            wasRead = true
        }
        _ = IPAddress(text)
        return wasRead
    }

    private static let words = [
        "\r\n", "\n", "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n", "m=application 0 X 1\r\n", "a=mid:",
        "a=setup:actpass\r\n", "a=inactive\r\n", "a=rtpmap:111 opus/48000/2\r\n", "a=ice-lite\r\n",
        "a=group:BUNDLE 0 1\r\n", "a=rtcp-mux\r\n", "a=ptime:", "a=ssrc:", "a=extmap:",
        "4294967296",
        "99999999999999999999", "-1", "65536", ":", " ", "/", "\0", "\u{FEFF}", "é", "typ relay",
        "raddr", "tcp", "fe80::1%eth0", "abc.local", "sha-256 ", "AA:", "%d",
    ]

    private static let attributes = [
        "candidate:842163049 1 udp 1677729535 203.0.113.5 46154 typ srflx raddr 10.0.0.1 rport 9",
        "a=candidate:1 1 UDP 2130706431 2001:db8::1 9 typ host generation 0 ufrag ab network-id 1",
        "candidate:6 1 udp 41885439 192.0.2.7 50000 typ relay raddr 203.0.113.5 rport 46154",
        "candidate:4 1 tcp 1518280447 10.0.0.1 9 typ host tcptype active",
        "fingerprint:sha-256 " + Array(repeating: "0A", count: 32).joined(separator: ":"),
        "a=fingerprint:sha-1 " + Array(repeating: "ff", count: 20).joined(separator: ":"),
        "10.1.2.3", "2001:db8::8:800:200c:417a",
    ]

    /// In the shapes of a browser and of a server with ICE-lite and attributes of the session.
    private static let foreign = [
        """
        v=0\r
        o=- 4611731400430051336 2 IN IP4 127.0.0.1\r
        s=-\r
        t=0 0\r
        a=group:BUNDLE 0 1 2\r
        a=extmap-allow-mixed\r
        a=msid-semantic: WMS stream\r
        m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126\r
        c=IN IP4 0.0.0.0\r
        a=rtcp:9 IN IP4 0.0.0.0\r
        a=ice-ufrag:EsAw\r
        a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r
        a=ice-options:trickle\r
        a=fingerprint:sha-256 \(Array(repeating: "D2", count: 32).joined(separator: ":"))\r
        a=setup:actpass\r
        a=mid:0\r
        a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r
        a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r
        a=sendrecv\r
        a=msid:stream track\r
        a=rtcp-mux\r
        a=rtcp-rsize\r
        a=rtpmap:111 opus/48000/2\r
        a=rtcp-fb:111 transport-cc\r
        a=fmtp:111 minptime=10;useinbandfec=1\r
        a=rtpmap:63 red/48000/2\r
        a=rtpmap:0 PCMU/8000\r
        a=ssrc:3570614608 cname:4TOk42mSjXCkVIa6\r
        m=video 9 UDP/TLS/RTP/SAVPF 96\r
        c=IN IP4 0.0.0.0\r
        a=mid:1\r
        a=rtpmap:96 VP8/90000\r
        m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r
        c=IN IP4 0.0.0.0\r
        a=mid:2\r
        a=sctp-port:5000\r
        a=max-message-size:262144\r

        """,
        """
        v=0
        o=- 1 1 IN IP4 192.0.2.1
        s=session
        t=0 0
        a=ice-lite
        a=fingerprint:sha-256 \(Array(repeating: "0f", count: 32).joined(separator: ":"))
        a=group:BUNDLE audio
        m=audio 7881 UDP/TLS/RTP/SAVPF 0
        c=IN IP4 192.0.2.1
        a=mid:audio
        a=setup:passive
        a=ice-ufrag:abcd
        a=ice-pwd:0123456789abcdef01234567
        a=candidate:1 1 udp 2130706431 192.0.2.1 7881 typ host
        a=end-of-candidates
        a=sendrecv
        a=rtcp-mux

        """,
    ]
}

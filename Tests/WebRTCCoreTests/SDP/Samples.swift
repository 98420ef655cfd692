import Timeline
import WebRTCCore

/// Descriptions of this project, and text to take apart.
enum Samples {
    static var endpoint: SDPEndpoint {
        var generator = SeededGenerator(seed: 7, stream: "descriptions")
        var endpoint = SDPEndpoint(
            sessionID: generator.next(),
            credentials: .drawn(using: &generator),
            fingerprint: Fingerprint(
                algorithm: "sha-256", bytes: (0..<32).map { UInt8($0) &* 7 }),
            ssrc: 0x1234_5678,
            cname: "caller-1")
        endpoint.candidates = [
            .host(TransportAddress(host: .v4(0x7F00_0001), port: 50_000)),
            .host(TransportAddress(host: .v6(0xFD00 << 48, 2), port: 50_001), preference: 9),
        ]
        endpoint.isComplete = true
        return endpoint
    }

    static func offer(hasData: Bool = true) -> PeerDescription {
        .offer(from: endpoint, formats: [.usual(.opus, payloadType: 111)], hasData: hasData)
    }

    static let fingerprint =
        "a=fingerprint:sha-256 00:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F"
        + ":10:11:12:13:14:15:16:17:18:19:1A:1B:1C:1D:1E:1F"

    static let session = ["v=0", "o=- 1 2 IN IP4 127.0.0.1", "s=-", "t=0 0"]
    static let transport = [
        "a=ice-ufrag:abcd", "a=ice-pwd:secretsecretsecretsecret", fingerprint, "a=setup:actpass",
    ]

    /// A description of the usual session lines and these.
    static func text(_ lines: [String]) -> String {
        (session + lines).joined(separator: "\n") + "\n"
    }

    /// Lines of an audio section that anybody can answer.
    static func audio(
        mid: String = "0", _ formats: String = "111", port: Int = 9, extra: [String] = []
    ) -> [String] {
        ["m=audio \(port) UDP/TLS/RTP/SAVPF \(formats)", "a=mid:\(mid)", "a=rtcp-mux"]
            + transport + ["a=rtpmap:111 opus/48000/2"] + extra
    }

    static func data(mid: String = "1") -> [String] {
        ["m=application 9 UDP/DTLS/SCTP webrtc-datachannel", "a=mid:\(mid)", "a=sctp-port:5000"]
            + transport
    }

    /// The problem a text is refused with, `nil` where it is read.
    static func problem(of text: String) -> SDPProblem? {
        do throws(SDPProblem) {
            _ = try PeerDescription.parse(text)
            return nil
        } catch {
            return error
        }
    }
}

import Testing
import WebRTCCore

struct AnswerTests {
    private static func answer(
        _ text: String, codecs: [SDPCodec] = [.opus, .pcmu, .pcma], setup: SetupRole = .passive
    ) throws -> PeerDescription {
        let offer = try PeerDescription.parse(text)
        return try PeerDescription.answer(
            to: offer, from: Samples.endpoint, codecs: codecs, setup: setup)
    }

    /// The `m=` lines of a description, and the lines of groups.
    private static func outline(_ description: PeerDescription) -> [Substring] {
        description.text().split(separator: "\r\n").filter {
            $0.hasPrefix("m=") || $0.hasPrefix("a=group")
        }
    }

    @Test func `an answer keeps the offer's sections, numbers and extensions`() throws {
        let answer = try Self.answer(Captured.chromiumOffer)

        #expect(
            Self.outline(answer) == [
                "a=group:BUNDLE 0 2", "m=audio 9 UDP/TLS/RTP/SAVPF 111",
                "m=video 0 UDP/TLS/RTP/SAVPF 96 97",
                "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
            ])
        #expect(answer.audio.levelID == 1 && answer.audio.midID == 4)
        #expect(answer.audio.reportsRoundTrip && answer.setup == .passive)
    }

    @Test func `both sides come to the same agreement`() throws {
        let offer = Samples.offer()
        let read = try PeerDescription.parse(offer.text())
        var peer = Samples.endpoint
        peer.ssrc = 99
        let written = try PeerDescription.answer(to: read, from: peer, setup: .active).text()
        let answer = try PeerDescription.parse(written)

        let caller = try Negotiated(offer: offer, answer: answer, as: .offerer)
        let agent = try Negotiated(offer: read, answer: answer, as: .answerer)

        #expect(caller.role == .server && agent.role == .client)
        #expect(caller.remoteSSRC == 99 && agent.remoteSSRC == 0x1234_5678)
        #expect(caller.levelID == 2 && agent.levelID == 2)
        #expect(caller.midID == 1 && agent.midID == 1)
        #expect(caller.packetTime == 20 && agent.packetTime == 20)
        #expect(caller.reportsRoundTrip && agent.reportsRoundTrip)
        #expect(caller.sendPayloadType == agent.receivePayloadType)
        #expect(agent.data?.messageLimit == 262_144)
    }

    @Test func `the codec is the answerer's favourite, under the offerer's number`() throws {
        let answer = try Self.answer(Captured.aiortcOffer, codecs: [.pcma, .opus])
        #expect(answer.audio.formats == [AudioFormat(payloadType: 8, codec: .pcma)])

        let other = try Self.answer(Captured.aiortcOffer)
        #expect(other.audio.formats == [.usual(.opus, payloadType: 96)])
    }

    @Test(arguments: [
        (MediaDirection.sendonly, MediaDirection.recvonly), (.recvonly, .sendonly),
        (.sendrecv, .sendrecv), (.inactive, .inactive),
    ])
    func `the direction is mirrored`(offered: MediaDirection, answered: MediaDirection) throws {
        let lines = Samples.audio(extra: ["a=\(offered.rawValue)"])
        let offer = try PeerDescription.parse(Samples.text(lines))
        let answer = try PeerDescription.answer(
            to: offer, from: Samples.endpoint, setup: .active)
        let agreed = try Negotiated(offer: offer, answer: answer, as: .answerer)

        #expect(answer.audio.direction == answered)
        #expect(agreed.sends == answered.sends && agreed.receives == answered.receives)
        #expect(answer.text().contains("a=msid:") == answered.sends)
    }

    @Test func `the first usable of several audio sections is taken, the others are refused`()
        throws
    {
        let red = ["m=audio 9 UDP/TLS/RTP/SAVPF 63", "a=mid:r", "a=rtpmap:63 red/48000/2"]
        let lines =
            ["a=group:BUNDLE r 0 2"] + red + Samples.audio() + Samples.audio(mid: "2", "0")
        let answer = try Self.answer(Samples.text(lines))

        #expect(
            Self.outline(answer) == [
                "a=group:BUNDLE 0", "m=audio 0 UDP/TLS/RTP/SAVPF 63",
                "m=audio 9 UDP/TLS/RTP/SAVPF 111", "m=audio 0 UDP/TLS/RTP/SAVPF 0",
            ])
    }

    @Test func `data outside the audio's group would need a second transport and is refused`()
        throws
    {
        let answer = try Self.answer(Samples.text(Samples.audio() + Samples.data()))
        #expect(
            Self.outline(answer) == [
                "m=audio 9 UDP/TLS/RTP/SAVPF 111",
                "m=application 0 UDP/DTLS/SCTP webrtc-datachannel",
            ])
    }

    @Test func `the section named first in the group describes the transport`() throws {
        let candidate = "a=candidate:1 1 udp 2130706431 127.0.0.1"
        let lines =
            ["a=group:BUNDLE d a"] + Samples.data(mid: "d") + ["\(candidate) 4000 typ host"]
            + Samples.audio(mid: "a", port: 0, extra: ["a=bundle-only"])
            + ["\(candidate) 5000 typ host"]
        let offer = try PeerDescription.parse(Samples.text(lines))
        let answer = try PeerDescription.answer(
            to: offer, from: Samples.endpoint, setup: .passive)

        #expect(offer.candidates.map(\.address.port) == [4_000])
        #expect(offer.sections == [.data, .audio] && answer.bundle == ["d", "a"])
        let parts = answer.text().split(separator: "m=")
        #expect(parts[1].hasPrefix("application") && parts[1].contains("a=candidate:"))
        #expect(parts[2].hasPrefix("audio") && !parts[2].contains("a=candidate:"))
        #expect(!answer.text().contains("bundle-only"))
    }

    @Test func `data in the style before RFC 8841 is answered in the same style`() throws {
        let data = [
            "m=application 9 DTLS/SCTP 5001", "a=mid:1", "a=sctpmap:5001 webrtc-datachannel 256",
        ]
        let lines = ["a=group:BUNDLE 0 1"] + Samples.audio() + data
        let answer = try Self.answer(Samples.text(lines))

        #expect(answer.text().contains("m=application 9 DTLS/SCTP 5000\r\n"))
        #expect(answer.text().contains("a=sctpmap:5000 webrtc-datachannel 1024\r\n"))
        #expect(try PeerDescription.parse(Samples.text(lines)).data?.port == 5_001)
    }

    @Test func `a lite answer says so, and that nothing follows`() throws {
        var endpoint = Samples.endpoint
        endpoint.isLite = true
        let offer = try PeerDescription.parse(Captured.chromiumOffer)
        let answer = try PeerDescription.answer(to: offer, from: endpoint, setup: .passive)
        let text = answer.text()

        #expect(text.contains("a=ice-lite\r\n") && !text.contains("trickle"))
        #expect(try PeerDescription.parse(text).isLite)
    }

    @Test func `no limit on messages is kept apart from none told`() throws {
        let group = ["a=group:BUNDLE 0 1"] + Samples.audio() + Samples.data()
        let unlimited = try PeerDescription.parse(
            Samples.text(group + ["a=max-message-size:0"]))
        #expect(unlimited.data?.messageLimit == .max)
        #expect(unlimited.text().contains("a=max-message-size:0\r\n"))
        #expect(try PeerDescription.parse(Samples.text(group)).data?.messageLimit == 65_536)
    }
}

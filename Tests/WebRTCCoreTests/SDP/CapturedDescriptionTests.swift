import Testing
import WebRTCCore

struct CapturedDescriptionTests {
    @Test func `an offer of Chromium is read`() throws {
        let offer = try PeerDescription.parse(Captured.chromiumOffer)

        #expect(offer.credentials.ufrag == "RnAE")
        #expect(offer.credentials.password == "k+83MX5Mi5x2dHw5tVoasbHV")
        #expect(offer.fingerprints.map(\.algorithm) == ["sha-256"])
        #expect(offer.setup == .actpass && offer.trickles && !offer.isLite && !offer.isComplete)
        #expect(offer.candidates.map { "\($0.address)" } == ["192.0.2.2:47183", "[fd00::2]:50824"])
        #expect(offer.bundle == ["0", "2"])
        let types = offer.audio.formats.map { "\($0.payloadType) \($0.codec)" }
        #expect(types == ["111 opus", "0 pcmu", "8 pcma"])
        #expect(offer.audio.formats[0].parameters == "minptime=10;useinbandfec=1")
        #expect(offer.audio.levelID == 1 && offer.audio.midID == 4)
        #expect(offer.audio.ssrc == 894_471_389 && offer.audio.cname == "NRj4G22Z95npytYb")
        #expect(offer.audio.direction == .sendrecv && offer.audio.isMultiplexed)
        #expect(offer.audio.hasReducedSize && offer.audio.reportsRoundTrip)
        #expect(
            offer.data == DataSection(mid: "2", port: 5_000, messageLimit: 262_144))
        guard case .rejected(let video) = offer.sections[1] else {
            Issue.record("the video is not rejected: \(offer.sections[1])")
            return
        }
        #expect(video.media == "video" && video.mid == "1" && video.formats == ["96", "97"])
        #expect(video.reason == .unsupported)
        #expect(offer.sections.count == 3 && offer.sections[2] == .data)
    }

    @Test func `an offer of aiortc is read, its data section sharing the port of the audio`()
        throws
    {
        let offer = try PeerDescription.parse(Captured.aiortcOffer)

        #expect(offer.fingerprints.map(\.algorithm) == ["sha-256", "sha-384", "sha-512"])
        #expect(offer.candidates.map { "\($0.address)" } == ["127.0.0.1:53839"])
        #expect(offer.isComplete && !offer.trickles)
        #expect(offer.audio.formats.map(\.payloadType) == [96, 0, 8])
        #expect(offer.audio.levelID == 2 && offer.audio.midID == 1)
        #expect(offer.bundle == ["0", "1"] && offer.data?.messageLimit == 262_144)
    }

    @Test func `an offer of Pion is read, with the session's fingerprint`() throws {
        let offer = try PeerDescription.parse(Captured.pionOffer)

        #expect(offer.fingerprints.count == 1 && offer.setup == .actpass && offer.isComplete)
        #expect(offer.candidates.count == 3, "component 2 is left out")
        #expect(offer.candidates.allSatisfy { $0.component == 1 })
        #expect(offer.audio.ssrc == 1_343_741_370 && offer.audio.cname == "pion")
        #expect(offer.audio.levelID == nil && offer.audio.midID == nil)
        #expect(offer.data?.messageLimit == 65_536, "the default of RFC 8841")
    }

    @Test(arguments: [
        (Capture.chromiumAnswer, UInt32(983_097_985), 262_144),
        (.aiortcAnswer, 2_509_086_522, 262_144), (.janusAnswer, 1_598_526_096, 65_536),
    ])
    func `answers of Chromium, aiortc and Janus agree on everything offered`(
        capture: Capture, ssrc: UInt32, limit: Int
    ) throws {
        let answer = try PeerDescription.parse(capture.text)
        let agreed = try Negotiated(offer: Samples.offer(), answer: answer, as: .offerer)

        #expect(agreed.codec == .opus && agreed.sends && agreed.receives)
        #expect(agreed.sendPayloadType == 111 && agreed.receivePayloadType == 111)
        #expect(agreed.levelID == 2 && agreed.midID == 1 && agreed.mid == "0")
        #expect(agreed.remoteSSRC == ssrc)
        #expect(agreed.role == .server, "the answer says active")
        #expect(agreed.data?.port == 5_000 && agreed.data?.messageLimit == limit)
        #expect(agreed.fingerprints == answer.strongFingerprints)
        #expect(!agreed.fingerprints.isEmpty)
    }

    @Test func `an answer of Pion agrees on audio and data, but on no header extension`() throws {
        let answer = try PeerDescription.parse(Captured.pionAnswer)
        let agreed = try Negotiated(offer: Samples.offer(), answer: answer, as: .offerer)

        #expect(agreed.levelID == nil && agreed.midID == nil)
        #expect(agreed.remoteSSRC == 1_555_466_867 && agreed.role == .server)
        #expect(agreed.hasReducedSize && !agreed.reportsRoundTrip)
        #expect(agreed.data?.messageLimit == 65_536)
    }

    @Test(arguments: Capture.allCases)
    func `lines may end with LF or CRLF`(capture: Capture) throws {
        let one = try PeerDescription.parse(capture.text)
        let lines = capture.text.split(separator: "\n", omittingEmptySubsequences: false)
        let other = try PeerDescription.parse(lines.joined(separator: "\r\n"))
        #expect(one == other)
    }

    @Test(arguments: Capture.answers + [.aiortcOffer, .pionOffer])
    func `what was read is the same when written and read again`(capture: Capture) throws {
        let read = try PeerDescription.parse(capture.text)
        #expect(try PeerDescription.parse(read.text()) == read)
    }

    @Test func `an ICE-lite answer is known as one`() throws {
        let text = Captured.pionAnswer.replacing("a=group", with: "a=ice-lite\na=group")
        let answer = try PeerDescription.parse(text)
        #expect(answer.isLite)
        #expect(try Negotiated(offer: Samples.offer(), answer: answer, as: .offerer).isLite)
    }
}

import Testing
import WebRTCCore

struct OfferTests {
    @Test func `an offer holds what servers need to know whose audio arrives`() {
        let text = Samples.offer().text()
        let lines = text.split(separator: "\r\n")

        #expect(text.hasSuffix("\r\n") && !text.replacing("\r\n", with: "").contains("\n"))
        #expect(lines.contains("a=ssrc:305419896 cname:caller-1"))
        #expect(lines.contains("a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid"))
        #expect(lines.contains("a=extmap:2 urn:ietf:params:rtp-hdrext:ssrc-audio-level"))
        #expect(lines.contains("a=group:BUNDLE 0 1"))
        #expect(lines.contains("m=audio 9 UDP/TLS/RTP/SAVPF 111"))
        #expect(lines.contains("a=fmtp:111 minptime=10;useinbandfec=1"))
        #expect(lines.contains("m=application 9 UDP/DTLS/SCTP webrtc-datachannel"))
        #expect(lines.filter { $0 == "a=setup:actpass" }.count == 2)
        #expect(lines.filter { $0.hasPrefix("a=candidate:") }.count == 2)
        #expect(lines.filter { $0 == "a=end-of-candidates" }.count == 1)
    }

    @Test(arguments: [true, false])
    func `an offer is the same when written and read again`(hasData: Bool) throws {
        let offer = Samples.offer(hasData: hasData)
        #expect(try PeerDescription.parse(offer.text()) == offer)
    }

    @Test func `an offer of telephony codecs needs no dynamic numbers`() throws {
        let formats: [AudioFormat] = [
            .usual(.pcmu, payloadType: 0), .usual(.pcma, payloadType: 8),
        ]
        let offer = PeerDescription.offer(
            from: Samples.endpoint, formats: formats, direction: .sendonly, levelID: nil,
            hasData: false)

        let read = try PeerDescription.parse(offer.text())

        #expect(read.audio.formats == formats)
        #expect(read.audio.direction == .sendonly && read.audio.levelID == nil)
        #expect(read.data == nil && read.bundle == ["0"])
    }

    @Test func `one who does not send names no stream`() {
        let offer = PeerDescription.offer(
            from: Samples.endpoint, formats: [.usual(.opus, payloadType: 111)],
            direction: .recvonly, hasData: false)
        #expect(!offer.text().contains("a=msid:"))
    }
}

import Testing
import WebRTCCore

struct SDPProblemTests {
    private func answerProblem(
        to offer: PeerDescription = Samples.offer(), _ lines: [String]
    ) throws -> SDPProblem? {
        let answer = try PeerDescription.parse(Samples.text(lines))
        do throws(SDPProblem) {
            _ = try Negotiated(offer: offer, answer: answer, as: .offerer)
            return nil
        } catch {
            return error
        }
    }

    @Test func `what is no description is named as such`() {
        let page = Samples.problem(of: "<html><body>502 Bad Gateway</body></html>")
        #expect(page?.code == .syntax && page?.line == 1)
        #expect(Samples.problem(of: "")?.code == .syntax)
        #expect(Samples.problem(of: Samples.text([]))?.code == .noAudio)
        let video = ["m=video 9 UDP/TLS/RTP/SAVPF 96"] + Samples.transport
        #expect(Samples.problem(of: Samples.text(video))?.code == .noAudio)
    }

    @Test(arguments: [
        (["m=audio"], SDPProblem.Code.syntax, 5),
        (["m=audio nine UDP/TLS/RTP/SAVPF 111"], .syntax, 5),
        (["m=audio 99999 UDP/TLS/RTP/SAVPF 111"], .syntax, 5),
        (Samples.audio(port: 0), .audioRefused, 5),
        (Samples.audio("63"), .noCommonCodec, 5),
        (Samples.audio("72", extra: ["a=rtpmap:72 opus/48000/2"]), .noCommonCodec, 5),
        (["m=audio 9 RTP/AVP 0", "a=mid:0"], .noCommonCodec, 5),
        (["", "m=audio 9 UDP/TLS/RTP/SAVPF 0"], .noCredentials, 6),
        (["m=audio 9 UDP/TLS/RTP/SAVPF 0", "a=ice-ufrag:a", "a=ice-pwd:b"], .noCredentials, 6),
        (["m=audio 9 UDP/TLS/RTP/SAVPF 0"] + Samples.transport + ["a=mid:"], .syntax, 10),
        (Samples.audio() + Samples.audio(), .syntax, 14),
        (["a=setup:holdconn"] + Samples.audio().filter { !$0.contains("setup") }, .setup, 5),
        (
            ["a=fingerprint:sha-256 AB"]
                + Samples.audio().filter { !$0.contains("fingerprint") }, .syntax, 5
        ),
    ])
    func `a line that cannot be used is told by its number`(
        lines: [String], code: SDPProblem.Code, number: Int
    ) {
        let problem = Samples.problem(of: Samples.text(lines))
        #expect(problem?.code == code)
        #expect(problem?.line == number)
        #expect(problem.map { "\($0)".hasPrefix("line \(number): ") } == true)
    }

    @Test func `a description larger than any peer's is refused`() {
        let long = Samples.text(Samples.audio() + [String(repeating: "x", count: 65_536)])
        #expect(Samples.problem(of: long)?.code == .tooLarge)
        let manyLines = Samples.text(Array(repeating: "a=x", count: 5_000))
        #expect(Samples.problem(of: manyLines)?.code == .tooLarge)
        let sections = Array(repeating: "m=video 0 RTP/AVP 1", count: 65)
        #expect(Samples.problem(of: Samples.text(sections))?.code == .tooLarge)
        let candidates = Array(
            repeating: "a=candidate:1 1 udp 1 10.0.0.1 9 typ host", count: 129)
        let flood = Samples.problem(of: Samples.text(Samples.audio() + candidates))
        #expect(flood?.code == .tooLarge && flood?.line == 4 + 8 + 129)
        let prints = Array(repeating: Samples.fingerprint, count: 17)
        #expect(Samples.problem(of: Samples.text(Samples.audio() + prints))?.code == .tooLarge)
    }

    @Test func `a peer that cannot be known or reached on one port is refused`() throws {
        let answer = Samples.audio().map { $0 == "a=setup:actpass" ? "a=setup:active" : $0 }
        let offer = Samples.offer(hasData: false)
        #expect(try answerProblem(to: offer, answer) == nil)

        let unprinted = answer.filter { !$0.contains("fingerprint") }
        #expect(try answerProblem(to: offer, unprinted)?.code == .noFingerprint)
        let sha1 = "a=fingerprint:sha-1 " + Array(repeating: "AB", count: 20).joined(separator: ":")
        #expect(try answerProblem(to: offer, unprinted + [sha1])?.code == .weakHash)
        let separate = answer.filter { $0 != "a=rtcp-mux" }
        #expect(try answerProblem(to: offer, separate)?.code == .noMultiplexing)
    }

    @Test func `an answer that does not fit its offer is refused`() throws {
        let audio = Samples.audio().map { $0 == "a=setup:actpass" ? "a=setup:active" : $0 }
        #expect(try answerProblem(audio)?.code == .doesNotFit, "one section of two")
        let swapped = ["a=group:BUNDLE 1 0"] + Samples.data() + audio
        #expect(try answerProblem(swapped)?.code == .doesNotFit)
        let renamed = Samples.offer(hasData: false)
        let other = audio.map { $0 == "a=mid:0" ? "a=mid:x" : $0 }
        #expect(try answerProblem(to: renamed, other)?.code == .doesNotFit)
        let pcmu = audio.map { $0.replacing("SAVPF 111", with: "SAVPF 0") }
        #expect(try answerProblem(to: renamed, pcmu)?.code == .noCommonCodec)
        let both = audio.map { $0 == "a=setup:active" ? "a=setup:actpass" : $0 }
        #expect(try answerProblem(to: renamed, both)?.code == .setup)
    }

    @Test func `refused data leaves the audio`() throws {
        let refused = [
            "m=application 0 UDP/DTLS/SCTP webrtc-datachannel", "a=mid:1",
        ]
        let audio = Samples.audio().map { $0 == "a=setup:actpass" ? "a=setup:active" : $0 }
        let answer = try PeerDescription.parse(
            Samples.text(["a=group:BUNDLE 0"] + audio + refused))
        let agreed = try Negotiated(offer: Samples.offer(), answer: answer, as: .offerer)
        #expect(agreed.data == nil && agreed.codec == .opus)
    }

    @Test func `an offer is answered only with a codec and a role that go with it`() throws {
        let offer = try PeerDescription.parse(Samples.text(Samples.audio()))
        #expect(throws: SDPProblem.self) {
            try PeerDescription.answer(
                to: offer, from: Samples.endpoint, codecs: [.pcmu], setup: .active)
        }
        #expect(throws: SDPProblem.self) {
            try PeerDescription.answer(to: offer, from: Samples.endpoint, setup: .actpass)
        }
        let active = try PeerDescription.parse(
            Samples.text(Samples.audio()).replacing("actpass", with: "active"))
        #expect(throws: SDPProblem.self) {
            try PeerDescription.answer(to: active, from: Samples.endpoint, setup: .active)
        }
    }

    @Test func `no problem tells a password`() {
        let short = Samples.text(Samples.audio()).replacing("abcd", with: "a")
        let problem = Samples.problem(of: short)
        #expect(problem?.code == .noCredentials)
        #expect(problem.map { !"\($0)".contains("secret") } == true)
    }

    @Test func `quoted values are short and visible`() {
        let value = "\u{1B}[31m" + String(repeating: "z", count: 200)
        let text = Samples.text(Samples.audio()).replacing("setup:actpass", with: "setup:" + value)
        let message = Samples.problem(of: text)?.message ?? ""
        #expect(message.contains("?[31mzzz") && message.utf8.count < 120)
    }
}

import Drivers
import Testing

@Suite struct AgentURLTests {
    @Test func `a URL is taken apart`() throws {
        let url = try AgentURL("wss://voice.example.com/v1/realtime?model=a%20b#top")
        #expect(url.scheme == .wss)
        #expect(url.host == "voice.example.com")
        #expect(url.port == 443)
        #expect(url.target == "/v1/realtime?model=a%20b")
        #expect(url.authority == "voice.example.com")
    }

    @Test func `numeric hosts, ports and bare hosts are understood`() throws {
        let v6 = try AgentURL("ws://[::1]:9000")
        #expect(v6.host == "::1")
        #expect(v6.port == 9_000)
        #expect(v6.target == "/")
        #expect(v6.authority == "[::1]:9000")
        let rtp = try AgentURL("RTP://10.0.0.1:5004")
        #expect(rtp.scheme == .rtp)
        #expect(rtp.port == 5_004)
        let bare = try AgentURL("ws://a?x=1")
        #expect(bare.target == "/?x=1")
    }

    @Test(arguments: [
        "http://a/", "ws:/a", "ws://", "ws://:80", "rtp://a", "ws://a:0", "ws://a:99999",
        "ws://a:b",
        "", "wss",
    ])
    func `what is no agent's URL is refused`(text: String) {
        #expect(throws: AgentURL.Problem.self) { try AgentURL(text) }
    }

    @Test func `credentials in a URL are refused and not repeated`() {
        do {
            _ = try AgentURL("wss://user:hunter2@example.com/")
            Issue.record("credentials were accepted")
        } catch {
            #expect(!error.message.contains("hunter2"))
        }
    }
}

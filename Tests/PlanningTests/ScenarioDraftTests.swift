import Audio
import Foundation
import Planning
import Testing

private let nameless = "a parameter without a name or a value"

@Suite struct ScenarioDraftTests {
    /// The scenario a draft describes, its clips looked up in the gallery.
    private func scenario(_ address: String) throws -> Scenario {
        let text = try ScenarioDraft(forAgentAt: address).text
        let gallery = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Scenarios/clips").path
        return try ScenarioFile.parse(
            text, file: "draft.yaml", library: ClipLibrary(folders: [gallery])
        ).get()
    }

    @Test(arguments: [
        ("ws://127.0.0.1:8080/v1/realtime", "websocket"),
        ("wss://api.example.com/voice", "websocket"),
        ("rtp://10.0.0.5:5004", "rtp"), ("http://127.0.0.1:8090/whip", "webrtc"),
        ("https://media.example.net/whip", "webrtc"), ("ws://[::1]:9/x?model=a&b=c", "websocket"),
    ])
    func `what is written for every scheme validates, and calls that address`(
        address: String, transport: String
    ) throws {
        let scenario = try scenario(address)

        let path = try #require(scenario.paths.first)
        #expect(scenario.paths.count == 1)
        #expect(path.transport.rawValue == transport)
        #expect(path.url == address)
        #expect(scenario.agent == nil)
        #expect(scenario.dialogue.count == 4)
    }

    @Test func `signalling follows from the address`() throws {
        for (address, kind) in [
            ("https://a.example/whip", "whip"), ("https://a.example/", "whip"),
            ("https://api.openai.com/v1/realtime/calls", "sdp-post"),
            ("http://127.0.0.1:7860/api/offer", "json-offer"),
        ] {
            let text = try ScenarioDraft(forAgentAt: address).text
            #expect(text.contains("    signalling: \(kind)\n"), "\(address)")
        }
    }

    @Test func `a key is asked for where the address is encrypted, by the name of a variable`()
        throws
    {
        let openAI = try ScenarioDraft(forAgentAt: "wss://api.openai.com/v1/realtime?model=m")
        let own = try ScenarioDraft(forAgentAt: "https://agent.example/whip")
        let local = try ScenarioDraft(forAgentAt: "ws://127.0.0.1:1/x")

        #expect(openAI.variable == "OPENAI_API_KEY" && own.variable == "AGENT_API_KEY")
        #expect(openAI.text.contains("\n    auth: {bearer: OPENAI_API_KEY}\n"))
        #expect(local.variable == nil)
        #expect(local.text.contains("\n    # auth: {bearer: AGENT_API_KEY}\n"))
    }

    @Test func `no secret of an address is written down`() throws {
        let draft = try ScenarioDraft(
            forAgentAt:
                "wss://mallory:hunter2@a.example/x?model=m&api_key=s3cret&Token=t0ken#s3cret")

        for secret in ["mallory", "hunter2", "s3cret", "t0ken", "api_key", "@"] {
            #expect(!draft.text.contains(secret), "\(secret)")
        }
        #expect(draft.text.contains("url: \"wss://a.example/x?model=m\"\n"))
        #expect(draft.leftOut == ["its user and password", "'api_key'", "'token'"])
    }

    @Test(arguments: [
        ("?pwd=S3CRET&pass=S3CRET&ticket=S3CRET&sid=S3CRET", "'pwd' 'pass' 'ticket' 'sid'"),
        ("?a=1;token=S3CRET", "'token'"), ("?%74oken=S3CRET", "'token'"),
        ("?accessToken=S3CRET&X-Amz-Signature=S3CRET", "'accesstoken' 'x-amz-signature'"),
        ("?code=S3CRET&sig=S3CRET", "'code' 'sig'"),
        ("?sk-live-S3CRET-and-more", nameless), ("?sk_S3CRET", nameless), ("?=S3CRET", nameless),
        ("?S3CRETS3CRETS3CRET==", nameless), ("?apikey%3DS3CRET=S3CRET", nameless),
        ("?token-S3CRET=", nameless),
    ])
    func `keys are found however they are written`(query: String, found: String) throws {
        let draft = try ScenarioDraft(forAgentAt: "wss://h.example/x" + query)

        #expect(!draft.text.lowercased().contains("s3cret") && !found.contains("s3cret"))
        #expect(draft.leftOut.joined(separator: " ") == found)
    }

    @Test(arguments: [
        "?design=a&signal=b", "?codec=opus&language_code=en&max_tokens=5", "?author=me&keyboard=us",
        "?debug&verbose=&model=m;voice=v",
    ])
    func `what only sounds like a key stays`(query: String) throws {
        let draft = try ScenarioDraft(forAgentAt: "wss://h.example/x" + query)

        #expect(draft.leftOut.isEmpty)
        #expect(draft.text.contains("url: \"wss://h.example/x\(query)\"\n"))
    }

    @Test func `a password with a slash in it is refused and not repeated`() {
        let problem = #expect(throws: DraftProblem.self) {
            try ScenarioDraft(forAgentAt: "wss://user:12/hunter2@host/x")
        }
        #expect(problem?.message.contains("@ in its path") == true)
        #expect(problem?.message.contains("hunter2") == false)
    }

    @Test(arguments: [
        ("localhost:8080", "no address"), ("", "no address"), ("ws://", "no address"),
        ("ftp://a.example/x", "ftp://"), ("rtp://10.0.0.5", "port"),
        ("rtp://10.0.0.5:5004/path", "no more"), ("ws://a b/", "no address"),
        ("ws://host:99999/", "no address"), ("ws://[::1", "no address"),
        ("ws://::1/x", "no address"), ("https://[]/", "no address"), ("ws://ho\"st/", "no address"),
        ("ws://[1]/", "no address"), ("ws://[::1]x/", "no address"), ("ws://a]:1/", "no address"),
    ])
    func `what is no agent's address is refused with what would be right`(
        address: String, word: String
    ) {
        let problem = #expect(throws: DraftProblem.self) {
            try ScenarioDraft(forAgentAt: address)
        }
        #expect(problem?.message.contains(word) == true, "\(String(describing: problem))")
        #expect(problem?.message.contains("write ") == true)
    }
}

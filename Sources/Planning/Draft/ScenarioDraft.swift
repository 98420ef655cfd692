/// A first scenario for somebody's own agent, written from its address alone.
package struct ScenarioDraft: Equatable, Sendable {
    /// The file's text, with a comment on every choice.
    ///
    /// It validates where the clips are.
    package let text: String
    /// What of the address was a secret and stands nowhere in the text, named without its value.
    package let leftOut: [String]
    /// The environment variable that the agent's key is expected in; `nil` where the file asks for
    /// none.
    package let variable: String?

    /// - Parameter address: of the agent, as in `wss://api.example.com/v1/realtime`.
    /// - Throws: a `DraftProblem` for what is no address of an agent.
    package init(forAgentAt address: String) throws(DraftProblem) {
        let agent = try AgentAddress(address)
        let path = PathDraft(agent)
        variable = agent.isSecure ? path.variable : nil
        leftOut = agent.leftOut
        text = """
            # A first scenario for an agent of your own, at \(agent.url)
            #
            #   talkover validate THIS_FILE            names every problem, and opens no socket
            #   talkover run THIS_FILE --callers 1     one caller first: calls may cost money
            #   talkover run THIS_FILE
            #
            # Every key is explained by `scenario.schema.json` and the README.
            name: my-agent
            description: First questions to my agent
            seed: 1                      # the same seed says the same words at the same distances

            paths:
            \(path.text)
            # Two callers with three calls each: six answers, the fewest that a median with an interval
            # needs. A 95th percentile needs 72, so raise `callers` or `calls_each` once it works.
            load: {callers: 2, ramp: 2s, calls_each: 3}

            turn_timeout: 10s            # no answer by then is counted, never dropped
            control: 0                   # with more calls 0.1: a tenth do not interrupt, for comparison

            # One call, step by step. A clip is a name in Scenarios/clips, or a WAV file of your own.
            dialogue:
              - say: opening_hours
                expect: response
              # Cut in 0.6 to 1.5 s after the caller hears the agent begin. It should fall silent.
              - say: hold_on
                after: agent_speech_start
                delay: {uniform: [600ms, 1500ms]}
                kind: interrupt
                expect: cut
              - wait: response
              - hang_up

            # What is good enough, in k6's grammar. Run it once, then decide; a missed one exits with 1.
            # objectives:
            #   first_audio: ["p(50)<800ms"]
            #   barge_in_cut: ["p(50)<400ms"]
            #   response_rate: ["rate>0.97"]

            """
    }
}

/// The path of a draft: the keys that reach the agent, and why.
private struct PathDraft {
    let text: String
    /// Where the agent's key is looked up.
    let variable: String

    init(_ agent: AgentAddress) {
        variable = agent.host.hasSuffix("openai.com") ? "OPENAI_API_KEY" : "AGENT_API_KEY"
        var lines: [String]
        switch agent.transport {
        case .websocket: lines = Self.webSocket(agent)
        case .rtp: lines = Self.packets(agent)
        case .webrtc: lines = Self.webRTC(agent)
        }
        if agent.transport != .rtp { lines += Self.key(agent, variable) }
        text = "  agent:\n" + lines.map { "    \($0)\n" }.joined()
    }

    private static func webSocket(_ agent: AgentAddress) -> [String] {
        [
            "transport: websocket       # from the address: ws:// and wss:// are WebSockets",
            "# The wire protocol. `openai-realtime` is JSON as OpenAI's Realtime API and its many",
            "# relatives speak it. An agent of your own may take `binary`: one codec frame a message,",
            "# told in the Architecture page; its `codec` is then opus or pcm16.",
            "dialect: openai-realtime",
            "url: \(quoted(agent.url))",
            "# Merged into the session's first message; what an agent understands differs.",
            "# session: {instructions: \"Answer in two sentences.\"}",
        ]
    }

    private static func packets(_ agent: AgentAddress) -> [String] {
        [
            "transport: rtp             # from the address: plain RTP, without signalling",
            "# The agent answers to the port it was called from. pcmu is G.711, which everything",
            "# on a telephone speaks; opus and pcma are the others.",
            "codec: pcmu",
            "url: \(quoted(agent.url))",
            "player: {jitter_buffer: 60ms}   # how the caller's end plays packets; or adaptive",
        ]
    }

    private static func webRTC(_ agent: AgentAddress) -> [String] {
        let signalling = agent.signalling ?? .whip
        return [
            "transport: webrtc          # from the address: http(s):// is where an offer is sent",
            "# How offer and answer are exchanged: whip (RFC 9725), sdp-post (a bare SDP, as OpenAI's",
            "# /v1/realtime/calls) or json-offer ({sdp, type}, as aiortc, FastRTC and Pipecat).",
            "signalling: \(signalling.rawValue)",
            "url: \(quoted(agent.url))",
            "codec: opus",
            "# Events of the agent on a data channel, where it has any of this protocol:",
            "# dialect: openai-realtime",
            "# ice_servers: [{urls: \"stun:stun.example.com:3478\"}]",
        ]
    }

    private static func key(_ agent: AgentAddress, _ variable: String) -> [String] {
        [
            "# The name of an environment variable that holds the key; never the key itself. It is",
            "# sent to the agent only, as `Authorization: Bearer …`. Another header:",
            "#   auth: {header: {X-Api-Key: \(variable)}}",
            agent.isSecure
                ? "auth: {bearer: \(variable)}" : "# auth: {bearer: \(variable)}",
        ]
    }

    /// A double-quoted scalar of YAML.
    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}

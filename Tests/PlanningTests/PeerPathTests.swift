import Audio
import Testing
import Timeline

@testable import Planning

/// WebRTC and hybrid paths: what their keys mean, and what is wrong with some.
@Suite struct PeerPathTests {
    typealias Case = ScenarioProblemTests.Case

    private func path(_ keys: String) throws -> PathConfiguration {
        try #require(Pattern.path(keys).scenario().paths.first)
    }

    @Test func `a webrtc path needs no other key`() throws {
        let scenario = try Pattern.path("transport: webrtc").scenario()

        #expect(
            scenario.paths == [
                PathConfiguration(
                    name: "p", transport: .webrtc, codec: .opus,
                    player: .jitterBuffer(.milliseconds(60)), signalling: .whip,
                    events: .openAIRealtime, icePolicy: .all)
            ]
        )
        #expect(scenario.agent != nil)
        #expect(scenario.paths.first?.interval == .milliseconds(20))
    }

    @Test(arguments: [
        ("", EventsDialect.openAIRealtime),
        ("dialect: none", nil), ("dialect: text", .text),
        ("url: \"https://h/whip\"", nil),
        ("url: \"https://h/offer\", signalling: json-offer", nil),
        ("url: \"https://h/calls\", signalling: sdp-post", .openAIRealtime),
        ("url: \"https://h/calls\", signalling: sdp-post, dialect: none", nil),
        ("url: \"https://h/whip\", dialect: text", .text),
    ])
    func `the events channel is there where the agent is known to have one`(
        keys: String, events: EventsDialect?
    ) throws {
        let more = keys.isEmpty ? "" : ", " + keys

        #expect(try path("transport: webrtc" + more).events == events)
    }

    @Test func `everything a real WebRTC target may need is read`() throws {
        let paths = """
            paths:
              vendor:
                transport: webrtc
                url: "https://api.example.com/api/offer?x=1"
                signalling: json-offer
                signalling_fields: {webrtc_id: "{call_id}", tries: 2, deep: {on: true}}
                codec: pcmu
                headers: {X-Tenant: blue}
                auth: {bearer: VENDOR_KEY}
                tls: {insecure: true}
                ice_transport: relay
                ice_servers:
                  - urls: "stun:stun.example.com"
                  - urls: ["turn:turn.example.com:3479?transport=tcp", "turn:[2001:db8::1]"]
                    username: alice
                    credential: {env: TURN_PASSWORD}
                  - {urls: "TURN:10.0.0.1?transport=udp", username: {env: U}, credential: {env: P}}
                player: {jitter_buffer: adaptive}
            """

        let path = try #require(Pattern(paths: paths).scenario().paths.first)

        #expect(
            path.signallingFields == #"{"webrtc_id":"{call_id}","tries":2,"deep":{"on":true}}"#)
        #expect(path.signalling == .jsonOffer)
        #expect(path.headers == [Header(name: "X-Tenant", value: "blue")])
        #expect(path.authorization == .bearer(variable: "VENDOR_KEY"))
        #expect(path.tls == TLSTrust(isInsecure: true))
        #expect(path.icePolicy == .relay)
        #expect(path.player == .adaptiveJitterBuffer)
        #expect(
            path.iceServers == [
                ICEServer(urls: [ICEServerURL(scheme: .stun, host: "stun.example.com")]),
                ICEServer(
                    urls: [
                        ICEServerURL(
                            scheme: .turn, host: "turn.example.com", port: 3_479, transport: .tcp),
                        ICEServerURL(scheme: .turn, host: "2001:db8::1"),
                    ],
                    username: .text("alice"), credentialVariable: "TURN_PASSWORD"),
                ICEServer(
                    urls: [ICEServerURL(scheme: .turn, host: "10.0.0.1")],
                    username: .variable("U"), credentialVariable: "P"),
            ]
        )
    }

    @Test func `a hybrid is an edge and an upstream`() throws {
        let paths = """
            paths:
              a: {transport: hybrid, upstream: {dialect: openai-realtime}}
              b:
                transport: hybrid
                edge: rtp
                codec: pcma
                ptime: 40ms
                upstream: {dialect: binary, codec: opus}
              c:
                transport: hybrid
                upstream:
                  transport: websocket
                  dialect: openai-realtime
                  url: "wss://agent.example.com/v1/realtime"
                  chunk: 100ms
                  session: {voice: alloy}
                  headers: {OpenAI-Beta: realtime=v1}
                  auth: {header: {api-key: KEY}}
                  tls: {insecure: true}
            """

        let read = try Pattern(paths: paths).scenario().paths

        #expect(read.map(\.edge) == [.webrtc, .rtp, .webrtc])
        #expect(read.map(\.hasPeerSession) == [true, false, true])
        #expect(read.map(\.usesEmbeddedAgent) == [true, true, false])
        #expect(
            read.map(\.upstream) == [
                UpstreamConfiguration(dialect: .openAIRealtime, codec: .pcm16),
                UpstreamConfiguration(dialect: .binary, codec: .opus, chunk: .milliseconds(40)),
                UpstreamConfiguration(
                    dialect: .openAIRealtime, url: "wss://agent.example.com/v1/realtime",
                    codec: .pcm16, chunk: .milliseconds(100), session: #"{"voice":"alloy"}"#,
                    headers: [Header(name: "OpenAI-Beta", value: "realtime=v1")],
                    authorization: .header(name: "api-key", variable: "KEY"),
                    tls: TLSTrust(isInsecure: true)),
            ]
        )
    }

    @Test func `an upstream of its own, or a gateway of its own, needs no embedded agent`() throws {
        let real = "transport: hybrid, upstream: {dialect: binary, url: \"ws://h/b\"}"
        let gateway = "transport: hybrid, edge: rtp, url: \"rtp://h:5004\""

        #expect(try Pattern.path(real).scenario().agent == nil)
        #expect(try Pattern.path(gateway).scenario().agent == nil)
        #expect(try path(gateway).upstream == nil)
    }

    @Test func `a target is the agent behind the gateway, or the gateway`() throws {
        let hybrid = Pattern.path("transport: hybrid, upstream: {dialect: binary}")

        let agent = try hybrid.scenario(ScenarioOverrides(target: "ws://h:1/b")).paths[0]
        let gateway = try hybrid.scenario(ScenarioOverrides(target: "http://h:1/whip")).paths[0]

        #expect(agent.url == nil)
        #expect(agent.upstream?.url == "ws://h:1/b")
        #expect(gateway.url == "http://h:1/whip")
        #expect(gateway.upstream == nil)
    }

    static let webrtc = [
        Case(
            .path("transport: webrtc, signalling: sip"),
            "3: 'signalling' is 'sip'; write whip, sdp-post or json-offer"),
        Case(
            .path("transport: webrtc, signalling: whip, signalling_fields: {a: b}"),
            "3: 'signalling_fields' goes into a JSON offer; write signalling: json-offer, or leave "
                + "it out"),
        Case(
            .path("transport: webrtc, dialect: binary"),
            "3: 'dialect' is 'binary'; write openai-realtime, text or none"),
        Case(
            .path("transport: webrtc, codec: pcm16"),
            "3: 'codec' is 'pcm16', which webrtc does not carry; write opus, pcmu or pcma"),
        Case(
            .path("transport: webrtc, url: \"ws://h/v1\""),
            "3: 'url' begins with ws://, which is not for webrtc; write https://host/path or "
                + "http://host:port/path"),
        Case(
            .path("transport: webrtc, tls: {insecure: true}"),
            "3: 'tls' is for a url of https://; leave it out"),
        Case(
            .path("transport: webrtc, url: \"https://h/w\", session: {voice: alloy}"),
            "3: 'session' goes out with signalling: sdp-post or on the events channel of dialect: "
                + "openai-realtime; leave it out, or write one of them"),
        Case(
            .path("transport: webrtc, chunk: 40ms"),
            "3: unknown key 'chunk' in path 'p'; it takes transport, url, signalling, "
                + "signalling_fields, dialect, codec, ptime, dtx, session, headers, auth, tls, "
                + "ice_servers, ice_transport, payload_type, level_id, rtcp, player"),
        Case(
            .path("transport: webrtc, player: {flush: never}"),
            "3: unknown key 'flush' in the player of a webrtc path; it takes jitter_buffer",
            "3: 'player' has no 'jitter_buffer'; write {jitter_buffer: 60ms} or {jitter_buffer: "
                + "adaptive}"),
        Case(
            .path("transport: webrtc, network: {}"),
            "3: 'network' is not in this version; leave it out"),
        Case(
            .path("transport: webrtc, ice_transport: relay"),
            "3: 'ice_transport: relay' needs a TURN server; add one to 'ice_servers', or write all"
        ),
    ]

    private static func servers(_ text: String) -> Pattern {
        .path("transport: webrtc, ice_servers: \(text)")
    }

    static let servers = [
        Case(
            servers("{urls: \"stun:h\"}"),
            "3: 'ice_servers' is no list; write [{urls: \"stun:host:3478\"}]"),
        Case(
            servers("[\"stun:h\"]"),
            "3: an item of 'ice_servers' is no mapping; write [{urls: \"stun:host:3478\"}]"),
        Case(servers("[{}]"), "3: an ICE server has no 'urls'; write urls: \"stun:host\""),
        Case(
            servers("[{urls: []}]"),
            "3: 'urls' is a list; name at least one server, as in stun:host:3478"),
        Case(
            servers("[{urls: \"turns:h:5349\"}]"),
            "3: 'turns:' is not in this version; write turn:host:3478"),
        Case(
            servers("[{urls: \"https://h\"}]"),
            "3: 'urls' holds what is no server; write stun:host:3478 or "
                + "turn:host:3478?transport=udp"),
        Case(
            servers("[{urls: \"stun:h:99999\"}]"),
            "3: 'urls' holds no address of a server; write stun:host:3478"),
        Case(
            servers("[{urls: \"stun:h?transport=udp\"}]"),
            "3: 'urls' holds no address of a server; write stun:host:3478"),
        Case(
            servers("[{urls: \"turn:h?transport=tls\", username: a, credential: {env: P}}]"),
            "3: 'urls' holds no address of a server; write turn:host:3478?transport=tcp"),
        Case(
            servers("[{urls: \"turn:h\"}]"),
            "3: the TURN server 'h' has no 'username'; write username: name, credential: {env: "
                + "TURN_PASSWORD}",
            "3: the TURN server 'h' has no 'credential'; write username: name, credential: {env: "
                + "TURN_PASSWORD}"),
        Case(
            servers("[{urls: \"turn:h\", username: a, credential: hunter2}]"),
            "3: 'credential' takes the name of an environment variable, as in {env: "
                + "TURN_PASSWORD}, never the secret itself"),
    ]

    static let hybrid = [
        Case(
            .path("transport: hybrid"),
            "3: path 'p' has no 'upstream'; write upstream: {dialect: openai-realtime}"),
        Case(
            .path("transport: hybrid, upstream: {}"),
            "3: 'upstream' has no 'dialect'; write dialect: openai-realtime or dialect: binary"),
        Case(
            .path("transport: hybrid, edge: websocket, upstream: {dialect: binary}"),
            "3: 'edge' is 'websocket'; write webrtc or rtp"),
        Case(
            .path("transport: hybrid, edge: rtp, signalling: whip, upstream: {dialect: binary}"),
            "3: 'signalling' is for edge: webrtc; leave it out"),
        Case(
            .path("transport: hybrid, edge: rtp, url: \"http://h/w\""),
            "3: 'url' begins with http://, which is not for rtp; write rtp://host:port"),
        Case(
            .path("transport: hybrid, url: \"http://h/w\", upstream: {dialect: binary}"),
            "3: 'upstream' is for the gateway that a run starts itself; 'url' names another one; "
                + "leave it out"),
        Case(
            .path("transport: hybrid, upstream: {dialect: binary, transport: rtp}"),
            "3: 'transport' is 'rtp'; the gateway speaks websocket to the agent; leave it out"),
        Case(
            .path("transport: hybrid, upstream: {dialect: binary, codec: pcmu}"),
            "3: 'codec' is 'pcmu', which binary does not carry; write opus or pcm16"),
        Case(
            .path("transport: hybrid, upstream: {dialect: binary, chunk: 40ms}"),
            "3: 'chunk' is '40ms', but binary carries one frame a message; leave it out, or set "
                + "'ptime'"),
        Case(
            .path("transport: hybrid, upstream: {dialect: binary, ptime: 40ms}"),
            "3: unknown key 'ptime' in the upstream of path 'p'; it takes transport, url, "
                + "dialect, codec, chunk, session, headers, auth, tls"),
        Case(
            .path("transport: hybrid, upstream: {dialect: binary, url: \"http://h\"}"),
            "3: 'url' begins with http://, which is not for websocket; write ws://host:port/path "
                + "or wss://host/path"),
    ]

    @Test(arguments: webrtc + servers + hybrid)
    func `a problem of a path names its line and what would be right`(one: Case) {
        #expect(one.pattern.problems() == one.problems)
    }

    @Test(arguments: [
        "[{urls: \"turn:me:hunter2@h\", username: a, credential: {env: P}}]",
        "[{urls: \"turn:h\", username: a, credential: hunter2}]",
        "[{urls: \"turn:h\", username: a, credential: [hunter2]}]",
        "[{urls: \"turn:h\", username: a, credential: {env: hunter2}}]",
        "[{urls: hunter2}]", "[hunter2]", "hunter2",
    ])
    func `what may be a secret of a server is never repeated`(text: String) {
        let problems = Self.servers(text).problems()

        #expect(!problems.isEmpty)
        #expect(!problems.contains { $0.contains("hunter2") })
    }

    @Test func `any text is a server or a fault`() {
        let seeds = [
            "stun:stun.example.com:3478", "turn:[2001:db8::1]:3479?transport=tcp", "turns:h?x",
            "turn:user:pass@h:1?transport=udp",
        ]
        var generator = SeededGenerator(seed: 11, stream: "servers")
        var read = 0
        for round in 0..<20_000 {
            var bytes = Array(seeds[round % seeds.count].utf8)
            for _ in 0...Int(generator.next() % 3) where !bytes.isEmpty {
                let place = Int(generator.next() % UInt64(bytes.count))
                switch generator.next() % 3 {
                case 0: bytes.remove(at: place)
                case 1: bytes[place] = UInt8(truncatingIfNeeded: generator.next())
                default: bytes.insert(contentsOf: bytes[place...].prefix(4), at: place)
                }
            }
            guard let url = try? ICEServerURL(String(decoding: bytes, as: UTF8.self)) else {
                continue
            }
            read += 1
            #expect(!url.host.isEmpty && url.port > 0, "round \(round)")
        }
        #expect(read > 1_000)
    }
}

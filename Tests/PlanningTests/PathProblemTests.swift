import Planning
import Testing

@Suite struct PathProblemTests {
    typealias Case = ScenarioProblemTests.Case

    static let keys = [
        Case(
            .path("codec: opus"),
            "3: path 'p' has no 'transport'; write transport: websocket or transport: rtp"),
        Case(
            .path("transport: rest"),
            "3: 'transport: rest' is not in this version; write websocket, rtp, webrtc or hybrid"),
        Case(
            .path("transport: websockets"),
            "3: 'transport' is 'websockets'; did you mean 'websocket'?"),
        Case(
            .path("transport: rtp, signalling: whip"),
            "3: unknown key 'signalling' in path 'p'; it takes transport, url, codec, ptime, dtx, "
                + "payload_type, level_id, rtcp, player"),
        Case(
            .path("transport: rtp, network: {}"),
            "3: 'network' is not in this version; leave it out"),
        Case(
            .path("transport: rtp, rtcp: split"),
            "3: 'rtcp' is 'split'; this version knows 'mux' alone"),
        Case(
            .path("transport: rtp, dialect: binary"),
            "3: unknown key 'dialect' in path 'p'; it takes transport, url, codec, ptime, dtx, "
                + "payload_type, level_id, rtcp, player"
        ),
        Case(
            .path("transport: websocket"),
            "3: path 'p' has no 'dialect'; write dialect: openai-realtime or dialect: binary"),
        Case(
            .path("transport: websocket, dialect: openai"),
            "3: 'dialect' is 'openai'; write openai-realtime or binary"),
        Case(
            .path("transport: websocket, dialect: openai_realtime"),
            "3: 'dialect' is 'openai_realtime'; did you mean 'openai-realtime'?"),
        Case(
            .path("transport: websocket, dialect: openai-realtime, codec: opus"),
            "3: 'codec' is 'opus', which openai-realtime does not carry; write pcm16, pcmu or pcma"),
        Case(
            .path("transport: websocket, dialect: binary, codec: pcmu"),
            "3: 'codec' is 'pcmu', which binary does not carry; write opus or pcm16"),
        Case(
            .path("transport: rtp, codec: g722"),
            "3: 'codec' is 'g722'; write opus, pcm16, pcmu or pcma"),
        Case(
            .path("transport: rtp, ptime: 30ms"),
            "3: 'ptime' is '30ms'; Opus has frames of 10ms, 20ms, 40ms or 60ms"),
        Case(
            .path("transport: rtp, ptime: 20"),
            "3: 'ptime' is '20' without a unit; write 250ms or 2s"),
        Case(
            .path("transport: rtp, codec: pcmu, ptime: 25ms"),
            "3: 'ptime' is '25ms'; write a multiple of 10ms"),
        Case(
            .path("transport: websocket, dialect: binary, chunk: 40ms"),
            "3: 'chunk' is '40ms', but binary carries one frame a message; leave it out, or set "
                + "'ptime'"
        ),
        Case(
            .path("transport: websocket, dialect: openai-realtime, chunk: 2s"),
            "3: 'chunk' is '2s'; write a duration from 10ms to 1s"),
        Case(
            .path("transport: rtp, payload_type: 72"),
            "3: 'payload_type' is '72'; write a whole number from 96 to 127"),
        Case(
            .path("transport: rtp, codec: pcmu, payload_type: 100"),
            "3: 'payload_type' is for opus; pcmu has its own, leave it out"),
        Case(
            .path("transport: rtp, level_id: 15"),
            "3: 'level_id' is '15'; write a whole number from 1 to 14"),
        Case(.path("transport: rtp, dtx: on"), "3: 'dtx' is 'on'; write true or false"),
        Case(
            .path("transport: rtp, player: {flush: never}"),
            "3: unknown key 'flush' in the player of an rtp path; it takes jitter_buffer",
            "3: 'player' has no 'jitter_buffer'; write {jitter_buffer: 60ms} or {jitter_buffer: "
                + "adaptive}"
        ),
        Case(
            .path("transport: websocket, dialect: binary, player: {jitter_buffer: 60ms}"),
            "3: unknown key 'jitter_buffer' in the player of a websocket path; it takes flush",
            "3: 'player' has no 'flush'; write {flush: on_event} or {flush: never}"),
        Case(
            .path("transport: rtp, player: {jitter_buffer: 60}"),
            "3: 'jitter_buffer' is '60' without a unit; write 250ms or 2s"),
        Case(
            Pattern(paths: "paths:\n  my path: {transport: rtp}"),
            "3: a path is named 'my path'; use letters, digits, '-' and '_'"),
        Case(
            Pattern(paths: "paths:\n  - rtp"),
            "3: 'paths' is a list; name at least one path, as in rtp: {transport: rtp}"),
        Case(
            Pattern(paths: "paths: {}\n"),
            "2: 'paths' is a mapping; name at least one path, as in rtp: {transport: rtp}"),
        Case(
            Pattern(paths: "paths:\n  rtp: rtp"),
            "3: 'rtp' is 'rtp'; write {transport: websocket, dialect: openai-realtime} or "
                + "{transport: rtp}"
        ),
    ]

    static let realtime = "transport: websocket, dialect: openai-realtime, "
    static let targets = [
        Case(
            .path("transport: rtp, url: \"ws://h:1\""),
            "3: 'url' begins with ws://, which is not for rtp; write rtp://host:port"),
        Case(
            .path("transport: rtp, url: \"rtp://host\""),
            "3: 'url' needs a host and a port and no more; write rtp://host:port"),
        Case(
            .path("transport: rtp, url: \"rtp://h:70000\""),
            "3: 'url' is no address; write rtp://host:port"),
        Case(
            .path(realtime + "url: localhost"),
            "3: 'url' is no address; write ws://host:port/path or wss://host/path"),
        Case(
            .path(realtime + "url: \"https://h/v1\""),
            "3: 'url' begins with https://, which is not for websocket; write "
                + "ws://host:port/path or wss://host/path"
        ),
        Case(
            .path(realtime + "url: \"wss://me:hunter2@h/v1\""),
            "3: 'url' holds a user or password; name an environment variable in 'auth' instead"),
        Case(
            .path(realtime + "url: \"wss://h/v1?model=m&api_key=s3cr3t\""),
            "3: 'url' holds 'api_key', which may be a key, and an address is kept with the run; "
                + "send the key in a header: name an environment variable in 'auth' instead"),
        Case(
            .path(realtime + "url: \"wss://me:12/hunter2@h/v1\""),
            "3: 'url' has an @ in its path, so what stands before it may be a password; write it "
                + "without, or as %40"),
        Case(
            .path(realtime + "url: \"ws://[::1\""),
            "3: 'url' is no address; write ws://host:port/path or wss://host/path"),
        Case(
            .path(realtime + "auth: {bearer: sk-proj-abc123}"),
            "3: 'auth' takes the name of an environment variable, as in API_KEY, never the key "
                + "itself"
        ),
        Case(
            .path(realtime + "auth: {header: {api-key: s3cr3t}}"),
            "3: 'auth' takes the name of an environment variable, as in API_KEY, never the key "
                + "itself"
        ),
        Case(
            .path(realtime + "auth: {bearer: A, header: {x: B}}"),
            "3: 'auth' has both bearer and header; keep one"),
        Case(
            .path(realtime + "auth: {header: {a b: KEY}}"),
            "3: 'header' holds what is no header's name"),
        Case(
            .path(realtime + "headers: {Authorization: Bearer sk-1}"),
            "3: 'Authorization' is a secret; write auth: {header: {Authorization: API_KEY}} with "
                + "the name of an environment variable"
        ),
        Case(
            .path(realtime + "headers: {X-A: \"1\\r\\nX-B: 2\"}"),
            "3: header 'X-A' is not one line of text"),
        Case(
            .path(realtime + "tls: {insecure: true}"),
            "3: 'tls' is for a url of wss://; leave it out"),
        Case(
            .path(realtime + "url: \"wss://h\", tls: {ca: nowhere.pem}"),
            "3: no file 'nowhere.pem'; 'ca' is a PEM file of the authorities to trust"),
        Case(
            .path(realtime + "session: alloy"),
            "3: 'session' is 'alloy'; write a mapping, as in {voice: alloy}"),
    ]

    @Test(arguments: keys + targets)
    func `a problem of a path names its line and what would be right`(one: Case) {
        #expect(one.pattern.problems() == one.problems)
    }

    @Test(arguments: [
        "auth: {bearer: sk-proj-abc123}", "auth: {bearer: [sk-proj-abc123]}",
        "auth: sk-proj-abc123",
        "auth: {header: {api-key: sk-proj-abc123}}", "auth: {header: sk-proj-abc123}",
        "headers: {authorization: sk-proj-abc123}", "headers: sk-proj-abc123",
        "url: \"ws://sk-proj-abc123@host\"", "url: \"ws://host/?sk-proj-abc123-and-so-on\"",
        "url: \"ws://host/?a=1;%74oken=sk-proj-abc123\"",
    ])
    func `what may be a secret is never repeated`(keys: String) {
        let problems = Pattern.path(Self.realtime + keys).problems()

        #expect(!problems.isEmpty)
        #expect(!problems.contains { $0.contains("abc123") })
    }

    @Test func `seventeen paths are too many to tell apart on the wire`() {
        let paths = (0..<17).map { "\n  p\($0): {transport: rtp}" }.joined()

        #expect(
            Pattern(paths: "paths:" + paths).problems() == [
                "t.yaml:2: 17 paths; a run compares at most 16"
            ]
        )
    }
}

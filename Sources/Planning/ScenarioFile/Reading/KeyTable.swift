/// The keys one mapping of a scenario takes: the only list of them, which the JSON Schema is checked against.
struct KeyTable: Sendable {
    /// Name of the schema's definition.
    let name: String
    /// How messages call the mapping.
    let title: String
    let keys: [String]
    /// Keys of the scenario format that this version does not have yet.
    let later: [String]

    init(_ name: String, _ title: String, _ keys: [String], later: [String] = []) {
        self.name = name
        self.title = title
        self.keys = keys
        self.later = later
    }

    static let scenario = KeyTable(
        "scenario", "the scenario",
        [
            "name", "description", "seed", "agent", "paths", "order", "load", "dialogue",
            "objectives",
            "turn_timeout", "hold", "warmup_turns", "control", "hearing",
        ],
        later: ["network"]
    )
    static let agent = KeyTable("agent", "'agent'", ["embedded"])
    static let embedded = KeyTable(
        "embedded", "the embedded agent",
        ["endpointing", "start", "think", "barge_in", "reply", "pace", "chunk", "seed"]
    )
    static let bargeIn = KeyTable("barge_in", "'barge_in'", ["policy", "after", "duck_db"])
    static let objective = KeyTable(
        "objective", "an objective", ["threshold", "abort_on_fail", "delay"])
    static let websocketPath = KeyTable(
        "websocket_path", "a websocket path",
        [
            "transport", "url", "dialect", "codec", "ptime", "chunk", "dtx", "session", "headers",
            "auth", "tls", "player",
        ],
        later: laterPathKeys
    )
    static let rtpPath = KeyTable(
        "rtp_path", "an rtp path",
        [
            "transport", "url", "codec", "ptime", "dtx", "payload_type", "level_id", "rtcp",
            "player",
        ],
        later: laterPathKeys
    )
    static let webrtcPath = KeyTable(
        "webrtc_path", "a webrtc path",
        [
            "transport", "url", "signalling", "signalling_fields", "dialect", "codec", "ptime",
            "dtx", "session", "headers", "auth", "tls", "ice_servers", "ice_transport",
            "payload_type", "level_id", "rtcp", "player",
        ],
        later: laterPathKeys
    )
    static let hybridPath = KeyTable(
        "hybrid_path", "a hybrid path",
        [
            "transport", "edge", "url", "signalling", "signalling_fields", "codec", "ptime", "dtx",
            "headers", "auth", "tls", "ice_servers", "ice_transport", "payload_type", "level_id",
            "rtcp", "player", "upstream",
        ],
        later: laterPathKeys
    )
    static let upstream = KeyTable(
        "upstream", "'upstream'",
        [
            "transport", "url", "dialect", "codec", "chunk", "session", "headers", "auth", "tls",
        ]
    )
    static let iceServer = KeyTable(
        "ice_server", "an ICE server", ["urls", "username", "credential"]
    )
    static let secret = KeyTable("secret", "a secret", ["env"])
    private static let laterPathKeys = ["network"]
    static let auth = KeyTable("auth", "'auth'", ["bearer", "header"])
    static let tls = KeyTable("tls", "'tls'", ["ca", "insecure"])
    static let websocketPlayer = KeyTable(
        "websocket_player", "the player of a websocket path", ["flush"]
    )
    static let rtpPlayer = KeyTable(
        "rtp_player", "the player of an rtp path", ["jitter_buffer"]
    )
    static let closedLoad = KeyTable(
        "closed_load", "a closed load", ["callers", "ramp", "calls_each", "for"]
    )
    static let openLoad = KeyTable(
        "open_load", "an open load", ["arrivals", "distribution", "for"]
    )
    static let say = KeyTable(
        "say_step", "a 'say' step", ["say", "after", "delay", "kind", "expect"]
    )
    static let wait = KeyTable("wait_step", "a 'wait' step", ["wait"])
    static let listen = KeyTable("listen_step", "a 'listen' step", ["listen"])
    static let pause = KeyTable("pause_step", "a 'pause' step", ["pause"])
    static let hangUp = KeyTable("hang_up_step", "'hang_up'", ["hang_up"])
    static let distribution = KeyTable(
        "distribution", "a distribution", ["uniform", "normal", "lognormal", "exponential"]
    )
    static let spread = KeyTable("spread", "a mean with its deviation", ["mean", "sd"])
    static let mean = KeyTable("mean", "an exponential distribution", ["mean"])

    /// Every table, in the order of the scenario's documentation.
    static let all = [
        scenario, agent, embedded, bargeIn, websocketPath, rtpPath, webrtcPath, hybridPath,
        upstream, iceServer, secret, auth, tls, websocketPlayer, rtpPlayer, closedLoad, openLoad,
        say, wait, listen, pause, hangUp, distribution, spread,
        mean, objective,
    ]
}

/// What came of an offer.
package struct SignallingAnswer: Equatable, Sendable {
    package var sdp: String
    /// What stands for the call at the agent's end; `nil` where it named none.
    package var session: SignallingURL?
    /// The agent's own name of the call: OpenAI's `rtc_…`, Pipecat's `pc_id`.
    package var callID: String?
    /// Of the session's ICE parameters, as it stands in `If-Match` (RFC 9725 §4.3).
    package var etag: String?
    /// Servers that the agent wants used, in its order.
    package var iceServers: [SignallingICEServer]

    package init(
        sdp: String, session: SignallingURL? = nil, callID: String? = nil, etag: String? = nil,
        iceServers: [SignallingICEServer] = []
    ) {
        self.sdp = sdp
        self.session = session
        self.callID = callID
        self.etag = etag
        self.iceServers = iceServers
    }
}

/// A STUN or TURN server an agent names; the credential is a secret.
package struct SignallingICEServer: Equatable, Sendable {
    /// As in `turn:turn.example.net:3478?transport=udp`.
    package var urls: [String]
    package var username: String?
    package var credential: String?

    package init(urls: [String], username: String? = nil, credential: String? = nil) {
        self.urls = urls
        self.username = username
        self.credential = credential
    }

    /// Members of `RTCIceServer`, where JSON answers hold a list of them.
    static func list(_ value: JSONValue?) -> [SignallingICEServer] {
        guard case .array(let elements)? = value else { return [] }
        return elements.compactMap { element in
            let urls: [String]
            switch element["urls"] ?? element["url"] {
            case .string(let url): urls = [url]
            case .array(let all): urls = all.compactMap(\.text)
            default: urls = []
            }
            guard !urls.isEmpty else { return nil }
            return SignallingICEServer(
                urls: urls, username: element["username"]?.text,
                credential: element["credential"]?.text
            )
        }
    }
}

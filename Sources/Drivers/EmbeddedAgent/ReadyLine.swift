import Dialects
package import Planning

/// What an agent or a gateway prints once it serves: where to reach it.
package struct ReadyLine: Equatable, Sendable {
    /// Speaks `openai-realtime`; `nil` of a gateway.
    package var webSocket: String?
    /// Speaks `binary`; `nil` of a gateway.
    package var binary: String?
    package var rtp: String
    /// Where WebRTC offers are put, by kind of signalling.
    package var offers: [SignallingName: String]

    package init(
        webSocket: String?, binary: String?, rtp: String, offers: [SignallingName: String] = [:]
    ) {
        self.webSocket = webSocket
        self.binary = binary
        self.rtp = rtp
        self.offers = offers
    }

    /// - Parameters:
    ///   - host: numeric, without brackets.
    ///   - webSocketPort: of both dialects, and of signalling.
    ///   - isSecure: whether that port speaks TLS.
    package init(host: String, webSocketPort: Int, rtpPort: Int, isSecure: Bool = false) {
        let name = host.contains(":") ? "[\(host)]" : host
        let scheme = isSecure ? "wss" : "ws"
        webSocket = "\(scheme)://\(name):\(webSocketPort)/v1/realtime"
        binary = "\(scheme)://\(name):\(webSocketPort)/binary"
        rtp = "rtp://\(name):\(rtpPort)"
        offers = OfferPath.urls(
            scheme: isSecure ? "https" : "http", authority: "\(name):\(webSocketPort)")
    }

    /// One line, without its line feed.
    package var text: String {
        var members: [(key: String, url: String)] = []
        if let webSocket { members.append(("ws", webSocket)) }
        if let binary { members.append(("binary", binary)) }
        members.append(("rtp", rtp))
        members += OfferPath.members(offers)
        let object = members.map { #""\#($0.key)": "\#($0.url)""# }.joined(separator: ", ")
        return "READY {\(object)}"
    }

    /// `nil` when the line is another one.
    package init?(parsing line: some StringProtocol) {
        let prefix = "READY "
        guard line.hasPrefix(prefix) else { return nil }
        let json = Array(line.dropFirst(prefix.count).utf8)
        guard let value = try? json.withUnsafeBytes({ try JSONParser.parse($0) }),
            let rtp = value["rtp"]?.text
        else { return nil }
        var offers: [SignallingName: String] = [:]
        for name in SignallingName.allCases {
            if let url = value[OfferPath.key(name)]?.text { offers[name] = url }
        }
        self.init(
            webSocket: value["ws"]?.text, binary: value["binary"]?.text, rtp: rtp, offers: offers)
    }

    /// Of a gateway.
    package var gatewayAddresses: GatewayAddresses { GatewayAddresses(rtp: rtp, offers: offers) }

    /// Of an agent; `nil` where it is none.
    package var addresses: AgentAddresses? {
        guard let webSocket, let binary else { return nil }
        return AgentAddresses(openAIRealtime: webSocket, binary: binary, rtp: rtp, offers: offers)
    }
}

/// Where servers of this project take offers, and how their READY lines call that.
enum OfferPath {
    /// As READY names it: `sdp-post` becomes `sdp_post`.
    static func key(_ name: SignallingName) -> String {
        name.rawValue.replacing("-", with: "_")
    }

    static func path(_ name: SignallingName) -> String {
        switch name {
        case .whip: "/whip"
        case .sdpPost: "/v1/realtime/calls"
        case .jsonOffer: "/offer"
        }
    }

    static func urls(
        scheme: String = "http", authority: String
    ) -> [SignallingName: String] {
        var urls: [SignallingName: String] = [:]
        for name in SignallingName.allCases {
            urls[name] = "\(scheme)://\(authority)\(path(name))"
        }
        return urls
    }

    /// In a fixed order.
    static func members(
        _ offers: [SignallingName: String]
    ) -> [(key: String, url: String)] {
        SignallingName.allCases.compactMap { name in offers[name].map { (key(name), $0) } }
    }
}

import Dialects

/// What a reference agent prints once it serves: where to reach it.
package struct ReadyLine: Equatable, Sendable {
    /// Speaks `openai-realtime`.
    package var webSocket: String
    /// Speaks `binary`.
    package var binary: String
    package var rtp: String

    package init(webSocket: String, binary: String, rtp: String) {
        self.webSocket = webSocket
        self.binary = binary
        self.rtp = rtp
    }

    /// - Parameters:
    ///   - host: numeric, without brackets.
    ///   - webSocketPort: of both dialects.
    package init(host: String, webSocketPort: Int, rtpPort: Int) {
        let name = host.contains(":") ? "[\(host)]" : host
        webSocket = "ws://\(name):\(webSocketPort)/v1/realtime"
        binary = "ws://\(name):\(webSocketPort)/binary"
        rtp = "rtp://\(name):\(rtpPort)"
    }

    /// One line, without its line feed.
    package var text: String {
        #"READY {"ws": "\#(webSocket)", "binary": "\#(binary)", "rtp": "\#(rtp)"}"#
    }

    /// `nil` when the line is another one.
    package init?(parsing line: some StringProtocol) {
        let prefix = "READY "
        guard line.hasPrefix(prefix) else { return nil }
        let json = Array(line.dropFirst(prefix.count).utf8)
        guard let value = try? json.withUnsafeBytes({ try JSONParser.parse($0) }),
            let webSocket = value["ws"]?.text, let binary = value["binary"]?.text,
            let rtp = value["rtp"]?.text
        else { return nil }
        self.init(webSocket: webSocket, binary: binary, rtp: rtp)
    }

    package var addresses: AgentAddresses {
        AgentAddresses(openAIRealtime: webSocket, binary: binary, rtp: rtp)
    }
}

/// An address of somebody's agent, and what its look says about how to call it.
struct AgentAddress: Equatable {
    /// As it may be written into a file: without user, password and keys.
    let url: String
    let transport: Transport
    /// Of `transport` webrtc.
    let signalling: SignallingName?
    let isSecure: Bool
    let host: String
    /// What was left out of the address, named without its value.
    let leftOut: [String]

    enum Transport: String { case websocket, rtp, webrtc }

    /// - Throws: what is wrong with the address, without repeating what may be a secret in it.
    init(_ text: String) throws(DraftProblem) {
        guard let parts = URLParts(text) else {
            throw DraftProblem(
                "that is no address; write ws://host:port/path, wss://host/path, rtp://host:port"
                    + " or https://host/path")
        }
        switch parts.scheme {
        case "ws", "wss": (transport, signalling) = (.websocket, nil)
        case "rtp": (transport, signalling) = (.rtp, nil)
        case "http", "https":
            (transport, signalling) = (.webrtc, Self.signalling(ofPath: parts.rest))
        default:
            throw DraftProblem(
                "no agent is called at \(parts.scheme)://; write ws(s):// for a WebSocket, rtp://"
                    + " for plain RTP, http(s):// for the signalling of WebRTC")
        }
        let secrets = AddressSecrets(parts.rest)
        guard !secrets.hasAtInPath else {
            throw DraftProblem(
                "the address has an @ in its path, so what stands before it may be a password;"
                    + " write it without, or as %40")
        }
        let rest = secrets.kept
        guard transport != .rtp || (parts.port != nil && rest.isEmpty) else {
            throw DraftProblem(
                "rtp:// needs a host and a port and no more; write rtp://\(parts.host):5004")
        }
        let port = parts.port.map { ":\($0)" } ?? ""
        url = "\(parts.scheme)://\(parts.host)\(port)\(rest)"
        isSecure = ["wss", "https"].contains(parts.scheme)
        host = parts.host
        leftOut = (parts.hasUserInfo ? ["its user and password"] : []) + secrets.found
    }

    /// How offer and answer are exchanged: by the paths that servers have in common use.
    private static func signalling(ofPath rest: String) -> SignallingName {
        let path = rest.prefix { $0 != "?" && $0 != "#" }
        if path.hasSuffix("/realtime/calls") { return .sdpPost }
        return path.hasSuffix("/offer") ? .jsonOffer : .whip
    }
}

/// Why no scenario can be written for an address, with what would be right.
package struct DraftProblem: Error, Equatable, Sendable {
    package let message: String

    init(_ message: String) { self.message = message }
}

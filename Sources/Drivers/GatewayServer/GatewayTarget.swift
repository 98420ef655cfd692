package import Audio
package import Dialects
import Gateway
package import Timeline
import WebRTCCore

/// The agent behind a gateway: where its WebSocket is, and what is spoken on it.
package struct GatewayTarget: Sendable {
    let target: WebSocketTarget
    private let dialect: DialectKind
    private let codec: CodecName
    private let chunk: Nanoseconds?
    private let session: String?

    /// - Parameters:
    ///   - codec: of both directions on the WebSocket; one that the dialect carries.
    ///   - chunk: audio in one message to the agent; `nil` is one packet's.
    ///   - session: JSON object merged into the session message; `nil` for none.
    package init(
        target: WebSocketTarget, dialect: DialectKind, codec: CodecName, chunk: Nanoseconds?,
        session: String?
    ) {
        self.target = target
        self.dialect = dialect
        self.codec = codec
        self.chunk = chunk
        self.session = session
    }

    /// What is spoken to the agent for a caller who is reached like this.
    func upstream(edge: GatewayEdge) -> GatewayUpstream {
        // The binary dialect cuts frames as it is told; a packet of the caller is one.
        let interval = dialect == .binary ? edge.ptime : max(chunk ?? edge.ptime, edge.ptime)
        return GatewayUpstream(kind: dialect, codec: codec, interval: interval, session: session)
    }

    /// Callers may have any codec; the upstream's own comes first, since it need not be changed.
    var peerSettings: PeerSettings {
        var codecs = SDPCodec.allCases
        codecs.sort { left, right in CodecName(left) == codec && CodecName(right) != codec }
        var settings = PeerSettings(
            codecs: codecs.map { .usual($0, payloadType: $0.usualPayloadType) })
        settings.isLite = true
        return settings
    }
}

package import Audio

/// The wire protocol an agent speaks on a WebSocket.
package enum DialectKind: Sendable, CaseIterable {
    /// JSON events with base64 audio, by the names of OpenAI's Realtime API (GA).
    case openAIRealtime
    /// One codec frame a binary message, control in small JSON texts: ``BinaryCaller``.
    case binary

    /// Whether the protocol has a way to announce `codec`.
    package func carries(_ codec: CodecName) -> Bool {
        switch self {
        case .openAIRealtime: codec != .opus
        case .binary: true
        }
    }
}

/// Which kind of WebSocket message carries the bytes.
package enum MessageForm: Sendable { case text, binary }

/// Tells one reply of an agent from the next: FNV-1a of its id, or its number.
package typealias ReplyTag = UInt64

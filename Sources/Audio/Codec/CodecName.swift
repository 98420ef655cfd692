package import Timeline

/// A way to put speech into bytes.
package enum CodecName: String, Sendable, Codable, CaseIterable {
    case opus
    /// 16-bit little-endian linear PCM.
    case pcm16
    /// G.711 µ-law.
    case pcmu
    /// G.711 A-law.
    case pcma

    /// Samples per second, mono, of what is encoded and decoded.
    package var sampleRate: Int {
        switch self {
        case .opus: 48_000
        case .pcm16: 24_000
        case .pcmu, .pcma: 8_000
        }
    }

    /// How much later a decoder plays a sample than the encoder was given it.
    ///
    /// Opus: 312 samples at 48 kHz (RFC 7845 §4.2 calls it pre-skip; libopus in VOIP mode).
    package var delay: Nanoseconds {
        self == .opus ? Nanoseconds(samples: 312, rate: 48_000) : .zero
    }
}

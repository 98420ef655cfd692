package import Timeline

/// What a stream of RTP packets holds, told by one of them where nobody has said it before.
package struct PacketFormat: Equatable, Sendable {
    package let codec: CodecName
    /// Audio in one packet.
    package let interval: Nanoseconds

    /// By payload type and length (RFC 3551 §6): 0 and 8 are G.711, 96...127 are taken for Opus.
    ///
    /// - Returns: `nil` of another type, an empty payload, or one that is no Opus.
    package init?(payloadType: UInt8, payload: UnsafeRawBufferPointer) {
        guard !payload.isEmpty else { return nil }
        let samples: Int
        switch payloadType {
        case 0, 8:
            codec = payloadType == 0 ? .pcmu : .pcma
            samples = payload.count
        case 96...127:
            guard let count = OpusSpeechDecoder.sampleCount(of: payload) else { return nil }
            codec = .opus
            samples = count
        default: return nil
        }
        interval = Nanoseconds(samples: samples, rate: codec.sampleRate)
    }
}

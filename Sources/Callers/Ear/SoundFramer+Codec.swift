import Audio

extension SoundFramer {
    /// Takes bytes of a codec whose samples can be read without a decoder; Opus cannot.
    mutating func append(
        _ bytes: UnsafeRawBufferPointer, in codec: CodecName, emit: (SoundFrame) -> Void
    ) {
        switch codec {
        case .pcm16: append(pcm16: bytes, emit: emit)
        case .pcmu: append(g711: bytes, .mu, emit: emit)
        case .pcma: append(g711: bytes, .a, emit: emit)
        case .opus: break
        }
    }
}

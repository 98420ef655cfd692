import Timeline

/// Caller audio that waits for the upstream to open.
struct HeldAudio {
    private struct Frame {
        let bytes: [UInt8]
        let octet: UInt8
        let verdict: SpeechMeter.Verdict
    }

    private var frames: [Frame] = []
    /// How much of the oldest audio had to go.
    private(set) var dropped = Nanoseconds.zero

    mutating func append(
        _ bytes: UnsafeRawBufferPointer, octet: UInt8, verdict: SpeechMeter.Verdict,
        length: Nanoseconds, limit: Nanoseconds
    ) {
        frames.append(Frame(bytes: Array(bytes), octet: octet, verdict: verdict))
        let most = max(0, Int(limit / length))
        let excess = frames.count - most
        guard excess > 0 else { return }
        frames.removeFirst(excess)
        dropped += length * excess
    }

    /// Hands over everything, oldest first.
    mutating func release(
        _ body: (UnsafeRawBufferPointer, UInt8, SpeechMeter.Verdict) -> Void
    ) {
        for frame in frames {
            frame.bytes.withUnsafeBytes { body($0, frame.octet, frame.verdict) }
        }
        frames = []
    }
}

/// Lends decoders that are needed for a few packets only, and reuses them.
///
/// Not thread-safe: one per event loop. Thousands of callers share a handful.
package final class DecoderPool {
    private let limit: Int
    private var idle: [OpusSpeechDecoder] = []

    /// - Parameter limit: how many idle decoders are kept, of 18 kB each; more are freed.
    package init(limit: Int = 16) {
        self.limit = max(0, limit)
        idle.reserveCapacity(self.limit)
    }

    /// How many decoders wait to be lent.
    package var idleCount: Int { idle.count }

    /// A decoder that has heard nothing yet.
    package func borrow() throws(CodecProblem) -> OpusSpeechDecoder {
        guard let decoder = idle.popLast() else { return try OpusSpeechDecoder() }
        decoder.reset()
        return decoder
    }

    /// Takes a decoder back; whoever borrowed it must not use it again.
    package func giveBack(_ decoder: OpusSpeechDecoder) {
        guard idle.count < limit else { return }
        idle.append(decoder)
    }
}

import COpus
package import Timeline

/// Encodes mono 48 kHz speech: VOIP mode, 24 kbit/s, no DTX (RFC 6716).
///
/// Holds about 44 kB. Not thread-safe. The same samples give the same bytes.
package final class OpusSpeechEncoder {
    package static let bitsPerSecond: Int32 = 24_000
    /// More than any packet of up to 60 ms at this bit rate.
    package static let largestPacket = 1_276

    /// Samples in one frame.
    package let frameSamples: Int
    private let state: OpaquePointer

    /// - Parameters:
    ///   - interval: the length of a frame: 10, 20, 40 or 60 ms.
    ///   - complexity: 0...10; time per 20 ms frame grows from 69 µs at 0 over 85 µs at 1 to 144 µs
    ///     at 5.
    package init(interval: Nanoseconds, complexity: Int32 = 5) throws(CodecProblem) {
        try CodecName.opus.check(interval: interval)
        var code: Int32 = 0
        guard let encoder = opus_encoder_create(48_000, 1, OPUS_APPLICATION_VOIP, &code) else {
            throw CodecProblem(code: .library, message: "libopus made no encoder (error \(code))")
        }
        guard talkover_opus_set_bitrate(encoder, Self.bitsPerSecond) == OPUS_OK,
            talkover_opus_set_complexity(encoder, min(max(complexity, 0), 10)) == OPUS_OK,
            talkover_opus_set_dtx(encoder, 0) == OPUS_OK
        else {
            opus_encoder_destroy(encoder)
            throw CodecProblem(code: .library, message: "libopus refused the speech settings")
        }
        state = encoder
        frameSamples = interval.samples(rate: 48_000)
    }

    deinit { opus_encoder_destroy(state) }

    /// How many samples later a decoder plays what it is given here; 312 in this mode.
    package var lookahead: Int {
        var samples: Int32 = 0
        return talkover_opus_lookahead(state, &samples) == OPUS_OK ? Int(samples) : 312
    }

    /// Encodes one frame.
    ///
    /// - Parameters:
    ///   - samples: exactly ``frameSamples`` of them.
    ///   - packet: room for the packet, ``largestPacket`` bytes or more.
    /// - Returns: bytes written, at least one.
    package func encode(
        _ samples: UnsafeBufferPointer<Int16>,
        into packet: UnsafeMutableBufferPointer<UInt8>
    ) throws(CodecProblem) -> Int {
        precondition(samples.count == frameSamples, "a frame has \(frameSamples) samples")
        guard let input = samples.baseAddress, let output = packet.baseAddress else {
            throw CodecProblem(code: .library, message: "no room for an Opus packet")
        }
        let room = Int32(clamping: packet.count)
        let written = opus_encode(state, input, Int32(frameSamples), output, room)
        guard written > 0 else {
            throw CodecProblem(
                code: .library, message: "libopus encoded nothing (error \(written))")
        }
        return Int(written)
    }
}

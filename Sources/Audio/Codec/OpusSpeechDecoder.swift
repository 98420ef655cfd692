import COpus

/// Decodes Opus packets to mono 48 kHz samples.
///
/// Holds about 18 kB. Not thread-safe. Started cold, or just after ``reset()``, its first
/// 10 ms are as much as 8 dB off: prime it with the packets of the 80 ms before.
package final class OpusSpeechDecoder {
    /// Samples in the longest packet there is, 120 ms.
    package static let largestFrame = 5_760

    private let state: OpaquePointer

    /// A decoder that has heard nothing; throws when the library has no memory for it.
    package init() throws(CodecProblem) {
        var code: Int32 = 0
        guard let decoder = opus_decoder_create(48_000, 1, &code) else {
            throw CodecProblem(code: .library, message: "libopus made no decoder (error \(code))")
        }
        state = decoder
    }

    deinit { opus_decoder_destroy(state) }

    /// Forgets all packets so far.
    package func reset() { _ = talkover_opus_reset_decoder(state) }

    /// Decodes one packet.
    ///
    /// - Parameter samples: room for the sound; ``largestFrame`` is always enough.
    /// - Returns: samples written, or `nil` when the packet is empty, no Opus, or longer than the room.
    package func decode(
        _ packet: UnsafeRawBufferPointer,
        into samples: UnsafeMutableBufferPointer<Int16>
    ) -> Int? {
        // libopus takes an empty packet for a lost one, which is another question.
        guard let bytes = packet.baseAddress, !packet.isEmpty, let output = samples.baseAddress
        else {
            return nil
        }
        let room = Int32(clamping: samples.count)
        let written = opus_decode(
            state,
            bytes.assumingMemoryBound(to: UInt8.self),
            Int32(clamping: packet.count),
            output,
            room,
            0
        )
        return written > 0 ? Int(written) : nil
    }

    /// Fills in for a lost packet from what was heard before it.
    ///
    /// - Parameters:
    ///   - count: samples the lost packet had; a multiple of 120 (2.5 ms).
    ///   - samples: room for at least `count` of them.
    /// - Returns: samples written, or `nil` when `count` is not possible.
    package func conceal(_ count: Int, into samples: UnsafeMutableBufferPointer<Int16>) -> Int? {
        guard count > 0, count % 120 == 0, count <= samples.count,
            let output = samples.baseAddress
        else { return nil }
        let written = opus_decode(state, nil, 0, output, Int32(count), 0)
        return written > 0 ? Int(written) : nil
    }

    /// How many 48 kHz samples a packet holds, from its header alone; `nil` if it is no Opus packet.
    package static func sampleCount(of packet: UnsafeRawBufferPointer) -> Int? {
        guard let bytes = packet.baseAddress, !packet.isEmpty else { return nil }
        let count = opus_packet_get_nb_samples(
            bytes.assumingMemoryBound(to: UInt8.self),
            Int32(clamping: packet.count),
            48_000
        )
        return count > 0 ? Int(count) : nil
    }
}

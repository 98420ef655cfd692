import Audio
package import Timeline

/// What all ears of one event loop share to decode with.
///
/// A pool of decoders, room for their output, and what they have decoded of late.
package final class ListeningRoom {
    let decoders = DecoderPool()
    let sounds: SoundMemory
    let samples: UnsafeMutableBufferPointer<Int16>

    /// What decoding has cost the loop so far.
    package internal(set) var decoding = DecodingTally()
    /// CPU time this loop's thread has used: what ``DecodingTally/time`` is measured by.
    ///
    /// `nil`, as in simulation, where it is not to be measured. Called twice per packet that a
    /// caller decodes, and on that loop only.
    package var cpuClock: (() -> Nanoseconds)?

    package convenience init() { self.init(sounds: SoundMemory()) }

    init(sounds: SoundMemory) {
        self.sounds = sounds
        samples = .allocate(capacity: OpusSpeechDecoder.largestFrame)
        samples.initialize(repeating: 0)
    }

    deinit { samples.deallocate() }

    /// Decodes one packet, or fills in for it where it is lost or no Opus.
    ///
    /// - Parameter interval: the length of what is filled in.
    /// - Returns: samples written to ``samples``.
    func decode(
        _ payload: UnsafeRawBufferPointer, with decoder: OpusSpeechDecoder, interval: Nanoseconds
    ) -> Int {
        let began = cpuClock?()
        let count =
            decoder.decode(payload, into: samples)
            ?? decoder.conceal(interval.samples(rate: CodecName.opus.sampleRate), into: samples)
        decoding.decoded += 1
        if let began, let ended = cpuClock?() { decoding.time += ended - began }
        return count ?? 0
    }
}

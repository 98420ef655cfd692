import Audio

/// What all ears of one event loop share to decode with: a pool of decoders and room for their output.
package final class ListeningRoom {
    let decoders = DecoderPool()
    let samples: UnsafeMutableBufferPointer<Int16>

    package init() {
        samples = .allocate(capacity: OpusSpeechDecoder.largestFrame)
        samples.initialize(repeating: 0)
    }

    deinit { samples.deallocate() }
}

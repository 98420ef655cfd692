/// Mono sound in 16-bit samples.
package struct PCM: Equatable, Sendable {
    /// Samples per second.
    package let sampleRate: Int
    package var samples: [Int16]

    /// - Precondition: `sampleRate` is positive.
    package init(sampleRate: Int, samples: [Int16]) {
        precondition(sampleRate > 0, "a sample rate is positive, got \(sampleRate)")
        self.sampleRate = sampleRate
        self.samples = samples
    }

    /// The same sound louder or softer; what leaves the 16-bit range is held at its edge.
    ///
    /// - Parameter decibels: below zero is softer, as for ducking.
    package func gain(decibels: Double) -> PCM {
        let factor = Decibels.amplitude(decibels)
        return PCM(
            sampleRate: sampleRate, samples: samples.map { Self.clamped(Double($0) * factor) })
    }

    /// The same sound at another rate, aligned in time: sample 0 stays sample 0.
    ///
    /// See ``Resampler`` for the quality. The count is rounded up, so nothing is cut off.
    ///
    /// - Precondition: `rate` is positive.
    package func resampled(to rate: Int) -> PCM {
        guard rate != sampleRate else { return self }
        let resampler = Resampler(from: sampleRate, to: rate)
        return PCM(sampleRate: rate, samples: resampler.convert(samples))
    }

    /// The nearest 16-bit sample to a value, held at the edges of the range.
    static func clamped(_ value: Double) -> Int16 {
        Int16(min(32_767, max(-32_768, value.rounded())))
    }
}

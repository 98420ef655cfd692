package import Timeline

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A sound without any gap, for measuring the instrument itself.
///
/// A sine wave of 200 Hz at −20 dBFS RMS from its first sample to its last, so that every
/// 10 ms hold the same energy: what is heard of it begins and ends where sending began and
/// ended. One low tone rather than many, because Opus announces a richer sound that starts at
/// once by an echo 5 ms ahead of it, above −45 dBFS; before this one it stays below.
package enum CalibrationTone {
    /// The name its clip goes by.
    package static let name = "calibration"
    package static let decibels = -20.0

    private static let hertz = 200

    /// The sound at 48 kHz, sample for sample the same on every call.
    ///
    /// - Parameter duration: its length, 8 s unless told otherwise.
    package static func pcm(duration: Nanoseconds = .seconds(8)) -> PCM {
        let rate = 48_000
        let period = rate / hertz
        let amplitude = 32_768 * Decibels.amplitude(decibels) * 2.0.squareRoot()
        let cycle: [Int16] = (0..<period).map { index in
            PCM.clamped(amplitude * sin(2 * Double.pi * Double(index) / Double(period)))
        }
        let count = duration.samples(rate: rate)
        return PCM(sampleRate: rate, samples: (0..<count).map { cycle[$0 % period] })
    }

    /// The sound as a clip that is voiced throughout.
    package static func clip(duration: Nanoseconds = .seconds(8)) -> Clip {
        let pcm = pcm(duration: duration)
        let voiced = VoicedSpan(first: 0, last: pcm.samples.count - 1)
        return Clip(name: name, transcript: "", pcm: pcm, voiced: [voiced])
    }
}

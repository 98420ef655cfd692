#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Levels relative to 16-bit full scale: 0 dBFS is a square wave of amplitude 32,768 (dBov of RFC 6464).
package enum Decibels {
    /// What is audible at all, before the noise floor is considered.
    package static let audible = -45.0
    /// The level that stands for digital silence.
    package static let digitalSilence: Int8 = -127

    /// The factor that changes an amplitude by `decibels`.
    package static func amplitude(_ decibels: Double) -> Double { pow(10, decibels / 20) }

    /// The smallest 16-bit amplitude that counts as `decibels` or more; 184 at −45 dBFS.
    package static func sampleThreshold(_ decibels: Double) -> Int16 {
        PCM.clamped(max(1, 32_768 * amplitude(decibels)))
    }

    /// RMS level of `count` samples whose squares add up to `sum`, rounded; −127 for silence.
    package static func level(sumOfSquares sum: UInt64, count: Int) -> Int8 {
        guard sum > 0, count > 0 else { return digitalSilence }
        let decibels = 10 * log10(Double(sum) / (Double(count) * 0x1p30))
        return Int8(min(0, max(-126, decibels.rounded())))
    }

    /// RMS level in dBFS without rounding, for checks and for preparing speech.
    package static func rms(_ samples: some Sequence<Int16>) -> Double {
        var sum: UInt64 = 0
        var count = 0
        for sample in samples {
            sum += UInt64(Int64(sample) * Int64(sample))
            count += 1
        }
        guard sum > 0 else { return Double(digitalSilence) }
        return 10 * log10(Double(sum) / (Double(count) * 0x1p30))
    }
}

/// The audio level a sender may put beside its media (RFC 6464 §3).
package enum AudioLevel {
    /// What stands for digital silence.
    package static let silence: UInt8 = 127

    /// RMS of the samples in −dBov: 0 is the loudest, 127 silence.
    package static func rfc6464(_ samples: some Collection<Int16>) -> UInt8 {
        var sum: UInt64 = 0
        for sample in samples { sum &+= UInt64(Int64(sample) &* Int64(sample)) }
        return UInt8(-Int(Decibels.level(sumOfSquares: sum, count: samples.count)))
    }
}

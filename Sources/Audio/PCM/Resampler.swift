#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Changes the rate of a whole sound by a windowed sinc, one filter per output phase.
///
/// The passband reaches to 90 % of the lower Nyquist frequency; images and aliases lie
/// 70 dB down. The filter is symmetric, so it delays nothing. Used when speech is
/// prepared, not per packet.
struct Resampler {
    /// Zero crossings of the sinc on each side.
    private static let crossings = 20
    /// Shape of the Kaiser window: about 75 dB of stopband.
    private static let kaiserBeta = 7.5

    private let up: Int
    private let down: Int
    private let taps: Int
    /// `up` filters of `taps` coefficients each.
    private let filters: [Float]

    init(from source: Int, to target: Int) {
        precondition(source > 0 && target > 0, "cannot resample \(source) Hz to \(target) Hz")
        let divisor = Self.greatestCommonDivisor(source, target)
        up = target / divisor
        down = source / divisor
        let cutoff = 0.95 * min(1, Double(target) / Double(source))
        let reach = Double(Self.crossings) / cutoff
        taps = 2 * Int(reach.rounded(.up))
        filters = Self.filters(phases: up, taps: taps, cutoff: cutoff, reach: reach)
    }

    func convert(_ samples: [Int16]) -> [Int16] {
        let count = (samples.count * up + down - 1) / down
        let margin = taps / 2
        var padded = [Float](repeating: 0, count: samples.count + 2 * margin)
        for (index, sample) in samples.enumerated() { padded[index + margin] = Float(sample) }
        return padded.withUnsafeBufferPointer { input in
            filters.withUnsafeBufferPointer { filters in
                [Int16](unsafeUninitializedCapacity: count) { output, initialized in
                    for index in 0..<count {
                        let (start, phase) = (index * down).quotientAndRemainder(dividingBy: up)
                        var sum: Float = 0
                        // The sample at or before the wanted instant is tap `margin - 1`.
                        for tap in 0..<taps {
                            sum += input[start + 1 + tap] * filters[phase * taps + tap]
                        }
                        output.initializeElement(at: index, to: PCM.clamped(Double(sum)))
                    }
                    initialized = count
                }
            }
        }
    }

    private static func filters(phases: Int, taps: Int, cutoff: Double, reach: Double) -> [Float] {
        var filters = [Float](repeating: 0, count: phases * taps)
        for phase in 0..<phases {
            var sum = 0.0
            var row = [Double](repeating: 0, count: taps)
            for tap in 0..<taps {
                let distance = Double(tap - taps / 2 + 1) - Double(phase) / Double(phases)
                guard abs(distance) < reach else { continue }
                let position = distance / reach
                let window = bessel(kaiserBeta * (1 - position * position).squareRoot())
                let angle = Double.pi * distance * cutoff
                row[tap] = (angle == 0 ? 1 : sin(angle) / angle) * window
                sum += row[tap]
            }
            // Every phase passes a constant unchanged; otherwise phases would hum at the rate's ratio.
            for tap in 0..<taps { filters[phase * taps + tap] = Float(row[tap] / sum) }
        }
        return filters
    }

    /// The modified Bessel function of the first kind and order zero, by its power series.
    private static func bessel(_ argument: Double) -> Double {
        var term = 1.0
        var sum = 1.0
        var order = 1.0
        while term > sum * 1e-12 {
            term *= (argument / (2 * order)) * (argument / (2 * order))
            sum += term
            order += 1
        }
        return sum
    }

    private static func greatestCommonDivisor(_ left: Int, _ right: Int) -> Int {
        var (larger, smaller) = (left, right)
        while smaller != 0 { (larger, smaller) = (smaller, larger % smaller) }
        return larger
    }
}

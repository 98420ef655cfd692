#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Changes the rate of a running stream by a whole factor, up or down, piece by piece.
///
/// A windowed sinc in 16-bit integers, so that the same stream gives the same samples
/// everywhere. What goes in comes out, sample for sample of time, 12 samples of the lower rate
/// later: 0.5 ms at 24 kHz, 1.5 ms at 8 kHz. The passband reaches to 73 % of the lower Nyquist
/// frequency; what would alias lies 60 dB down.
struct RateConverter {
    private let filter: Filter
    /// The samples that the next outputs still need, and then those not looked at yet.
    private var line: [Int16]

    /// - Returns: `nil` where neither rate is a multiple of the other.
    init?(from source: Int, to target: Int) {
        guard let filter = Filter.between(source, target) else { return nil }
        self.filter = filter
        line = filter.start
    }

    /// Forgets what it has heard.
    mutating func reset() {
        line.removeAll(keepingCapacity: true)
        line.append(contentsOf: filter.start)
    }

    mutating func convert(
        _ samples: UnsafeBufferPointer<Int16>, into output: inout [Int16]
    ) {
        line.append(contentsOf: samples)
        guard line.count >= filter.taps else { return }
        let windows = (line.count - filter.taps) / filter.down + 1
        let first = output.count
        output.append(contentsOf: repeatElement(0, count: windows * filter.up))
        line.withUnsafeBufferPointer { line in
            filter.coefficients.withUnsafeBufferPointer { coefficients in
                output.withUnsafeMutableBufferPointer { output in
                    var place = first
                    for window in 0..<windows {
                        for phase in 0..<filter.up {
                            output[place] = filter.sample(
                                line, at: window * filter.down, coefficients, phase)
                            place += 1
                        }
                    }
                }
            }
        }
        line.removeFirst(windows * filter.down)
    }
}

extension RateConverter {
    /// The coefficients for one pair of rates, shared by all calls.
    private struct Filter {
        let up: Int
        let down: Int
        /// Samples that one output is made of.
        let taps: Int
        /// One row of `taps` for each of `up` phases, the oldest sample's first.
        let coefficients: [Int16]
        /// Silence before the first sample.
        let start: [Int16]

        private static let crossings = 12
        private static let cutoff = 0.88
        private static let kaiserBeta = 5.65
        /// Coefficients are in units of 2⁻¹⁴.
        private static let unit = 14

        private static let upTwo = Filter(up: 2, down: 1)
        private static let upThree = Filter(up: 3, down: 1)
        private static let upSix = Filter(up: 6, down: 1)
        private static let downTwo = Filter(up: 1, down: 2)
        private static let downThree = Filter(up: 1, down: 3)
        private static let downSix = Filter(up: 1, down: 6)

        static func between(_ source: Int, _ target: Int) -> Filter? {
            switch (source, target) {
            case (24_000, 48_000): upTwo
            case (8_000, 24_000): upThree
            case (8_000, 48_000): upSix
            case (48_000, 24_000): downTwo
            case (24_000, 8_000): downThree
            case (48_000, 8_000): downSix
            default: nil
            }
        }

        @inline(__always)
        func sample(
            _ line: UnsafeBufferPointer<Int16>, at start: Int,
            _ coefficients: UnsafeBufferPointer<Int16>, _ phase: Int
        ) -> Int16 {
            // The coefficients of a row add up to less than 4 in magnitude: 32 bits hold the sum.
            var sum: Int32 = 1 << (Self.unit - 1)
            let row = phase * taps
            for tap in 0..<taps {
                sum &+= Int32(line[start &+ tap]) &* Int32(coefficients[row &+ tap])
            }
            return Int16(clamping: sum >> Self.unit)
        }

        private init(up: Int, down: Int) {
            let ratio = max(up, down)
            let taps = 2 * Self.crossings * down
            let length = 2 * Self.crossings * ratio
            let whole = (0..<length).map { Self.value(at: $0, of: length, ratio: ratio) }
            var rows: [Int16] = []
            for phase in 0..<up {
                // Tap t stands for the sample `taps − 1 − t` before the newest.
                let row = (0..<taps).map { whole[(taps - 1 - $0) * up + phase] }
                rows += Self.integers(row)
            }
            self.up = up
            self.down = down
            self.taps = taps
            coefficients = rows
            start = [Int16](repeating: 0, count: taps - down)
        }

        private static func value(at index: Int, of length: Int, ratio: Int) -> Double {
            let distance = Double(index) - Double(length - 1) / 2
            let angle = Double.pi * distance * cutoff / Double(ratio)
            let position = distance / (Double(length) / 2)
            let window = bessel(kaiserBeta * (1 - position * position).squareRoot())
            return (angle == 0 ? 1 : sin(angle) / angle) * window
        }

        /// A row that passes a constant unchanged, to the last bit.
        private static func integers(_ row: [Double]) -> [Int16] {
            let sum = row.reduce(0, +)
            var integers = row.map { Int($0 / sum * Double(1 << unit) + ($0 < 0 ? -0.5 : 0.5)) }
            let rest = (1 << unit) - integers.reduce(0, +)
            if let largest = integers.indices.max(by: { integers[$0] < integers[$1] }) {
                integers[largest] += rest
            }
            return integers.map { Int16(clamping: $0) }
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
    }
}

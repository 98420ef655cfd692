import Timeline

@testable import Analysis

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Latencies as they were found to vary: by 35 % from turn to turn, by 10 % from call to call and
/// by 4 % from run to run, each on the logarithm; 50 calls of six turns in a run.
struct NoiseModel {
    static let calls = 50
    static let turnsEach = 6
    static let turnSpread = 0.35
    static let callSpread = 0.10
    static let runSpread = 0.04
    static let median = 400.0

    private var generator: SeededGenerator
    /// Draws from the standard normal distribution, to draw from: drawing anew each time would take
    /// a test minutes.
    private static let normals: [Double] = {
        var generator = SeededGenerator(seed: 20_260_901, stream: "standard normals")
        return (0..<65_536).map { _ in generator.standardNormal() }
    }()
    private var bits: UInt64 = 0
    private var left = 0

    init(seed: UInt64) { generator = SeededGenerator(seed: seed, stream: "noise model") }

    mutating func normal() -> Double {
        if left == 0 {
            bits = generator.next()
            left = 4
        }
        defer {
            bits >>= 16
            left -= 1
        }
        return Self.normals[Int(bits & 0xFFFF)]
    }

    /// The luck of a run, as a logarithm of milliseconds.
    ///
    /// - Parameters:
    ///   - common: what both runs of a pair draw once, a standard normal.
    ///   - share: of the variance between runs that a pair has in common.
    mutating func luck(common: Double = 0, share: Double = 0) -> Double {
        log(Self.median)
            + Self.runSpread * (share.squareRoot() * common + (1 - share).squareRoot() * normal())
    }

    /// Logarithms of milliseconds, the turns of a call beside each other.
    ///
    /// Written plainly: a test without optimization draws millions.
    mutating func run(luck: Double) -> [Double] {
        let count = Self.calls * Self.turnsEach
        return [Double](unsafeUninitializedCapacity: count) { buffer, initialized in
            var index = 0
            while index < count {
                let call = luck + Self.callSpread * normal()
                let end = index + Self.turnsEach
                while index < end {
                    buffer[index] = call + Self.turnSpread * normal()
                    index += 1
                }
            }
            initialized = count
        }
    }

    /// A run as it is measured, every latency `slower` times as long.
    mutating func measured(luck: Double, slower: Double = 1) -> PathMeasurement {
        var values = run(luck: luck)
        // In C, since sorting generically without optimization is what would take long.
        qsort(&values, values.count, MemoryLayout<Double>.stride) { one, other in
            let a = one?.load(as: Double.self) ?? 0
            let b = other?.load(as: Double.self) ?? 0
            return a < b ? -1 : a > b ? 1 : 0
        }
        var index = 0
        while index < values.count {
            values[index] = exp(values[index]) * slower
            index += 1
        }
        return .showing("first_audio", Distribution(values: values))
    }
}

extension PathMeasurement {
    /// A path that shows one metric and nothing else.
    static func showing(_ metric: String, _ distribution: Distribution) -> PathMeasurement {
        PathMeasurement(
            name: "path", transport: "rtp",
            metrics: [
                Measured(
                    name: metric, unit: "ms", distribution: distribution, censoredAt: 10_000)
            ])
    }
}

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// How a duration of the scenario is drawn.
///
/// A draw is never negative: what falls below zero is zero.
package enum DurationDistribution: Equatable, Sendable, Codable {
    case fixed(Nanoseconds)
    /// Evenly between two bounds, both included.
    case uniform(from: Nanoseconds, to: Nanoseconds)
    case normal(mean: Nanoseconds, sd: Nanoseconds)
    /// Given by its own mean and standard deviation, not those of the logarithm.
    case lognormal(mean: Nanoseconds, sd: Nanoseconds)
    case exponential(mean: Nanoseconds)

    package func draw(using generator: inout SeededGenerator) -> Nanoseconds {
        switch self {
        case .fixed(let span):
            return span
        case .uniform(let from, let to):
            return from + Nanoseconds(Int64(generator.unit() * Double((to - from).count + 1)))
        case .normal(let mean, let sd):
            return Self.clamped(Double(mean.count) + Double(sd.count) * generator.standardNormal())
        case .lognormal(let mean, let sd):
            let ratio = Double(sd.count) / Double(max(1, mean.count))
            let variance = log(1 + ratio * ratio)
            let location = log(Double(max(1, mean.count))) - variance / 2
            return Self.clamped(exp(location + variance.squareRoot() * generator.standardNormal()))
        case .exponential(let mean):
            return Self.clamped(-Double(mean.count) * log(1 - generator.unit()))
        }
    }

    /// The smallest value a draw can have.
    package var lowerBound: Nanoseconds {
        switch self {
        case .fixed(let span): span
        case .uniform(let from, _): from
        case .normal, .lognormal, .exponential: .zero
        }
    }

    private static func clamped(_ nanoseconds: Double) -> Nanoseconds {
        Nanoseconds(Int64(min(max(0, nanoseconds), 9e18)))
    }
}

extension SeededGenerator {
    /// A draw from the normal distribution with mean 0 and deviation 1 (Box and Muller, 1958).
    package mutating func standardNormal() -> Double {
        let radius = (-2 * log(1 - unit())).squareRoot()
        return radius * cos(2 * Double.pi * unit())
    }
}

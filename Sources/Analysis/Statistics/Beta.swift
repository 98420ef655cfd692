#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The regularised incomplete beta function, from which every interval here is computed.
enum Beta {
    /// The share of a Beta(a, b) variable that lies at or below `x`, to about 12 digits.
    ///
    /// Continued fraction 8.17.22 of the NIST Digital Library of Mathematical Functions, by the
    /// method of Lentz. It needs about √max(a, b) steps: some thousands for tens of millions of
    /// frames.
    static func regularized(_ x: Double, _ a: Double, _ b: Double) -> Double {
        if x <= 0 { return 0 }
        if x >= 1 { return 1 }
        // The fraction converges fast left of the mean; on the right, its mirror image does.
        guard x < (a + 1) / (a + b + 2) else { return 1 - regularized(mirror: 1 - x, b, a) }
        return regularized(mirror: x, a, b)
    }

    /// The `x` at which the function reaches `probability`, to the last bits.
    ///
    /// The Illinois method (Dowell and Jarratt, 1971), with a halving every third step so that no
    /// shape can stall it.
    static func quantile(_ probability: Double, _ a: Double, _ b: Double) -> Double {
        var (low, high) = (0.0, 1.0)
        var (below, above) = (-probability, 1 - probability)
        var step = 0
        while high - low > 4 * high.ulp {
            let secant = (low * above - high * below) / (above - below)
            let isInside = secant > low && secant < high
            let middle = step % 3 == 2 || !isInside ? low + (high - low) / 2 : secant
            guard middle > low, middle < high else { return middle }
            let error = regularized(middle, a, b) - probability
            if error == 0 { return middle }
            if error < 0 {
                (low, below, above) = (middle, error, above / 2)
            } else {
                (high, above, below) = (middle, error, below / 2)
            }
            step += 1
        }
        return low + (high - low) / 2
    }

    private static func regularized(mirror x: Double, _ a: Double, _ b: Double) -> Double {
        let front = logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log1p(-x)
        return exp(front) * continuedFraction(x, a, b) / a
    }

    private static func continuedFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
        let tiny = 1e-300
        func away(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }

        var c = 1.0
        var d = 1 / away(1 - (a + b) * x / (a + 1))
        var fraction = d
        for step in 1...200_000 {
            let m = Double(step)
            let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            d = 1 / away(1 + even * d)
            c = away(1 + even / c)
            fraction *= d * c
            let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            d = 1 / away(1 + odd * d)
            c = away(1 + odd / c)
            fraction *= d * c
            if abs(d * c - 1) < 1e-15 { break }
        }
        return fraction
    }

    private static func logGamma(_ x: Double) -> Double {
        var sign: Int32 = 0
        return lgamma_r(x, &sign)
    }
}

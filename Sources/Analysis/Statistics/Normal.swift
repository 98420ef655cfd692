#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The standard normal distribution.
enum Normal {
    /// The probability of a value above `z`.
    static func upperTail(_ z: Double) -> Double { erfc(z / 2.0.squareRoot()) / 2 }

    /// The value that is exceeded with probability `risk`, 0 < risk < 0.5.
    static func upperQuantile(risk: Double) -> Double {
        var (low, high) = (0.0, 40.0)
        while true {
            let middle = (low + high) / 2
            guard middle > low, middle < high else { return middle }
            if upperTail(middle) > risk { low = middle } else { high = middle }
        }
    }
}

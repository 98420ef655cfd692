/// A signed span of time in whole nanoseconds.
///
/// One machine word, where `Duration` is two: it is added and compared for every
/// packet. Range: ±292 years.
package struct Nanoseconds: Hashable, Comparable, Sendable, Codable, AdditiveArithmetic {
    package var count: Int64

    package static let zero = Nanoseconds(0)

    package init(_ count: Int64) { self.count = count }

    package static func microseconds(_ count: Int64) -> Nanoseconds { Nanoseconds(count * 1_000) }
    package static func milliseconds(_ count: Int64) -> Nanoseconds {
        Nanoseconds(count * 1_000_000)
    }
    package static func seconds(_ count: Int64) -> Nanoseconds {
        Nanoseconds(count * 1_000_000_000)
    }

    /// The nearest whole nanosecond to a fractional number of milliseconds.
    package init(milliseconds: Double) { self.init(Int64((milliseconds * 1e6).rounded())) }

    /// The time `count` samples take at `rate` samples per second, rounded down.
    package init(samples count: Int, rate: Int) {
        self.init(Int64(count) * 1_000_000_000 / Int64(rate))
    }

    package var milliseconds: Double { Double(count) / 1e6 }
    package var seconds: Double { Double(count) / 1e9 }

    /// How many whole samples at `rate` per second fit into this span, rounded down.
    package func samples(rate: Int) -> Int {
        let product = count.multipliedFullWidth(by: Int64(rate))
        let (quotient, remainder) = Int64(1_000_000_000).dividingFullWidth(product)
        return Int(remainder < 0 ? quotient - 1 : quotient)
    }

    package static func < (left: Nanoseconds, right: Nanoseconds) -> Bool {
        left.count < right.count
    }
    package static func + (left: Nanoseconds, right: Nanoseconds) -> Nanoseconds {
        Nanoseconds(left.count + right.count)
    }
    package static func - (left: Nanoseconds, right: Nanoseconds) -> Nanoseconds {
        Nanoseconds(left.count - right.count)
    }
    package static func * (span: Nanoseconds, factor: Int) -> Nanoseconds {
        Nanoseconds(span.count * Int64(factor))
    }
    package static func / (left: Nanoseconds, right: Nanoseconds) -> Int64 {
        left.count / right.count
    }
    package static func / (left: Nanoseconds, divisor: Int) -> Nanoseconds {
        Nanoseconds(left.count / Int64(divisor))
    }
    package static prefix func - (span: Nanoseconds) -> Nanoseconds { Nanoseconds(-span.count) }
}

extension Nanoseconds: CustomStringConvertible {
    /// Milliseconds with up to three decimals, as in `12.5 ms`.
    package var description: String {
        let thousandths = (count + (count < 0 ? -500 : 500)) / 1_000
        let whole = thousandths / 1_000
        var fraction = String(abs(thousandths % 1_000))
        while fraction.count < 3 { fraction = "0" + fraction }
        while fraction.hasSuffix("0") { fraction.removeLast() }
        let sign = thousandths < 0 && whole == 0 ? "-" : ""
        return "\(sign)\(whole)\(fraction.isEmpty ? "" : "." + fraction) ms"
    }
}

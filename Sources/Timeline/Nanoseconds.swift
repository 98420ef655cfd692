/// A signed span of time in whole nanoseconds.
///
/// One machine word, where `Duration` is two: it is added and compared for every
/// packet. Range: ±292 years. Public where all else is `package`, as are ``RunInstant`` and
/// ``WireBuffer``: the compiler puts only public functions of one module into another's code.
public struct Nanoseconds: Hashable, Comparable, Sendable, Codable, AdditiveArithmetic {
    /// Whole nanoseconds.
    public var count: Int64

    /// No time at all.
    public static var zero: Nanoseconds { Nanoseconds(0) }

    /// A span of `count` nanoseconds.
    public init(_ count: Int64) { self.count = count }

    /// A whole number of microseconds.
    public static func microseconds(_ count: Int64) -> Nanoseconds { Nanoseconds(count * 1_000) }
    /// A whole number of milliseconds.
    public static func milliseconds(_ count: Int64) -> Nanoseconds {
        Nanoseconds(count * 1_000_000)
    }
    /// A whole number of seconds.
    public static func seconds(_ count: Int64) -> Nanoseconds {
        Nanoseconds(count * 1_000_000_000)
    }

    /// The nearest whole nanosecond to a fractional number of milliseconds.
    public init(milliseconds: Double) { self.init(Int64((milliseconds * 1e6).rounded())) }

    /// The time `count` samples take at `rate` samples per second, rounded down.
    public init(samples count: Int, rate: Int) {
        self.init(Int64(count) * 1_000_000_000 / Int64(rate))
    }

    /// In milliseconds, fractions kept.
    public var milliseconds: Double { Double(count) / 1e6 }
    /// In seconds, fractions kept.
    public var seconds: Double { Double(count) / 1e9 }

    /// How many whole samples at `rate` per second fit into this span, rounded down.
    public func samples(rate: Int) -> Int {
        let product = count.multipliedFullWidth(by: Int64(rate))
        let (quotient, remainder) = Int64(1_000_000_000).dividingFullWidth(product)
        return Int(remainder < 0 ? quotient - 1 : quotient)
    }

    /// Whether the left span is shorter, or further below zero.
    public static func < (left: Nanoseconds, right: Nanoseconds) -> Bool {
        left.count < right.count
    }
    /// Both spans, one after the other.
    public static func + (left: Nanoseconds, right: Nanoseconds) -> Nanoseconds {
        Nanoseconds(left.count + right.count)
    }
    /// What is left of the one without the other.
    public static func - (left: Nanoseconds, right: Nanoseconds) -> Nanoseconds {
        Nanoseconds(left.count - right.count)
    }
    /// The span so many times.
    public static func * (span: Nanoseconds, factor: Int) -> Nanoseconds {
        Nanoseconds(span.count * Int64(factor))
    }
    /// How often the right span fits whole into the left one.
    public static func / (left: Nanoseconds, right: Nanoseconds) -> Int64 {
        left.count / right.count
    }
    /// One of so many equal parts, rounded towards zero.
    public static func / (left: Nanoseconds, divisor: Int) -> Nanoseconds {
        Nanoseconds(left.count / Int64(divisor))
    }
    /// The same span the other way.
    public static prefix func - (span: Nanoseconds) -> Nanoseconds { Nanoseconds(-span.count) }
}

extension Nanoseconds: CustomStringConvertible {
    /// Milliseconds with up to three decimals, as in `12.5 ms`.
    public var description: String {
        let thousandths = (count + (count < 0 ? -500 : 500)) / 1_000
        let whole = thousandths / 1_000
        var fraction = String(abs(thousandths % 1_000))
        while fraction.count < 3 { fraction = "0" + fraction }
        while fraction.hasSuffix("0") { fraction.removeLast() }
        let sign = thousandths < 0 && whole == 0 ? "-" : ""
        return "\(sign)\(whole)\(fraction.isEmpty ? "" : "." + fraction) ms"
    }
}

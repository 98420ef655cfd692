import Timeline

extension RunInstant {
    /// Milliseconds since the run's origin.
    static func ms(_ count: Double) -> RunInstant { .zero + Nanoseconds(milliseconds: count) }

    var ms: Double { (self - .zero).milliseconds }
}

extension Nanoseconds {
    static func ms(_ count: Double) -> Nanoseconds { Nanoseconds(milliseconds: count) }
}

extension SeededGenerator {
    /// A whole number of milliseconds in a range.
    mutating func milliseconds(_ range: ClosedRange<Int>) -> Double {
        Double(Int.random(in: range, using: &self))
    }
}

/// Whether two times are the same to a tenth of a millisecond, the grain of a sound frame.
func isNear(_ left: RunInstant?, _ right: Double, by tolerance: Double = 0.2) -> Bool {
    left.map { abs($0.ms - right) <= tolerance } ?? false
}

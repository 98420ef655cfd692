package import Timeline

/// Durations as scenarios write them: a number and its unit, as in `250ms`, `1.5s`, `2m`.
package enum DurationText {
    private static let units: [(suffix: String, nanoseconds: Int64)] = [
        // The longer suffixes first: `ms` ends in `s`.
        ("us", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000),
        ("h", 3_600_000_000_000),
    ]

    /// Reads one exactly; `nil` without a unit, below a nanosecond, negative, or beyond 292 years.
    package static func parse(_ text: String) -> Nanoseconds? {
        guard let unit = units.first(where: { text.hasSuffix($0.suffix) }) else { return nil }
        let parts = text.dropLast(unit.suffix.count).split(
            separator: ".", omittingEmptySubsequences: false)
        let isNumber = parts.allSatisfy {
            !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) }
        }
        guard (1...2).contains(parts.count), isNumber, let whole = Int64(parts[0]) else {
            return nil
        }
        var (count, isOver) = whole.multipliedReportingOverflow(by: unit.nanoseconds)
        guard !isOver else { return nil }
        guard parts.count == 2 else { return Nanoseconds(count) }

        var place = unit.nanoseconds
        for digit in parts[1].utf8 {
            let value = Int64(digit) - 48
            guard place % 10 == 0 || value == 0 else {
                // Finer than a nanosecond.
                return nil
            }
            place /= 10
            (count, isOver) = count.addingReportingOverflow(value * place)
            guard !isOver else { return nil }
        }
        return Nanoseconds(count)
    }

    /// Writes one so that ``parse(_:)`` gives it back exactly.
    ///
    /// - Precondition: not negative.
    package static func render(_ span: Nanoseconds) -> String {
        precondition(span >= .zero, "a scenario holds no negative duration, got \(span)")
        guard span > .zero else { return "0ms" }
        for unit in units.reversed() where unit.suffix != "us" && span.count % unit.nanoseconds == 0
        {
            return "\(span.count / unit.nanoseconds)\(unit.suffix)"
        }
        let thousandths = String(span.count % 1_000 + 1_000).dropFirst()
        return "\(span.count / 1_000).\(thousandths)us"
    }
}

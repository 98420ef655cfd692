/// Values of a page in Prometheus' text format, 0.0.4, or in OpenMetrics'.
///
/// Only what a process tells of itself is wanted of it, so lines that are no samples are passed over,
/// and a page may be of any program and break off anywhere.
package enum PrometheusText {
    /// The sum of a metric's samples over all its labels; `nil` where there is none with a finite
    /// value.
    ///
    /// Several processes behind one endpoint tell theirs apart by labels; together they are the agent.
    package static func sum(of metric: String, in page: String) -> Double? {
        var sum: Double?
        for line in page.utf8.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
            guard let value = value(of: metric, in: line), value.isFinite else { continue }
            sum = (sum ?? 0) + value
        }
        return sum
    }

    /// The value of one line, if it is a sample of the metric.
    private static func value(of metric: String, in line: Substring.UTF8View) -> Double? {
        var rest = line.drop(while: isBlank)
        guard rest.starts(with: metric.utf8) else { return nil }
        rest = rest.dropFirst(metric.utf8.count)
        let brace = UInt8(ascii: "{")
        // Otherwise it is a longer name that begins alike.
        guard let next = rest.first, next == brace || isBlank(next) else { return nil }
        rest = rest.drop(while: isBlank)
        if rest.first == brace {
            guard let end = endOfLabels(rest) else { return nil }
            rest = rest[end...].dropFirst()
        }
        // A time, or an exemplar, may follow.
        let word = rest.drop(while: isBlank).prefix { !isBlank($0) }
        return number(String(Substring(word)))
    }

    /// Where the closing brace is; one inside a label's value is not it.
    private static func endOfLabels(
        _ labels: Substring.UTF8View
    ) -> Substring.UTF8View.Index? {
        var isQuoted = false
        var isEscaped = false
        for index in labels.indices {
            let byte = labels[index]
            if isEscaped {
                isEscaped = false
            } else if isQuoted, byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isQuoted.toggle()
            } else if !isQuoted, byte == UInt8(ascii: "}") {
                return index
            }
        }
        return nil
    }

    /// A decimal number; `NaN` and infinities are none that could be reckoned with.
    private static func number(_ word: String) -> Double? {
        let isDecimal = word.utf8.allSatisfy { "0123456789+-.eE".utf8.contains($0) }
        return isDecimal ? Double(word) : nil
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}

/// Numbers as people read them, the same in every locale.
enum Figure {
    /// Stands for a number that was not measured, or that too few samples were taken for.
    static let absent = "—"

    /// `value` with exactly `decimals` places (0...6), halves rounded away from zero.
    ///
    /// Values that no table could hold (not finite, or 10¹⁵ and more) are shown as absent.
    static func fixed(_ value: Double, _ decimals: Int) -> String {
        var scale: Int64 = 1
        for _ in 0..<decimals { scale *= 10 }
        guard value.isFinite, abs(value) < 1e15 / Double(scale) else { return absent }
        let scaled = Int64((value * Double(scale)).rounded())
        let digits = String(abs(scaled))
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        let whole = padded.dropLast(decimals)
        let fraction = padded.suffix(decimals)
        return (scaled < 0 ? "-" : "") + whole + (decimals == 0 ? "" : "." + fraction)
    }

    /// Whole numbers from 100 on, three figures or two places below: `412`, `12.3`, `0.87`.
    static func plain(_ value: Double) -> String {
        let size = abs(value)
        if size == 0 { return "0" }
        return fixed(value, size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2)
    }

    static func plain(_ value: Double?) -> String { value.map { plain($0) } ?? absent }

    /// A change with a real minus and a sign of its own, which what rounds to nothing has not:
    /// `−10.0`, `+0.4`, `0.0`.
    static func signed(_ value: Double) -> String {
        let text = fixed(abs(value), abs(value) >= 99.95 ? 0 : 1)
        return text == "0.0" ? text : (value < 0 ? "−" : "+") + text
    }

    /// How far two latencies lie apart, with the share of the slower that this is: `77 ms (13 %)`;
    /// `nil` where they are alike to the last place shown.
    static func gap(_ milliseconds: Double, share: Double) -> String? {
        let amount = plain(abs(milliseconds))
        guard Double(amount) != 0 else { return nil }
        let percent = abs(share) * 100
        return "\(amount) ms (\(fixed(percent, percent < 9.95 ? 1 : 0)) %)"
    }

    /// A share as a percentage: `99.7 %`.
    static func percent(_ share: Double?) -> String {
        share.map { percentNumber($0) + " %" } ?? absent
    }

    /// A share as a percentage without its sign: one place, none for a whole 0 and 100, and what is
    /// neither is never rounded to one of them.
    static func percentNumber(_ share: Double) -> String {
        if share == 0 || share == 1 { return share == 0 ? "0" : "100" }
        if share > 0, share < 0.0005 { return "<0.1" }
        if share < 1, share > 0.9995 { return ">99.9" }
        return fixed(share * 100, 1)
    }

    /// A span in milliseconds with the unit that suits it: `250 ms`, `2 s`, `2.5 s`.
    static func span(milliseconds: Double) -> String {
        guard abs(milliseconds) >= 1_000 else { return plain(milliseconds) + " ms" }
        return shortest(milliseconds / 1_000) + " s"
    }

    /// A length of time: `31.2 s`, `4 min 05 s`, `2 h 03 min`.
    static func duration(seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return absent }
        if seconds < 59.95 { return fixed(seconds, 1) + " s" }
        let whole = Int(seconds.rounded())
        if whole < 3_600 { return "\(whole / 60) min \(twoDigits(whole % 60)) s" }
        return "\(whole / 3_600) h \(twoDigits(whole % 3_600 / 60)) min"
    }

    /// Up to three decimals, or as many as are asked for, without trailing zeros.
    static func shortest(_ value: Double, _ decimals: Int = 3) -> String {
        var text = fixed(value, decimals)
        guard text.contains(".") else { return text }
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text == "-0" ? "0" : text
    }

    /// `1 call`, `2 calls`.
    static func count(_ number: Int, _ noun: String) -> String {
        "\(number) \(noun)\(number == 1 ? "" : "s")"
    }

    private static func twoDigits(_ number: Int) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}

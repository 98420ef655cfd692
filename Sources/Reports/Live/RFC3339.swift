/// Instants of time of day as RFC 3339 writes them, in UTC and to the nanosecond.
package enum RFC3339 {
    private static let nanosecondsPerSecond: Int64 = 1_000_000_000

    /// - Parameter unixNanoseconds: since 1970-01-01T00:00:00Z, leap seconds left out; up to 2262.
    package static func text(unixNanoseconds: Int64) -> String {
        let (seconds, fraction) = divided(unixNanoseconds, by: nanosecondsPerSecond)
        let (days, ofDay) = divided(seconds, by: 86_400)
        let (year, month, day) = date(daysSince1970: days)
        let date = "\(padded(year, to: 4))-\(padded(month, to: 2))-\(padded(day, to: 2))"
        let time = [ofDay / 3_600, ofDay / 60 % 60, ofDay % 60].map { padded($0, to: 2) }
        return "\(date)T\(time.joined(separator: ":")).\(padded(fraction, to: 9))Z"
    }

    /// The proleptic Gregorian calendar, years counted from March so that a leap day comes last.
    private static func date(daysSince1970: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = divided(daysSince1970 + 719_468, by: 146_097)
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    /// Quotient rounded down, and what is left: never below zero.
    private static func divided(_ number: Int64, by divisor: Int64) -> (Int64, Int64) {
        let rest = number % divisor
        return rest < 0 ? (number / divisor - 1, rest + divisor) : (number / divisor, rest)
    }

    private static func padded(_ number: Int64, to digits: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}

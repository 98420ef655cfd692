/// Several values of `--set`, as in `agent.embedded.endpointing=200ms,300ms`: one run for each.
package struct ScenarioSweep: Equatable, Sendable {
    /// One key and the values it takes, in the order given.
    package struct Axis: Equatable, Sendable {
        package var key: String
        package var values: [String]
    }

    /// More runs than this are a mistake in typing more often than a wish.
    package static let runsAtMost = 64

    /// In the order given; empty where nothing is swept.
    package private(set) var axes: [Axis] = []
    /// Every setting in its place, those of one value too.
    private var settings: [Axis] = []

    /// Keys that hold free text, where a comma is a comma.
    private static let textKeys = ["name", "description", "url", "username", "instructions"]
    /// Mappings whose values are somebody else's text.
    private static let textMappings = ["headers", "session", "signalling_fields", "auth", "tls"]

    /// Finds the settings with several values.
    ///
    /// Commas part values, but for those in quotes, in `[…]`, `{…}` or `(…)`, and in keys that hold
    /// free text.
    ///
    /// - Throws: a problem for an empty value, one that is there twice, a key that is swept twice,
    ///   one that a
    ///   later setting changes again, or more than ``runsAtMost`` runs.
    package init(_ given: [ScenarioOverrides.Setting]) throws(SweepProblem) {
        for (index, setting) in given.enumerated() {
            let values = Self.values(of: setting)
            settings.append(Axis(key: setting.key, values: values))
            guard values.count > 1 else { continue }
            let option = "--set \(setting.key)=\(setting.value)"
            guard !values.contains("") else {
                throw SweepProblem("\(option): a value between commas is empty; leave it out")
            }
            guard Set(values).count == values.count else {
                throw SweepProblem("\(option): a value is there twice; each is one run")
            }
            guard given.count(where: { $0.keys == setting.keys }) == 1 else {
                throw SweepProblem("\(option): '\(setting.key)' is set more than once; keep one")
            }
            // Each run would be named after a value that is not, or not wholly, the one it had.
            if let later = given[index...].dropFirst().first(where: {
                $0.keys.starts(with: setting.keys) || setting.keys.starts(with: $0.keys)
            }) {
                throw SweepProblem(
                    "\(option): --set \(later.key) behind it changes it again; leave one out, or "
                        + "sweep '\(later.key)' alone")
            }
            axes.append(Axis(key: setting.key, values: values))
        }
        let (count, overflows) = axes.reduce((1, false)) { product, axis in
            let (value, isOver) = product.0.multipliedReportingOverflow(by: axis.values.count)
            return (value, product.1 || isOver)
        }
        guard !overflows, count <= Self.runsAtMost else {
            throw SweepProblem(
                "--set: \(axes.map { "\($0.values.count)" }.joined(separator: " × ")) values are"
                    + " more than \(Self.runsAtMost) runs; take fewer values, or fewer keys at once"
            )
        }
    }

    /// The settings of each run: every combination, the last key changing fastest.
    package var points: [[ScenarioOverrides.Setting]] {
        settings.reduce([[]]) { points, axis in
            points.flatMap { point in
                axis.values.map { point + [ScenarioOverrides.Setting(key: axis.key, value: $0)] }
            }
        }
    }

    /// Of one run's settings those that the sweep changes.
    package func swept(_ point: [ScenarioOverrides.Setting]) -> [ScenarioOverrides.Setting] {
        point.filter { setting in axes.contains { $0.key == setting.key } }
    }

    private static func values(of setting: ScenarioOverrides.Setting) -> [String] {
        let keys = setting.key.split(separator: ".").map(String.init)
        let isText =
            keys.last.map(textKeys.contains) ?? false || keys.contains(where: textMappings.contains)
        return isText ? [setting.value] : parts(of: setting.value)
    }

    /// Parts between the commas that stand outside quotes and brackets, without spaces around them.
    private static func parts(of text: String) -> [String] {
        var parts = [""]
        var depth = 0
        var quote: Character?
        for character in text {
            switch character {
            case "\"", "'":
                if quote == character { quote = nil } else { quote = quote ?? character }
            case "[", "{", "(": if quote == nil { depth += 1 }
            case "]", "}", ")": if quote == nil { depth -= 1 }
            case "," where depth <= 0 && quote == nil:
                parts.append("")
                continue
            default: break
            }
            parts[parts.count - 1].append(character)
        }
        guard parts.count > 1 else { return [text] }
        return parts.map { part in
            let head = part.drop { $0 == " " }
            return String(head.reversed().drop { $0 == " " }.reversed())
        }
    }
}

/// Why values cannot be swept, with what would be right.
package struct SweepProblem: Error, Equatable, Sendable {
    package let message: String

    init(_ message: String) { self.message = message }
}

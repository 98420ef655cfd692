import Timeline

/// Scalars: text, numbers, words of a closed set.
extension ScenarioReader {
    func text(_ entry: YAMLEntry) -> String? {
        guard let text = entry.value.text else {
            wrong(entry, "write text")
            return nil
        }
        return text
    }

    func flag(_ entry: YAMLEntry) -> Bool? {
        switch entry.value.content {
        case .scalar("true", isPlain: true): return true
        case .scalar("false", isPlain: true): return false
        case .scalar, .sequence, .mapping:
            wrong(entry, "write true or false")
            return nil
        }
    }

    func whole<Number: FixedWidthInteger>(_ entry: YAMLEntry, in range: ClosedRange<Number>)
        -> Number?
    {
        guard case .scalar(let text, isPlain: true) = entry.value.content,
            let number = Number(text),
            range.contains(number)
        else {
            wrong(entry, "write a whole number from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return number
    }

    func number(_ entry: YAMLEntry, in range: ClosedRange<Double>) -> Double? {
        guard case .scalar(let text, isPlain: true) = entry.value.content,
            let number = Self.decimal(text), range.contains(number)
        else {
            let bounds = [range.lowerBound, range.upperBound].map(Self.plain)
            wrong(entry, "write a number from \(bounds[0]) to \(bounds[1])")
            return nil
        }
        return number
    }

    /// One word of a closed set; `later` are words of the format that this version does not know yet.
    func word<Word: RawRepresentable & CaseIterable>(
        _ entry: YAMLEntry, _ type: Word.Type = Word.self, later: [String] = []
    ) -> Word? where Word.RawValue == String {
        let words = Word.allCases.map(\.rawValue)
        guard let text = entry.value.text else {
            wrong(entry, "write \(Suggestion.alternatives(words))")
            return nil
        }
        if let word = Word(rawValue: text) { return word }
        if later.contains(text) {
            report(
                .notInThisVersion, at: entry.value.place,
                "'\(entry.key): \(text)' is not in this version; write "
                    + "\(Suggestion.alternatives(words))"
            )
        } else {
            report(
                .unknownValue, at: entry.value.place,
                "'\(entry.key)' is '\(text)'; \(Suggestion.remedy(for: text, among: words))"
            )
        }
        return nil
    }

    /// Reports that a key's value is of the wrong kind or size.
    func wrong(_ entry: YAMLEntry, _ remedy: String, code: ScenarioProblem.Code? = nil) {
        let code = code ?? (entry.value.text == nil ? .wrongType : .outOfRange)
        let place = entry.value.isNull ? entry.place : entry.value.place
        report(code, at: place, "'\(entry.key)' is \(entry.value.kindName); \(remedy)")
    }

    /// A finite decimal number as people write it: no hexadecimal, no `inf`, no `nan`.
    static func decimal(_ text: String) -> Double? {
        let allowed = "0123456789.+-eE".utf8
        guard let first = text.utf8.first, "0123456789.+-".utf8.contains(first),
            text.utf8.allSatisfy({ allowed.contains($0) }), let number = Double(text),
            number.isFinite
        else { return nil }
        return number
    }

    /// Without a fraction where there is none.
    static func plain(_ number: Double) -> String {
        Int64(exactly: number).map { String($0) } ?? "\(number)"
    }
}

/// Durations, and what they are drawn from.
extension ScenarioReader {
    func duration(_ entry: YAMLEntry, in range: ClosedRange<Nanoseconds>) -> Nanoseconds? {
        guard let text = entry.value.text else {
            wrong(entry, "write a duration, as in 250ms or 2s")
            return nil
        }
        guard let span = DurationText.parse(text) else {
            let hasUnit = Self.decimal(text) == nil
            report(
                hasUnit ? .outOfRange : .missingUnit, at: entry.value.place,
                hasUnit
                    ? "'\(entry.key)' is '\(text)', which is no duration; write 250ms or 2s"
                    : "'\(entry.key)' is '\(text)' without a unit; write 250ms or 2s"
            )
            return nil
        }
        guard range.contains(span) else {
            let bounds = [range.lowerBound, range.upperBound].map(DurationText.render)
            report(
                .outOfRange, at: entry.value.place,
                "'\(entry.key)' is '\(text)'; write a duration from \(bounds[0]) to \(bounds[1])"
            )
            return nil
        }
        return span
    }

    func distribution(_ entry: YAMLEntry, in range: ClosedRange<Nanoseconds>)
        -> DurationDistribution?
    {
        guard case .mapping = entry.value.content else {
            if case .sequence = entry.value.content {
                wrong(entry, "write a duration, or {uniform: [600ms, 1500ms]}")
                return nil
            }
            return duration(entry, in: range).map { .fixed($0) }
        }
        let title = "'\(entry.key)'"
        guard let fields = fields(entry.value, at: entry.place, of: .distribution, title: title)
        else { return nil }
        guard fields.entries.count == 1, let shape = fields.entries.first else {
            if fields.entries.count > 1 {
                report(
                    .conflict, at: entry.place,
                    "\(title) has \(fields.entries.count) distributions; keep one"
                )
            } else if case .mapping(let all) = entry.value.content, all.isEmpty {
                wrong(entry, "write a duration, or {uniform: [600ms, 1500ms]}")
            }
            return nil
        }
        switch shape.key {
        case "uniform": return uniform(shape, in: range)
        case "exponential": return exponential(shape, in: range)
        default: return spread(shape, in: range)
        }
    }

    private func uniform(
        _ shape: YAMLEntry, in range: ClosedRange<Nanoseconds>
    ) -> DurationDistribution? {
        guard case .sequence(let bounds) = shape.value.content, bounds.count == 2 else {
            wrong(shape, "write two durations, as in [600ms, 1500ms]", code: .wrongType)
            return nil
        }
        let spans = bounds.map {
            duration(YAMLEntry(key: "uniform", place: shape.place, value: $0), in: range)
        }
        guard let from = spans[0], let to = spans[1] else { return nil }
        guard from <= to else {
            report(
                .outOfRange, at: shape.value.place,
                "'uniform' runs from \(DurationText.render(from)) down to "
                    + "\(DurationText.render(to)); "
                    + "write the smaller one first"
            )
            return nil
        }
        return .uniform(from: from, to: to)
    }

    private func exponential(
        _ shape: YAMLEntry, in range: ClosedRange<Nanoseconds>
    ) -> DurationDistribution? {
        guard case .mapping = shape.value.content else {
            return duration(shape, in: range).map { .exponential(mean: $0) }
        }
        guard let fields = fields(shape.value, at: shape.place, of: .mean),
            let mean = required("mean", of: fields, "'exponential'", "write {mean: 100ms}")
        else { return nil }
        return duration(mean, in: range).map { .exponential(mean: $0) }
    }

    private func spread(
        _ shape: YAMLEntry, in range: ClosedRange<Nanoseconds>
    ) -> DurationDistribution? {
        let remedy = "write {mean: 120ms, sd: 20ms}"
        let title = "'\(shape.key)'"
        guard let fields = fields(shape.value, at: shape.place, of: .spread, title: title) else {
            return nil
        }
        let mean = required("mean", of: fields, title, remedy).flatMap { duration($0, in: range) }
        let sd = required("sd", of: fields, title, remedy).flatMap {
            duration($0, in: .zero...range.upperBound)
        }
        guard let mean, let sd else { return nil }
        guard shape.key == "lognormal" else { return .normal(mean: mean, sd: sd) }
        // Beyond this the logarithm's tail reaches years, which no instant of a run can hold.
        guard mean > .zero, sd.count <= mean.count * 10 else {
            report(
                .outOfRange, at: shape.place,
                "'lognormal' needs a mean above zero and an sd of at most ten times the mean"
            )
            return nil
        }
        return .lognormal(mean: mean, sd: sd)
    }

    /// A key that must be there.
    func required(_ key: String, of fields: Fields, _ title: String, _ remedy: String) -> YAMLEntry?
    {
        if let entry = fields[key] { return entry }
        report(.missingKey, at: fields.place, "\(title) has no '\(key)'; \(remedy)")
        return nil
    }
}

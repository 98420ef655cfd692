import Timeline

/// Thresholds in k6's grammar: `p(95)<450ms`, `avg<=1.2s`, `rate>0.97`.
extension ScenarioReader {
    func objectives(_ entry: YAMLEntry) -> [Objective] {
        guard case .mapping(let entries) = entry.value.content else {
            wrong(entry, "write first_audio: [\"p(95)<900ms\"]", code: .wrongType)
            return []
        }
        return entries.flatMap { metric -> [Objective] in
            guard let definition = MetricCatalogue.metric(named: metric.key) else {
                let names = MetricCatalogue.all.map(\.name)
                report(
                    .unknownKey, at: metric.place,
                    "unknown metric '\(metric.key)'; "
                        + "\(Suggestion.remedy(for: metric.key, among: names))"
                )
                return []
            }
            let expressions: [YAMLValue]
            switch metric.value.content {
            case .sequence(let items) where !items.isEmpty: expressions = items
            case .scalar where metric.value.text != nil: expressions = [metric.value]
            case .mapping: expressions = [metric.value]
            case .scalar, .sequence:
                wrong(
                    metric, "write a list, as in [\"\(Self.example(definition))\"]",
                    code: .wrongType)
                return []
            }
            return expressions.compactMap { item in
                guard case .mapping = item.content else { return objective(item, of: definition) }
                return abortingObjective(item, of: definition)
            }
        }
    }

    /// `{threshold: "p(95)<900ms", abort_on_fail: true, delay: 10s}`.
    private func abortingObjective(
        _ value: YAMLValue, of metric: MetricDefinition
    ) -> Objective? {
        let title = "an objective of '\(metric.name)'"
        guard let fields = fields(value, at: value.place, of: .objective, title: title),
            let threshold = required(
                "threshold", of: fields, title, "write threshold: \"\(Self.example(metric))\""),
            var objective = objective(threshold.value, of: metric)
        else { return nil }
        let aborts = fields["abort_on_fail"].flatMap { flag($0) } ?? false
        let delay =
            fields["delay"].flatMap { duration($0, in: .zero...Nanoseconds.seconds(86_400)) }
        if let entry = fields["delay"], !aborts {
            report(
                .conflict, at: entry.place,
                "'delay' is that of abort_on_fail; add abort_on_fail: true, or leave it out")
        }
        if aborts { objective.abortAfter = delay ?? .zero }
        return objective
    }

    private static func example(_ metric: MetricDefinition) -> String {
        switch metric.unit {
        case .ms: "p(95)<450ms"
        case .score: "avg>4.0"
        case .ratio: metric.better == .higher ? "rate>0.97" : "rate<0.03"
        }
    }

    private func objective(_ value: YAMLValue, of metric: MetricDefinition) -> Objective? {
        let example = Self.example(metric)
        guard let written = value.text else {
            report(
                .wrongType, at: value.place,
                "an objective is \(value.kindName); write \"\(example)\"")
            return nil
        }
        let expression = written.filter { !$0.isWhitespace }
        guard let sign = expression.firstIndex(where: { $0 == "<" || $0 == ">" }) else {
            report(
                .unknownValue, at: value.place,
                "objective '\(written)' compares nothing; write \"\(example)\""
            )
            return nil
        }
        var limitStart = expression.index(after: sign)
        var comparison: Objective.Comparison = expression[sign] == "<" ? .less : .greater
        if limitStart < expression.endIndex, expression[limitStart] == "=" {
            comparison = comparison == .less ? .atMost : .atLeast
            limitStart = expression.index(after: limitStart)
        }
        let aggregate = aggregate(expression[..<sign], of: metric, written, at: value.place)
        let limit = limit(expression[limitStart...], of: metric, written, at: value.place)
        guard let aggregate, let limit else { return nil }
        return Objective(
            metric: metric.name, aggregate: aggregate, comparison: comparison, limit: limit,
            expression: written
        )
    }

    private func aggregate(
        _ text: Substring, of metric: MetricDefinition, _ written: String, at place: Place
    ) -> Objective.Aggregate? {
        let plain: [Substring: Objective.Aggregate] = [
            "avg": .average, "min": .minimum, "med": .median, "max": .maximum, "rate": .rate,
        ]
        var found = plain[text]
        if text.hasPrefix("p("), text.hasSuffix(")") {
            // Shifted as text: 99.9 divided by a hundred is not the nearest number to 0.999.
            let percent = text.dropFirst(2).dropLast()
            let isPlain = percent.utf8.allSatisfy {
                (48...57).contains($0) || $0 == UInt8(ascii: ".")
            }
            guard isPlain, let quantile = Double(percent + "e-2"), quantile > 0, quantile < 1 else {
                report(
                    .outOfRange, at: place,
                    "objective '\(written)': the percentile lies between 0 and 100, as in p(95)"
                )
                return nil
            }
            found = .quantile(quantile)
        }
        guard let found else {
            let known = ["p(95)", "avg", "min", "med", "max", "rate"]
            report(
                .unknownValue, at: place,
                "objective '\(written)': '\(text)' is no aggregate; "
                    + Suggestion.remedy(for: String(text), among: known)
            )
            return nil
        }
        guard (found == .rate) == (metric.unit == .ratio) else {
            report(
                .conflict, at: place,
                metric.unit == .ratio
                    ? "objective '\(written)': \(metric.name) is a rate; write "
                        + "\"\(Self.example(metric))\""
                    : "objective '\(written)': \(metric.name) has no rate; write "
                        + "\"\(Self.example(metric))\""
            )
            return nil
        }
        return found
    }

    private func limit(
        _ text: Substring, of metric: MetricDefinition, _ written: String, at place: Place
    ) -> Double? {
        let text = String(text)
        let number = Self.decimal(text)
        switch metric.unit {
        case .ms:
            // A reply may begin before the turn ends, so a limit below zero makes sense.
            let isNegative = text.hasPrefix("-")
            if let span = DurationText.parse(isNegative ? String(text.dropFirst()) : text) {
                return isNegative ? -span.milliseconds : span.milliseconds
            }
            report(
                number == nil ? .unknownValue : .missingUnit, at: place,
                number == nil
                    ? "objective '\(written)': '\(text)' is no duration; write 450ms or 1.2s"
                    : "objective '\(written)': the limit has no unit; write \(text)ms"
            )
            return nil
        case .score, .ratio:
            let range = metric.unit == .ratio ? 0.0...1.0 : 1.0...4.5
            if let number, range.contains(number) { return number }
            report(
                .outOfRange, at: place,
                "objective '\(written)': the limit of \(metric.name) is a number from "
                    + "\(Self.plain(range.lowerBound)) to \(Self.plain(range.upperBound))"
            )
            return nil
        }
    }
}

import Analysis

extension JSONReport {
    /// Paths against the fastest one, `null` where a bound or a quantile is not known.
    static func difference(_ difference: PathDifference) -> JSONValue {
        .object([
            ("metric", .string(difference.metric)),
            ("faster", .string(difference.faster)),
            ("slower", .string(difference.slower)),
            ("p50", gap(difference.p50)),
            ("p95", difference.p95.map(gap) ?? .null),
            (
                "stages",
                .array(
                    difference.stages.map { stage in
                        .object([
                            ("stage", .string(stage.stage.rawValue)),
                            ("difference_ms", .number(stage.difference)),
                            ("ci95", bounds(stage.interval)),
                        ])
                    })
            ),
        ])
    }

    private static func gap(_ gap: PathDifference.Gap) -> JSONValue {
        .object([
            ("faster_ms", JSONValue(gap.faster)),
            ("slower_ms", JSONValue(gap.slower)),
            ("difference_ms", JSONValue(gap.difference)),
            ("ci95", bounds(gap.interval)),
            ("conclusion", .string(gap.conclusion.rawValue)),
        ])
    }

    private static func bounds(_ interval: Interval?) -> JSONValue {
        .array([JSONValue(interval?.lower), JSONValue(interval?.upper)])
    }
}

import Analysis

/// A comparison as one JSON document.
package enum ComparisonJSON {
    /// Ends in a newline; a number that is not known is `null`.
    package static func render(_ document: ComparisonDocument) -> String {
        value(document).pretty() + "\n"
    }

    static func value(_ document: ComparisonDocument) -> JSONValue {
        let comparison = document.comparison
        return .object([
            ("schema", .whole(1)),
            ("a", side(document.first)),
            ("b", side(document.second)),
            ("design", design(comparison.design)),
            ("level", .number(comparison.terms.level)),
            ("margin", .number(comparison.terms.margin)),
            ("rate_margin", .number(comparison.terms.rateMargin)),
            ("findings", .array(comparison.findings.map(finding))),
            ("described", .array(comparison.others.map(finding))),
            ("sentences", .array(document.sentences.map { .string($0) })),
            ("differences", .array(document.differences.map { .string($0) })),
            ("obstacles", .array(document.obstacles.map { .string($0) })),
            ("invalid", .array(document.invalid.map { .string($0) })),
        ])
    }

    private static func side(_ side: ComparisonDocument.Side) -> JSONValue {
        .object([
            ("reference", .string(side.reference)),
            ("name", .string(side.name)),
            ("runs", .array(side.runs.map { .string($0.id) })),
        ])
    }

    private static func design(_ design: ComparisonDesign) -> JSONValue {
        switch design {
        case .paired(let pairs):
            .object([("kind", .string("paired")), ("pairs", .whole(pairs))])
        case .independent(let first, let second):
            .object([
                ("kind", .string("independent")),
                ("runs", .array([.whole(first), .whole(second)])),
            ])
        case .single: .object([("kind", .string("single"))])
        }
    }

    private static func finding(_ finding: ComparisonFinding) -> JSONValue {
        .object([
            ("path", .string(finding.path)),
            ("metric", .string(finding.metric)),
            ("statistic", .string(finding.statistic)),
            ("unit", .string(finding.unit)),
            ("a", figure(finding.first)),
            ("b", figure(finding.second)),
            ("difference", JSONValue(finding.difference)),
            ("difference_interval", interval(finding.differenceInterval)),
            ("ratio", fine(finding.estimate?.ratio)),
            ("ratio_interval", interval(finding.estimate?.interval)),
            ("bootstrap_interval", interval(finding.bootstrap)),
            ("p", fine(finding.estimate?.risk)),
            ("p_adjusted", fine(finding.adjustedRisk)),
            ("minimum_detectable", fine(finding.estimate?.minimumDetectable)),
            ("verdict", finding.verdict.map { .string($0.rawValue) } ?? .null),
            ("reason", finding.reason.map { .string($0) } ?? .null),
        ])
    }

    private static func figure(_ side: ComparisonFinding.Side) -> JSONValue {
        .object([
            ("value", JSONValue(side.value)), ("n", .whole(side.n)),
            ("beyond", JSONValue(side.beyond)),
        ])
    }

    private static func interval(_ interval: Interval?) -> JSONValue {
        .array([fine(interval?.lower), fine(interval?.upper)])
    }

    /// Ratios and probabilities need more places than milliseconds do.
    private static func fine(_ value: Double?) -> JSONValue {
        guard let value, value.isFinite else { return .null }
        return .precise(value)
    }
}

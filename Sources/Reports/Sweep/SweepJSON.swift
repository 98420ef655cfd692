package import Analysis

/// A sweep as one JSON document, schema 1: what was swept, and the summary of each run.
package enum SweepJSON {
    /// One document, ending in a newline; each run's `summary` is what `--json` writes of one run.
    package static func render(_ sweep: SweepResult) -> String {
        JSONValue.object([
            ("schema", .whole(1)),
            (
                "sweep",
                .object([
                    ("id", .string(sweep.id)),
                    ("scenario", .string(sweep.scenario)),
                    ("keys", .array(sweep.keys.map { .string($0) })),
                    ("planned", .whole(sweep.planned)),
                ])
            ),
            (
                "runs",
                .array(
                    sweep.points.map { point in
                        .object([
                            (
                                "values",
                                .object(
                                    zip(sweep.keys, point.values).map { ($0, .string($1)) })
                            ),
                            ("summary", JSONReport.document(point.summary)),
                        ])
                    })
            ),
        ]).pretty() + "\n"
    }
}

import Analysis
import Timeline

extension JSONReport {
    /// What a path's ear was found to add.
    static func detector(_ path: PathSummary) -> JSONValue {
        .object([("onset", edge(path.detector?.onset)), ("stop", edge(path.detector?.stop))])
    }

    /// How far a path's latencies may be off, with the parts it is made of.
    static func errorBar(_ bar: ErrorBar) -> JSONValue {
        .object([
            ("ms", JSONValue(bar.total)),
            (
                "parts",
                .object([
                    ("ptime", JSONValue(bar.ptime)),
                    ("detector", JSONValue(bar.detector)),
                    ("lateness", JSONValue(bar.lateness)),
                    ("dwell", JSONValue(bar.dwell)),
                ])
            ),
            ("selftest", bar.selftest.map { .string($0) } ?? .null),
        ])
    }

    private static func edge(_ edge: DetectorBias.Edge?) -> JSONValue {
        guard let edge, edge.count > 0 else { return .null }
        return .object([
            ("bias_ms", .number(edge.bias.milliseconds)),
            ("sd_ms", .number(edge.deviation.milliseconds)),
            ("n", .whole(edge.count)),
        ])
    }
}

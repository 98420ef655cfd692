import Analysis
import Foundation
import GRDB
import Timeline

/// What is published of a run as rows: verdict, grades, metrics, rates and objectives.
enum PublishedRows {
    static func write(
        _ path: PathSummary, usage: GeneratorUsage?, pathRow: Int64, _ db: Database
    ) throws {
        try db.execute(
            sql: """
                UPDATE path SET hearing = ?, usage_json = ?, generator_json = ?, detector_json = ?
                WHERE id = ?
                """,
            arguments: [
                path.hearing, try usage.map { try StoredJSON.text($0) },
                try path.generator.map { try StoredJSON.text($0) },
                try path.detector.map { try StoredJSON.text(StoredDetector($0)) }, pathRow,
            ]
        )
        for metric in path.metrics {
            try columns(metric, pathRow: pathRow)
                .upsert(db, into: "metric", key: ["path_id", "metric"])
        }
        for rate in path.rates {
            var row = Columns()
            row.set("path_id", pathRow)
            row.set("metric", rate.name)
            row.set("hits", rate.hits)
            row.set("n", rate.n)
            row.set("value", rate.value)
            row.set("ci95_lower", rate.interval?.lower)
            row.set("ci95_upper", rate.interval?.upper)
            try row.upsert(db, into: "rate", key: ["path_id", "metric"])
        }
    }

    private static func columns(_ metric: MetricSummary, pathRow: Int64) throws -> Columns {
        var row = Columns()
        row.set("path_id", pathRow)
        row.set("metric", metric.name)
        row.set("unit", metric.unit)
        row.set("n", metric.n)
        row.set("censored", metric.censored)
        row.set("censored_at", metric.censoredAt)
        row.set("void", metric.void)
        row.set("min", metric.min)
        row.set("mean", metric.mean)
        for (name, _) in MetricSummary.quantiles { row.set(name, metric[quantile: name]) }
        row.set("max", metric.max)
        row.set("beyond_timeout_json", try StoredJSON.text(metric.beyondTimeout))
        row.set("ci95_json", try StoredJSON.text(metric.intervals))
        return row
    }

    static func write(_ summary: RunSummary, state: RunState, _ db: Database) throws {
        let run = summary.run
        try db.execute(sql: "DELETE FROM objective WHERE run_id = ?", arguments: [run.id])
        for objective in summary.objectives {
            var row = Columns()
            row.set("run_id", run.id)
            row.set("path", objective.path)
            row.set("metric", objective.metric)
            row.set("expression", objective.expression)
            row.set("value", objective.value)
            row.set("verdict", objective.verdict.rawValue)
            row.set("n", objective.n)
            row.set("reason", objective.reason)
            try row.insert(db, into: "objective")
        }
        // A run that is closed without having come to its end was interrupted.
        let closed = state == .finished ? state : .interrupted
        try db.execute(
            sql: """
                UPDATE run SET state = ?, verdict = ?, duration_s = ?, generator_json = ?,
                    ended_at = strftime('%Y-%m-%dT%H:%M:%fZ', started_at, ? || ' seconds')
                WHERE id = ?
                """,
            arguments: [
                closed.rawValue, summary.verdict.rawValue, run.durationSeconds,
                try summary.generator.map { try StoredJSON.text($0) },
                String(run.durationSeconds), run.id,
            ]
        )
    }
}

/// Bytes as SQLite keeps them.
enum StoredBytes {
    static func data(_ bytes: [UInt8]) -> Data { Data(bytes) }
    static func bytes(_ data: Data) -> [UInt8] { [UInt8](data) }
}

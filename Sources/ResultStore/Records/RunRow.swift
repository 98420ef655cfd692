import Analysis
import GRDB

/// A run as a row of `run`.
enum RunRow {
    static func columns(_ run: RunFacts, source: String) throws -> Columns {
        var row = Columns()
        row.set("id", run.id)
        row.set("mode", run.mode.rawValue)
        row.set("scenario", run.scenario)
        row.set("scenario_yaml", source)
        row.set("seed", Int64(bitPattern: run.seed))
        row.set("started_at", run.startedAt)
        row.set("duration_s", run.durationSeconds)
        row.set("state", RunState.unfinished.rawValue)
        row.set("version", run.version)
        row.set("git_revision", run.gitRevision)
        row.set("host_json", try StoredJSON.text(run.host))
        row.set("tags_json", try StoredJSON.text(run.tags))
        row.set("origin_mono_ns", run.originMonotonicNs)
        return row
    }

    static func facts(_ row: Row) throws -> RunFacts {
        let seed: Int64 = try row.required("seed")
        return RunFacts(
            id: try row.required("id"),
            mode: try row.word("mode"),
            scenario: try row.required("scenario"),
            seed: UInt64(bitPattern: seed),
            startedAt: try row.required("started_at"),
            durationSeconds: try row.required("duration_s"),
            version: try row.required("version"),
            gitRevision: row["git_revision"],
            host: try StoredJSON.value(try row.required("host_json"), as: HostFacts.self),
            tags: try StoredJSON.value(try row.required("tags_json"), as: [String: String].self),
            originMonotonicNs: row["origin_mono_ns"]
        )
    }
}

package import Analysis
import GRDB

/// One published figure: a metric or a rate of one path of one run.
package struct PublishedFigure: Equatable, Sendable {
    /// What was published.
    package enum Value: Equatable, Sendable {
        case metric(MetricSummary)
        case rate(RateSummary)
    }

    package let run: RunFacts
    /// `nil` while the run is `unfinished`.
    package let verdict: Verdict?
    package let path: String
    package let transport: String
    package let value: Value

    package init(
        run: RunFacts, verdict: Verdict?, path: String, transport: String, value: Value
    ) {
        self.run = run
        self.verdict = verdict
        self.path = path
        self.transport = transport
        self.value = value
    }
}

extension ResultStore {
    /// A metric or rate over a scenario's ordinary runs, as it was published; oldest first.
    ///
    /// - Parameters:
    ///   - metric: its name, as in `first_audio` or `response_rate`.
    ///   - runsAtMost: the newest that many runs are looked at.
    /// - Throws: `locked` or `damaged`.
    package func published(
        _ metric: String, scenario: String, mode: RunMode, runsAtMost: Int
    ) throws(StoreProblem) -> [PublishedFigure] {
        try read { db in
            let runs = try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM run WHERE scenario = ? AND mode = ? AND NOT \(Self.isPart)
                    ORDER BY rowid DESC LIMIT ?
                    """,
                arguments: [scenario, mode.rawValue, runsAtMost])
            return try runs.reversed().flatMap { run -> [PublishedFigure] in
                let facts = try RunRow.facts(run)
                let verdict: Verdict? = try run.optionalWord("verdict")
                return try figures(metric, of: facts.id, db).map { path, transport, value in
                    PublishedFigure(
                        run: facts, verdict: verdict, path: path, transport: transport,
                        value: value)
                }
            }
        }
    }

    /// The mode of a scenario's newest ordinary run; `nil` where it has none.
    ///
    /// - Throws: `locked` or `damaged`.
    package func newestMode(of scenario: String) throws(StoreProblem) -> RunMode? {
        try read { db in
            try Row.fetchOne(
                db,
                sql: """
                    SELECT mode FROM run WHERE scenario = ? AND NOT \(Self.isPart)
                    ORDER BY rowid DESC LIMIT 1
                    """,
                arguments: [scenario])?.word("mode")
        }
    }

    /// How many runs of a scenario were made as parts of something larger.
    ///
    /// - Throws: `locked` or `damaged`.
    package func parts(of scenario: String, mode: RunMode) throws(StoreProblem) -> Int {
        try read { db in
            try Int.fetchOne(
                db,
                sql: "SELECT count(*) FROM run WHERE scenario = ? AND mode = ? AND \(Self.isPart)",
                arguments: [scenario, mode.rawValue]) ?? 0
        }
    }

    /// Whether a run was made as a part of something larger.
    private static let isPart = """
        EXISTS (SELECT 1 FROM json_each(tags_json)
            WHERE key IN (\(RunTag.parts.map { "'\($0)'" }.joined(separator: ", "))))
        """

    /// Names of all scenarios and of all metrics and rates that were ever published.
    ///
    /// - Throws: `locked` or `damaged`.
    package func publishedNames() throws(StoreProblem) -> (scenarios: [String], metrics: [String]) {
        try read { db in
            let scenarios = try String.fetchAll(
                db, sql: "SELECT scenario FROM run GROUP BY scenario ORDER BY max(rowid) DESC")
            let metrics = try String.fetchAll(
                db, sql: "SELECT metric FROM metric UNION SELECT metric FROM rate")
            return (scenarios, metrics)
        }
    }

    private func figures(
        _ metric: String, of run: String, _ db: Database
    ) throws -> [(String, String, PublishedFigure.Value)] {
        let tables: [(String, (Row) throws -> PublishedFigure.Value)] = [
            ("metric", { .metric(try PublishedRows.metric($0)) }),
            ("rate", { .rate(try PublishedRows.rate($0)) }),
        ]
        return try tables.flatMap { table, read in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT path.name AS path_name, path.transport AS path_transport, \(table).*
                    FROM path JOIN \(table) ON \(table).path_id = path.id
                    WHERE path.run_id = ? AND \(table).metric = ? ORDER BY path.position
                    """,
                arguments: [run, metric]
            ).map { row in
                (
                    try row.required("path_name"), try row.required("path_transport"),
                    try read(row)
                )
            }
        }
    }
}

extension PublishedRows {
    /// A metric as it was published.
    static func metric(_ row: Row) throws -> MetricSummary {
        var metric = MetricSummary(
            name: try row.required("metric"), unit: try row.required("unit"))
        metric.n = try row.required("n")
        metric.censored = try row.required("censored")
        metric.censoredAt = row["censored_at"]
        metric.void = try row.required("void")
        metric.min = row["min"]
        metric.mean = row["mean"]
        metric.p50 = row["p50"]
        metric.p90 = row["p90"]
        metric.p95 = row["p95"]
        metric.p99 = row["p99"]
        metric.p999 = row["p999"]
        metric.max = row["max"]
        metric.beyondTimeout = try StoredJSON.value(
            try row.required("beyond_timeout_json"), as: [String].self)
        metric.intervals = try StoredJSON.value(
            try row.required("ci95_json"), as: [String: Interval].self)
        return metric
    }

    /// A rate as it was published.
    static func rate(_ row: Row) throws -> RateSummary {
        let (lower, upper): (Double?, Double?) = (row["ci95_lower"], row["ci95_upper"])
        return RateSummary(
            name: try row.required("metric"), hits: try row.required("hits"),
            n: try row.required("n"), value: row["value"],
            interval: lower == nil && upper == nil ? nil : Interval(lower: lower, upper: upper))
    }
}

import Analysis
import GRDB

/// A self-test as a row of `selftest`, and its biases as rows of `selftest_bias`.
enum SelftestRow {
    static func insert(_ selftest: Selftest, _ db: Database) throws {
        var row = Columns()
        row.set("id", selftest.id)
        row.set("started_at", selftest.startedAt)
        row.set("version", selftest.version)
        row.set("git_revision", selftest.gitRevision)
        row.set("host_json", try StoredJSON.text(selftest.host))
        row.set("result_json", try StoredJSON.text(selftest.result))
        try row.insert(db, into: "selftest")
        for (position, bias) in selftest.biases.enumerated() {
            try columns(bias, of: selftest.id, at: position).insert(db, into: "selftest_bias")
        }
    }

    private static func columns(_ bias: SelftestBias, of id: String, at position: Int) -> Columns {
        var row = Columns()
        row.set("selftest_id", id)
        row.set("position", position)
        row.set("transport", bias.transport)
        row.set("dialect", bias.dialect)
        row.set("codec", bias.codec)
        row.set("what", bias.what.rawValue)
        row.set("n", bias.count)
        row.set("bias_ms", bias.bias)
        row.set("sd_ms", bias.deviation)
        return row
    }

    /// The newest self-test of the same host that had begun by an instant.
    ///
    /// - Parameters:
    ///   - host: name, kernel and cores must be equal.
    ///   - instant: RFC 3339, UTC, as runs note it; `nil` for the newest of all.
    static func latest(
        on host: HostFacts, startedBy instant: String?, _ db: Database
    ) throws -> Selftest? {
        // As the time that is meant, since fractions of a second may be written or not.
        let sql = """
            SELECT * FROM selftest
            WHERE host_json = ?1 AND (?2 IS NULL OR julianday(started_at) <= julianday(?2))
            ORDER BY julianday(started_at) DESC, rowid DESC LIMIT 1
            """
        let arguments: StatementArguments = [try StoredJSON.text(host), instant]
        guard let row = try Row.fetchOne(db, sql: sql, arguments: arguments) else { return nil }
        return try selftest(row, db)
    }

    private static func selftest(_ row: Row, _ db: Database) throws -> Selftest {
        let id: String = try row.required("id")
        let biases = try Row.fetchAll(
            db, sql: "SELECT * FROM selftest_bias WHERE selftest_id = ? ORDER BY position",
            arguments: [id]
        )
        return Selftest(
            id: id,
            startedAt: try row.required("started_at"),
            version: try row.required("version"),
            gitRevision: row["git_revision"],
            host: try StoredJSON.value(try row.required("host_json"), as: HostFacts.self),
            result: try StoredJSON.value(try row.required("result_json"), as: SelftestResult.self),
            biases: try biases.map { bias in
                SelftestBias(
                    transport: try bias.required("transport"),
                    dialect: bias["dialect"],
                    codec: try bias.required("codec"),
                    what: try bias.word("what"),
                    count: try bias.required("n"),
                    bias: bias["bias_ms"],
                    deviation: bias["sd_ms"]
                )
            }
        )
    }
}

package import Analysis
import Foundation
import GRDB
package import Planning
import Timeline

/// One line of the list of runs.
package struct StoredRun: Equatable, Sendable {
    package let facts: RunFacts
    package let state: RunState
    /// `nil` while the run is `unfinished`.
    package let verdict: Verdict?
    /// Names, in order.
    package let paths: [String]
}

extension ResultStore {
    /// Every run, newest first.
    package func runs() throws(StoreProblem) -> [StoredRun] {
        try read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM run ORDER BY rowid DESC").map { row in
                let facts = try RunRow.facts(row)
                return StoredRun(
                    facts: facts,
                    state: try row.word("state"),
                    verdict: try row.optionalWord("verdict"),
                    paths: try String.fetchAll(
                        db, sql: "SELECT name FROM path WHERE run_id = ? ORDER BY position",
                        arguments: [facts.id]
                    )
                )
            }
        }
    }

    /// The id of the run that a reference means: an id, a unique prefix of one, `latest`,
    /// `tag:K=V` (the newest with that tag), or `git:REVISION` (the newest of a revision that
    /// begins so).
    ///
    /// - Throws: `noSuchRun` or `ambiguousRun`, with the ids to choose from.
    package func find(_ reference: String) throws(StoreProblem) -> String {
        try read { db in
            if reference == "latest" {
                let newest = "SELECT id FROM run ORDER BY rowid DESC LIMIT 1"
                guard let id = try String.fetchOne(db, sql: newest) else {
                    throw StoreProblem(.noSuchRun, "\(path) holds no run yet")
                }
                return id
            }
            if reference.hasPrefix("tag:") { return try find(tag: reference.dropFirst(4), db) }
            if reference.hasPrefix("git:") { return try find(git: reference.dropFirst(4), db) }
            return try find(prefix: reference, db)
        }
    }

    private func find(tag: Substring, _ db: Database) throws -> String {
        let parts = tag.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty else {
            throw StoreProblem(.noSuchRun, "'tag:\(tag)' names no tag; write tag:KEY=VALUE")
        }
        let sql = """
            SELECT id FROM run
            WHERE EXISTS (SELECT 1 FROM json_each(tags_json) WHERE key = ? AND value = ?)
            ORDER BY rowid DESC LIMIT 1
            """
        let arguments: StatementArguments = [String(parts[0]), String(parts[1])]
        guard let id = try String.fetchOne(db, sql: sql, arguments: arguments) else {
            throw StoreProblem(.noSuchRun, "no run in \(path) has the tag \(tag)")
        }
        return id
    }

    private func find(git revision: Substring, _ db: Database) throws -> String {
        let sql = """
            SELECT id FROM run WHERE substr(git_revision, 1, length(?1)) = ?1 AND ?1 <> ''
            ORDER BY rowid DESC LIMIT 1
            """
        guard let id = try String.fetchOne(db, sql: sql, arguments: [String(revision)]) else {
            throw StoreProblem(
                .noSuchRun,
                "no run in \(path) is of the git revision '\(revision)'; a run's is its tag git, "
                    + "else $GITHUB_SHA")
        }
        return id
    }

    private func find(prefix: String, _ db: Database) throws -> String {
        let sql = """
            SELECT id FROM run WHERE substr(id, 1, length(?1)) = ?1 AND ?1 <> ''
            ORDER BY rowid DESC
            """
        let matches = try String.fetchAll(db, sql: sql, arguments: [prefix])
        if matches.contains(prefix) { return prefix }
        if matches.count > 1 {
            throw StoreProblem(
                .ambiguousRun,
                "'\(prefix)' could be any of \(matches.prefix(5).joined(separator: ", "))"
                    + (matches.count > 5 ? " and \(matches.count - 5) more" : "")
            )
        }
        if let match = matches.first { return match }
        let newest = try String.fetchAll(db, sql: "SELECT id FROM run ORDER BY rowid DESC LIMIT 5")
        throw StoreProblem(
            .noSuchRun,
            newest.isEmpty
                ? "\(path) holds no run yet"
                : "no run '\(prefix)' in \(path); the newest are \(newest.joined(separator: ", "))"
        )
    }

    /// Everything observed of a run, as it was written.
    ///
    /// Calls that were still up when a run was killed are not among the calls; their turns are
    /// there.
    ///
    /// - Parameters:
    ///   - id: a whole id, as `find` returns it.
    ///   - parse: reads the stored YAML, which was valid when the run began.
    /// - Throws: `noSuchRun`, `damaged` or `unreadableScenario`.
    package func load(
        _ id: String, parse: (String) throws -> Scenario
    ) throws(StoreProblem) -> RunMaterial {
        try read { db in
            let sql = "SELECT * FROM run WHERE id = ?"
            guard let row = try Row.fetchOne(db, sql: sql, arguments: [id]) else {
                throw StoreProblem(.noSuchRun, "no run '\(id)' in \(path)")
            }
            let scenario: Scenario
            do {
                scenario = try parse(try row.required("scenario_yaml"))
            } catch {
                throw StoreProblem(
                    .unreadableScenario,
                    "the scenario stored with run \(id) does not read: \(error)"
                )
            }
            let paths = try Row.fetchAll(
                db, sql: "SELECT * FROM path WHERE run_id = ? ORDER BY position", arguments: [id]
            )
            let facts = try RunRow.facts(row)
            var material = RunMaterial(
                run: facts,
                state: try row.word("state"),
                scenario: scenario,
                paths: try paths.map { try loadPath($0, db) }
            )
            material.selftest = try SelftestRow.latest(
                on: facts.host, startedBy: facts.startedAt, db)
            return material
        }
    }

    private func loadPath(_ row: Row, _ db: Database) throws -> PathMaterial {
        let pathRow: Int64 = try row.required("id")
        let index: Int = try row.required("position")
        var path = PathMaterial(
            index: index,
            name: try row.required("name"),
            transport: try row.required("transport"),
            hearing: try row.required("hearing")
        )
        path.usage = try (row["usage_json"] as String?)
            .map { try StoredJSON.value($0, as: GeneratorUsage.self) }
        path.detector = try (row["detector_json"] as String?)
            .map { try StoredJSON.value($0, as: StoredDetector.self).bias }

        let calls = try Row.fetchCursor(
            db, sql: "SELECT * FROM call WHERE path_id = ? AND outcome IS NOT NULL ORDER BY number",
            arguments: [pathRow]
        )
        while let call = try calls.next() { path.calls.append(try CallRow.call(call, path: index)) }

        let turns = try Row.fetchCursor(
            db,
            sql: """
                SELECT turn.*, call.number AS call_number
                FROM turn JOIN call ON call.id = turn.call_id
                WHERE call.path_id = ? ORDER BY call.number, turn.number
                """,
            arguments: [pathRow]
        )
        while let turn = try turns.next() {
            let call = CallID(path: index, number: try turn.required("call_number"))
            path.turns.append(try TurnRow.turn(turn, call: call))
        }

        let seconds = try Row.fetchCursor(
            db, sql: "SELECT * FROM second WHERE path_id = ? ORDER BY second", arguments: [pathRow]
        )
        while let second = try seconds.next() {
            path.seconds.append(try PathRow.second(second, path: index))
        }
        path.frames = try loadTallies(pathRow, db)
        return path
    }

    private func loadTallies(_ pathRow: Int64, _ db: Database) throws -> [FrameMetric: FrameTally] {
        let sql = "SELECT metric, v2 FROM histogram WHERE path_id = ?"
        var tallies: [FrameMetric: FrameTally] = [:]
        for row in try Row.fetchAll(db, sql: sql, arguments: [pathRow]) {
            let metric: FrameMetric = try row.word("metric")
            let bytes: Data = try row.required("v2")
            do {
                tallies[metric] = try HdrLog.decode(StoredBytes.bytes(bytes))
            } catch {
                throw StoreProblem(
                    .damaged, "the stored histogram of \(metric.rawValue) is \(error)")
            }
        }
        return tallies
    }

    /// Removes a run and everything that hangs on it.
    ///
    /// - Parameter id: a whole id, as `find` returns it.
    /// - Throws: `noSuchRun` or `locked`.
    package func delete(_ id: String) throws(StoreProblem) {
        try write { db in
            try db.execute(sql: "DELETE FROM run WHERE id = ?", arguments: [id])
            guard db.changesCount > 0 else {
                throw StoreProblem(.noSuchRun, "no run '\(id)' in \(path)")
            }
        }
    }
}

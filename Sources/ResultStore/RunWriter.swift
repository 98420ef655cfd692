package import Analysis
import GRDB
package import Planning
package import Timeline

/// Puts one run into the store, from its begin to its verdict.
///
/// Until `finish`, the run is `unfinished`: a process killed at any instant leaves it so, with
/// everything appended before.
package struct RunWriter: Sendable {
    /// The run's id.
    package let run: String
    private let store: ResultStore
    /// Row of each path by its index in the scenario.
    private let pathRows: [Int: Int64]

    init(store: ResultStore, run: String, pathRows: [Int: Int64]) {
        self.store = store
        self.run = run
        self.pathRows = pathRows
    }

    /// Adds what one path has shown since the last time, whole or not at all.
    ///
    /// Turns may come before their call ends. A second that is appended twice adds up, as shards
    /// do. After a `locked` problem nothing was written: append the same again.
    ///
    /// - Throws: `locked` or `full`.
    package func append(
        path index: Int, calls: [CallRecord], turns: [TurnRecord], seconds: [SecondRecord]
    ) throws(StoreProblem) {
        guard let pathRow = pathRows[index] else {
            throw StoreProblem(.failed, "run \(run) has no path \(index)")
        }
        let ended = [CallID: CallRecord](
            calls.lazy.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first }
        )
        try store.write { db in
            for call in calls {
                try CallRow.columns(call, pathID: pathRow)
                    .upsert(db, into: "call", key: ["path_id", "number"])
            }
            let contexts = turns.map { TurnInContext($0, in: ended[$0.call]) }
            try Self.write(contexts, pathRow: pathRow, db)
            for second in seconds { try Self.add(second, pathRow: pathRow, db) }
        }
    }

    /// Closes the run: its verdict and everything published, and what only now is known.
    ///
    /// - Parameters:
    ///   - material: the whole run; of its paths, the per-frame tallies and the generator's usage
    ///     are stored, and turns whose judgement changed with their call's end or a stall are put
    ///     right.
    ///   - summary: what `Summarizer` makes of the same material.
    /// - Throws: `locked` or `full`; the run is then still `unfinished`, and can be finished again.
    package func finish(
        _ material: RunMaterial, summary: RunSummary
    ) throws(StoreProblem) {
        // Found before the write lock is taken, which other runs may be waiting for.
        let corrections = material.paths.map { Self.corrections(of: $0) }
        try store.write { db in
            for (path, corrected) in zip(material.paths, corrections) {
                guard let pathRow = pathRows[path.index] else { continue }
                try Self.write(corrected, pathRow: pathRow, db)
                try Self.storeTallies(path, pathRow: pathRow, db)
                guard let published = summary.paths.first(where: { $0.name == path.name }) else {
                    continue
                }
                try PublishedRows.write(published, usage: path.usage, pathRow: pathRow, db)
            }
            try PublishedRows.write(summary, state: material.state, db)
        }
    }

    private static func write(_ turns: [TurnInContext], pathRow: Int64, _ db: Database) throws {
        var upsert: Statement?
        for turn in turns {
            let callRow = try callRow(turn.turn.call, pathRow: pathRow, db)
            let row = TurnRow.columns(turn, callRow: callRow)
            let statement =
                try upsert ?? row.upsertStatement(db, into: "turn", key: ["call_id", "number"])
            try statement.execute(arguments: row.arguments)
            upsert = statement
        }
    }

    /// The row of a call that may still be up; makes room for one that was not heard of.
    private static func callRow(_ call: CallID, pathRow: Int64, _ db: Database) throws -> Int64 {
        let find = try db.cachedStatement(
            sql: "SELECT id FROM call WHERE path_id = ? AND number = ?"
        )
        if let row = try Int64.fetchOne(find, arguments: [pathRow, call.number]) { return row }
        try db.cachedStatement(sql: "INSERT INTO call (path_id, number) VALUES (?, ?)")
            .execute(arguments: [pathRow, call.number])
        return db.lastInsertedRowID
    }

    private static func add(_ second: SecondRecord, pathRow: Int64, _ db: Database) throws {
        let find = try db.cachedStatement(
            sql: "SELECT * FROM second WHERE path_id = ? AND second = ?"
        )
        let stored = try Row.fetchOne(find, arguments: [pathRow, second.second])
            .map { try PathRow.second($0, path: second.path) }
        try PathRow.columns(stored.map { $0.merged(with: second) } ?? second, pathID: pathRow)
            .upsert(db, into: "second", key: ["path_id", "second"])
    }

    /// The turns that are judged otherwise now than when they were appended.
    private static func corrections(of path: PathMaterial) -> [TurnInContext] {
        let calls = [CallID: CallRecord](
            path.calls.lazy.map { ($0.id, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        return zip(path.turns, path.voidingStalls()).compactMap { raw, judged in
            let before = TurnInContext(raw, in: nil)
            let after = TurnInContext(judged, in: calls[judged.call])
            let isChanged =
                raw.voidReason != judged.voidReason
                // A gateway's log is read when the run is over.
                || judged.gatewayForwarded != nil || judged.gatewayReceived != nil
                || TurnMetric.all.contains { $0.sample(before) != $0.sample(after) }
            return isChanged ? after : nil
        }
    }

    private static func storeTallies(
        _ path: PathMaterial, pathRow: Int64, _ db: Database
    ) throws {
        for metric in FrameMetric.allCases {
            guard let tally = path.frames[metric] else { continue }
            var row = Columns()
            row.set("path_id", pathRow)
            row.set("metric", metric.rawValue)
            row.set("unit", "us")
            row.set("v2", StoredBytes.data(HdrLog.encode(tally)))
            try row.upsert(db, into: "histogram", key: ["path_id", "metric"])
        }
    }
}

extension ResultStore {
    /// Opens a run: its facts and paths, in state `unfinished`.
    ///
    /// - Parameter paths: index, name, transport and hearing are stored; observations in them are
    ///   not.
    /// - Throws: `duplicateRun`, `locked` or `full`.
    package func begin(
        _ run: RunFacts, scenario: Scenario, paths: [PathMaterial]
    ) throws(StoreProblem) -> RunWriter {
        let rows = try write { db in
            if try Bool.fetchOne(db, sql: "SELECT 1 FROM run WHERE id = ?", arguments: [run.id])
                != nil
            {
                throw StoreProblem(.duplicateRun, "\(path) already holds a run \(run.id)")
            }
            try RunRow.columns(run, source: scenario.source).insert(db, into: "run")
            var rows: [Int: Int64] = [:]
            for path in paths {
                let configuration = scenario.paths.first { $0.name == path.name }
                try PathRow.columns(path, configuration: configuration, run: run.id)
                    .insert(db, into: "path")
                rows[path.index] = db.lastInsertedRowID
            }
            return rows
        }
        return RunWriter(store: self, run: run.id, pathRows: rows)
    }
}

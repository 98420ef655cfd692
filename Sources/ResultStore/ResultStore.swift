import Foundation
import GRDB

/// The SQLite file that keeps runs: what was planned, what was observed, what was published.
///
/// Several processes may use one store at once: it is in WAL mode, every write is one short
/// transaction begun IMMEDIATE, and waits up to five seconds for its turn. Safe to use from any
/// thread; calls block.
package struct ResultStore: Sendable {
    package let path: String
    let queue: DatabaseQueue

    /// Opens the store, and makes its folder and file where there is none.
    ///
    /// - Parameter creating: pass `false` to read only what is there: a missing file is then a
    ///   problem.
    /// - Throws: `locked`, `notADatabase`, `tooNew`, `permission`, `missing`, `full` or `damaged`.
    package static func open(
        path: String, creating: Bool = true
    ) throws(StoreProblem) -> ResultStore {
        try ResultStore(path: path, creating: creating, patience: 5, preparing: { _ in })
    }

    /// - Parameters:
    ///   - patience: seconds to wait for another process.
    ///   - preparing: run on the connection before anything else.
    init(
        path: String, creating: Bool, patience: Double,
        preparing: @escaping @Sendable (Database) throws -> Void
    ) throws(StoreProblem) {
        self.path = path
        if creating {
            try Self.makeFolder(of: path)
        } else if !FileManager.default.fileExists(atPath: path) {
            throw StoreProblem(.missing, "there is no store at \(path); `talkover run` makes one")
        }
        var configuration = Configuration()
        configuration.busyMode = .timeout(patience)
        configuration.label = "result store"
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA synchronous = NORMAL")
            try preparing(db)
        }
        do {
            queue = try DatabaseQueue(path: path, configuration: configuration)
            try Self.claim(queue, path: path)
            try Self.migrate(queue, path: path)
        } catch {
            throw StoreProblem(error, path: path)
        }
    }

    private static func makeFolder(of path: String) throws(StoreProblem) {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true
            )
        } catch {
            throw StoreProblem(
                .permission,
                "the folder \(folder) cannot be made; check its rights, or use another file (--db)"
            )
        }
    }

    /// Refuses other programs' databases before anything is changed in them; ours and new ones turn
    /// to WAL.
    private static func claim(_ queue: DatabaseQueue, path: String) throws {
        try queue.writeWithoutTransaction { db in
            let owner = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
            let isEmpty = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") == 0
            // An unmarked file with only the migrations' own table is ours, killed while it was
            // made.
            let isBegun = try !isEmpty && db.tableExists("grdb_migrations")
            let isOurs = owner == StoreMigrations.applicationID
            guard isOurs || (owner == 0 && (isEmpty || isBegun)) else {
                throw StoreProblem(
                    .notADatabase,
                    "\(path) is another program's database; use another file (--db)"
                )
            }
            let mode = try String.fetchOne(db, sql: "PRAGMA journal_mode")
            if mode != "wal" { try db.execute(sql: "PRAGMA journal_mode = WAL") }
        }
    }

    private static func migrate(_ queue: DatabaseQueue, path: String) throws {
        let migrator = StoreMigrations.all
        func isCurrent(_ db: Database) throws -> Bool {
            guard try !migrator.hasBeenSuperseded(db) else {
                throw StoreProblem(
                    .tooNew,
                    "\(path) was written by a newer version of talkover;"
                        + " update talkover, or use another file (--db)"
                )
            }
            return try migrator.hasCompletedMigrations(db)
        }
        // Another process may make the same step between the look and the leap, and be under way
        // with the next one: each step that it was first at costs one try.
        var triesLeft = migrator.migrations.count
        while try !queue.read(isCurrent) {
            do {
                try migrator.migrate(queue)
            } catch let error as DatabaseError {
                guard triesLeft > 0 else { throw error }
                triesLeft -= 1
            }
        }
    }

    /// One write transaction, its errors turned into problems.
    func write<Value>(_ body: (Database) throws -> Value) throws(StoreProblem) -> Value {
        do {
            return try queue.write(body)
        } catch {
            throw StoreProblem(error, path: path)
        }
    }

    /// One read transaction, its errors turned into problems.
    func read<Value>(_ body: (Database) throws -> Value) throws(StoreProblem) -> Value {
        do {
            return try queue.read(body)
        } catch {
            throw StoreProblem(error, path: path)
        }
    }
}

import Analysis
import Foundation
import GRDB
import Testing
import Timeline

@testable import ResultStore

@Suite struct AdversityTests {
    private func code(_ body: () throws -> Void) -> StoreProblem.Code? {
        #expect(throws: StoreProblem.self) { try body() }?.code
    }

    @Test func `a run that was killed is readable and unfinished`() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("talkover.sqlite")
        let sample = StoredSample()
        do {
            let store = try ResultStore.open(path: file)
            try StoredSample(id: "before", calls: 3).write(to: store)
            let writer = try store.begin(
                sample.facts, scenario: sample.scenario, paths: sample.paths)
            try writer.append(
                path: 1, calls: Array(sample.paths[1].calls.prefix(2)),
                turns: Array(sample.paths[1].turns.prefix(20)), seconds: []
            )
        }

        let store = try ResultStore.open(path: file)
        let killed = try store.load(sample.facts.id) { _ in sample.scenario }

        #expect(killed.state == .unfinished)
        #expect(killed.paths[1].calls == Array(sample.paths[1].calls.prefix(2)))
        #expect(killed.paths[1].turns == Array(sample.paths[1].turns.prefix(20)))
        #expect(killed.paths[0].turns.isEmpty)
        #expect(Summarizer.summarize(killed).verdict == .interrupted)
        #expect(try store.load("before") { _ in sample.scenario }.state == .finished)
    }

    @Test func `what SQLite had in its log when a process died is there when it is opened again`()
        throws
    {
        let folder = try TemporaryFolder()
        let sample = StoredSample()
        let store = try ResultStore.open(path: folder.file("talkover.sqlite"))
        let writer = try store.begin(sample.facts, scenario: sample.scenario, paths: sample.paths)
        try writer.append(path: 0, calls: sample.paths[0].calls, turns: [], seconds: [])
        // The files as a killed process leaves them: nothing checkpointed, nothing closed.
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(
                atPath: folder.file("talkover.sqlite\(suffix)"),
                toPath: folder.file("copy.sqlite\(suffix)")
            )
        }

        let copy = try ResultStore.open(path: folder.file("copy.sqlite"))
        let killed = try copy.load(sample.facts.id) { _ in sample.scenario }

        #expect(killed.state == .unfinished)
        #expect(killed.paths[0].calls == sample.paths[0].calls)
    }

    @Test func `an interrupted run keeps what it measured`() throws {
        let folder = try TemporaryFolder()
        let store = try ResultStore.open(path: folder.file("talkover.sqlite"))
        let sample = StoredSample()
        let material = sample.material(state: .interrupted)
        let writer = try store.begin(sample.facts, scenario: sample.scenario, paths: sample.paths)
        try writer.finish(material, summary: Summarizer.summarize(material))
        #expect(try store.runs()[0].state == .interrupted)
        #expect(try store.runs()[0].verdict == .interrupted)
    }

    @Test func `two runs write to one store at once`() async throws {
        let folder = try TemporaryFolder()
        let file = folder.file("nested/results/talkover.sqlite")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<4 {
                group.addTask { @concurrent in
                    // Each with a connection of its own, as processes have; all make the file at
                    // once.
                    let store = try ResultStore.open(path: file)
                    let sample = StoredSample(id: "run\(number)", seed: UInt64(number), calls: 12)
                    let writer = try store.begin(
                        sample.facts, scenario: sample.scenario, paths: sample.paths
                    )
                    for path in sample.paths {
                        for call in path.calls {
                            try writer.append(
                                path: path.index, calls: [call],
                                turns: path.turns.filter { $0.call == call.id }, seconds: []
                            )
                        }
                        try writer.append(
                            path: path.index, calls: [], turns: [], seconds: path.seconds
                        )
                    }
                    let material = sample.material()
                    try writer.finish(material, summary: Summarizer.summarize(material))
                }
            }
            try await group.waitForAll()
        }

        let store = try ResultStore.open(path: file)
        #expect(try store.runs().count == 4)
        for number in 0..<4 {
            let sample = StoredSample(id: "run\(number)", seed: UInt64(number), calls: 12)
            let loaded = try store.load("run\(number)") { _ in sample.scenario }
            #expect(Summarizer.summarize(loaded) == Summarizer.summarize(sample.material()))
        }
    }

    @Test func `a store that stays locked is a problem, and nothing is half written`() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("talkover.sqlite")
        let sample = StoredSample(calls: 2)
        let store = try ResultStore(path: file, creating: true, patience: 0.05) { _ in }
        let writer = try store.begin(sample.facts, scenario: sample.scenario, paths: sample.paths)
        var openEnded = Configuration()
        openEnded.allowsUnsafeTransactions = true
        let blocker = try DatabaseQueue(path: file, configuration: openEnded)
        try blocker.inDatabase { db in try db.execute(sql: "BEGIN IMMEDIATE") }

        #expect(
            code {
                try writer.append(path: 0, calls: sample.paths[0].calls, turns: [], seconds: [])
            } == .locked
        )
        try blocker.inDatabase { db in try db.execute(sql: "ROLLBACK") }
        try writer.append(path: 0, calls: sample.paths[0].calls, turns: [], seconds: [])

        let loaded = try store.load(sample.facts.id) { _ in sample.scenario }
        #expect(loaded.paths[0].calls == sample.paths[0].calls)
    }

    @Test func `a full disk loses nothing that was committed`() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("talkover.sqlite")
        let sample = StoredSample(calls: 200)
        _ = try ResultStore.open(path: file)
        let store = try ResultStore(path: file, creating: true, patience: 1) { db in
            try db.execute(sql: "PRAGMA max_page_count = 60")
        }
        let writer = try store.begin(sample.facts, scenario: sample.scenario, paths: sample.paths)
        try writer.append(
            path: 0, calls: Array(sample.paths[0].calls.prefix(3)), turns: [], seconds: []
        )

        #expect(
            code {
                try writer.append(
                    path: 0, calls: sample.paths[0].calls, turns: sample.paths[0].turns, seconds: []
                )
            } == .full
        )

        let loaded = try store.load(sample.facts.id) { _ in sample.scenario }
        #expect(loaded.state == .unfinished)
        #expect(loaded.paths[0].calls == Array(sample.paths[0].calls.prefix(3)))
        #expect(loaded.paths[0].turns.isEmpty)
    }

    @Test func `a file that is no database is left alone`() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("notes.txt")
        let text = String(repeating: "not a database at all\n", count: 100)
        try text.write(toFile: file, atomically: true, encoding: .utf8)

        #expect(code { _ = try ResultStore.open(path: file) } == .notADatabase)
        #expect(try String(contentsOfFile: file, encoding: .utf8) == text)
    }

    @Test func `another program's database is left alone`() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("other.sqlite")
        do {
            let other = try DatabaseQueue(path: file)
            try other.write { db in try db.execute(sql: "CREATE TABLE songs (title TEXT)") }
            try other.close()
        }
        let before = try Data(contentsOf: URL(fileURLWithPath: file))

        #expect(code { _ = try ResultStore.open(path: file) } == .notADatabase)
        #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == before)
    }

    @Test func `a store of a newer version is refused, not changed`() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("talkover.sqlite")
        do {
            let store = try ResultStore.open(path: file)
            try store.queue.write { db in
                try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('99 from the future')")
            }
        }
        #expect(code { _ = try ResultStore.open(path: file) } == .tooNew)
    }

    @Test func `a place that cannot hold a store says so`() throws {
        let folder = try TemporaryFolder()
        try "".write(toFile: folder.file("file"), atomically: true, encoding: .utf8)
        #expect(
            code { _ = try ResultStore.open(path: folder.file("file/talkover.sqlite")) }
                == .permission)
        #expect(code { _ = try ResultStore.open(path: folder.path) } == .permission)
        #expect(
            code { _ = try ResultStore.open(path: folder.file("none.sqlite"), creating: false) }
                == .missing
        )
        #expect(!FileManager.default.fileExists(atPath: folder.file("none.sqlite")))
    }

    @Test func `the schema refuses what cannot be`() throws {
        let folder = try TemporaryFolder()
        let store = try ResultStore.open(path: folder.file("talkover.sqlite"))
        try StoredSample(calls: 1).write(to: store)
        for statement in [
            "UPDATE run SET state = 'almost'", "UPDATE run SET verdict = NULL",
            "UPDATE turn SET kind = 'song'", "UPDATE turn SET cold = 2",
            "UPDATE rate SET hits = n + 1", "UPDATE metric SET censored = n + 1",
            "UPDATE call SET path_id = 999", "UPDATE turn SET first_audio_ms = 'soon'",
            "UPDATE call SET wire_id = NULL", "UPDATE run SET tags_json = '[]'",
        ] {
            let error = #expect(throws: DatabaseError.self) {
                try store.queue.write { db in try db.execute(sql: statement) }
            }
            #expect(error?.resultCode == .SQLITE_CONSTRAINT, "\(statement)")
        }
    }

    @Test func `a second that two shards saw adds up`() throws {
        let folder = try TemporaryFolder()
        let store = try ResultStore.open(path: folder.file("talkover.sqlite"))
        let sample = StoredSample(calls: 1)
        let writer = try store.begin(sample.facts, scenario: sample.scenario, paths: sample.paths)
        var second = SecondRecord(path: 0, second: 5)
        second.callers = 3
        second.framesScheduled = 100
        second.framesOnTime = 90
        second.tickLateness = .milliseconds(2)
        try writer.append(path: 0, calls: [], turns: [], seconds: [second])
        try writer.append(path: 0, calls: [], turns: [], seconds: [second])

        let loaded = try store.load(sample.facts.id) { _ in sample.scenario }

        #expect(loaded.paths[0].seconds == [second.merged(with: second)])
    }
}

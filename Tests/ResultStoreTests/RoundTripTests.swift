import Analysis
import Foundation
import GRDB
import Planning
import Testing
import Timeline

@testable import ResultStore

@Suite struct RoundTripTests {
    @Test(arguments: 1...5 as ClosedRange<UInt64>)
    func `what was written is what is read`(seed: UInt64) throws {
        let folder = try TemporaryFolder()
        let store = try ResultStore.open(path: folder.file("talkover.sqlite"))
        let sample = StoredSample(seed: seed, tags: ["branch": "main", "note": "it's \"quoted\""])
        try sample.write(to: store)

        let loaded = try store.load(sample.facts.id) { source in
            #expect(source == sample.scenario.source)
            return sample.scenario
        }

        #expect(loaded.run == sample.facts)
        #expect(loaded.state == .finished)
        #expect(loaded.paths.map(\.name) == ["websocket", "rtp", "webrtc", "hybrid"])
        for (path, original) in zip(loaded.paths, sample.paths) {
            #expect(path.index == original.index)
            #expect(path.calls == original.calls, "seed \(seed)")
            // Stalls are judged when a run ends; everything else comes back as it went in.
            #expect(path.turns == original.voidingStalls(), "seed \(seed)")
            #expect(path.seconds == original.seconds)
            #expect(path.frames == original.frames)
            #expect(path.usage == original.usage)
        }
    }

    @Test func `a stored run is summarised as the one in memory`() throws {
        let folder = try TemporaryFolder()
        let store = try ResultStore.open(path: folder.file("talkover.sqlite"))
        let sample = StoredSample()
        let summary = try sample.write(to: store)

        let loaded = try store.load("20260102-aaaa") { _ in sample.scenario }

        #expect(Summarizer.summarize(loaded) == summary)
        #expect(summary.paths[0].metrics[0].void > 0, "the sample has stalled turns")
        #expect(summary.paths[0].metrics[0].censored > 0, "the sample has unanswered turns")
    }

    @Test func `the turn rows reproduce every published figure of a turn metric`() throws {
        let folder = try TemporaryFolder()
        let store = try ResultStore.open(path: folder.file("talkover.sqlite"))
        try StoredSample(calls: 120).write(to: store)

        var compared = 0
        try store.queue.read { db in
            for path in try Row.fetchAll(db, sql: "SELECT id FROM path") {
                for metric in TurnMetric.all {
                    compared += try compare(metric, path: path["id"], db)
                }
            }
        }
        #expect(compared > 40, "\(compared) quantiles were there to compare")
    }

    /// Recomputes one metric row in plain SQL; returns how many of its quantiles have a value.
    private func compare(_ metric: TurnMetric, path: Int64, _ db: Database) throws -> Int {
        let name = metric.name
        let censoring = metric.censoring == .never ? "0" : "\(name)_censored"
        let samples = """
            SELECT \(name)_ms AS ms FROM turn JOIN call ON call.id = turn.call_id
            WHERE path_id = ? AND (\(name)_ms IS NOT NULL OR \(censoring))
            ORDER BY ms IS NULL, ms
            """
        let values = try Row.fetchAll(db, sql: samples, arguments: [path]).map {
            $0["ms"] as Double?
        }
        let row = try #require(
            try Row.fetchOne(
                db, sql: "SELECT * FROM metric WHERE path_id = ? AND metric = ?",
                arguments: [path, name]
            )
        )
        #expect(row["n"] == values.count, "\(name)")
        #expect(row["censored"] == values.count { $0 == nil }, "\(name)")
        #expect(row["min"] as Double? == values.first ?? nil, "\(name)")
        #expect(row["max"] as Double? == values.last { $0 != nil } ?? nil, "\(name)")
        var compared = 0
        for (column, quantile, fewest) in [
            ("p50", 0.5, 6), ("p90", 0.9, 46), ("p95", 0.95, 72), ("p99", 0.99, 368),
        ] {
            let published = row[column] as Double?
            guard values.count >= fewest else {
                #expect(published == nil, "\(name) \(column)")
                continue
            }
            let rank = Int((quantile * Double(values.count)).rounded(.up))
            #expect(published == values[rank - 1], "\(name) \(column)")
            if published != nil { compared += 1 }
        }
        return compared
    }

    @Test func `rates, objectives, grades and the verdict are rows too`() throws {
        let folder = try TemporaryFolder()
        let store = try ResultStore.open(path: folder.file("talkover.sqlite"))
        let summary = try StoredSample().write(to: store)

        try store.queue.read { db in
            let run = try #require(try Row.fetchOne(db, sql: "SELECT * FROM run"))
            #expect(run["verdict"] == summary.verdict.rawValue)
            #expect(run["ended_at"] == "2026-01-02T03:04:17.500Z")
            let answered = try #require(
                try Row.fetchOne(
                    db,
                    sql: """
                        SELECT rate.* FROM rate JOIN path ON path.id = path_id
                        WHERE metric = 'response_rate' AND name = 'rtp'
                        """
                )
            )
            let published = try #require(
                summary.paths[1].rates.first { $0.name == "response_rate" }
            )
            #expect(answered["hits"] == published.hits)
            #expect(answered["n"] == published.n)
            let objectives = try Row.fetchAll(db, sql: "SELECT * FROM objective ORDER BY id")
            #expect(objectives.map { $0["verdict"] } == summary.objectives.map(\.verdict.rawValue))
            let grades = try String.fetchAll(
                db, sql: "SELECT generator_json FROM path WHERE generator_json IS NOT NULL"
            )
            #expect(grades.count == 4)
        }
    }

    @Test func `a path's configuration says how its calls are set up`() throws {
        let folder = try TemporaryFolder()
        let store = try ResultStore.open(path: folder.file("talkover.sqlite"))
        try StoredSample(calls: 1).write(to: store)

        let texts = try store.queue.read { db in
            try String.fetchAll(db, sql: "SELECT config_json FROM path ORDER BY position")
        }

        #expect(texts.count == 4)
        #expect(!texts[0].contains("peer") && !texts[1].contains("upstream"))
        #expect(
            texts[2].contains(
                #""peer":{"events":"openai-realtime","#
                    + #""ice_servers":["turn:turn.example.com:3478?transport=udp"],"#
                    + #""ice_transport":"all","signalling":"json-offer"}"#))
        #expect(
            texts[3].contains(
                #""upstream":{"chunk_ms":20,"codec":"pcm16","dialect":"openai-realtime","#
                    + #""embedded":true,"headers":["X-Team"]}"#))
    }

    @Test func `values of headers and logins of servers never reach the store`() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("talkover.sqlite")
        try StoredSample().write(to: try ResultStore.open(path: file))

        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.file(name)))
            #expect(bytes.range(of: Data("secret".utf8)) == nil)
        }
    }

    @Test func `every turn metric has its columns`() throws {
        let folder = try TemporaryFolder()
        let store = try ResultStore.open(path: folder.file("talkover.sqlite"))
        let columns = try store.queue.read { db in Set(try db.columns(in: "turn").map(\.name)) }
        for metric in TurnMetric.all {
            #expect(columns.contains("\(metric.name)_ms"))
            #expect(columns.contains("\(metric.name)_censored") == (metric.censoring != .never))
        }
    }

    @Test func `seeds use all their bits`() throws {
        let folder = try TemporaryFolder()
        let store = try ResultStore.open(path: folder.file("talkover.sqlite"))
        try StoredSample(seed: .max, calls: 1).write(to: store)
        #expect(try store.runs()[0].facts.seed == .max)
    }
}

import Analysis
import GRDB
import Testing
import Timeline

@testable import ResultStore

@Suite struct RunReferenceTests {
    private func store(_ folder: TemporaryFolder) throws -> ResultStore {
        let store = try ResultStore.open(path: folder.file("talkover.sqlite"))
        try StoredSample(id: "0a1b", tags: ["branch": "main"], calls: 1).write(to: store)
        try StoredSample(id: "0a2c", tags: ["branch": "a=b"], calls: 1).write(to: store)
        try StoredSample(id: "0b3d", tags: ["branch": "main"], calls: 1)
            .write(to: store, finishing: false)
        return store
    }

    @Test func `a run is found by id, unique prefix, newest and tag`() throws {
        let folder = try TemporaryFolder()
        let store = try store(folder)
        #expect(try store.find("0a1b") == "0a1b")
        #expect(try store.find("0a2") == "0a2c")
        #expect(try store.find("latest") == "0b3d")
        #expect(try store.find("tag:branch=main") == "0b3d")
        #expect(try store.find("tag:branch=a=b") == "0a2c")
    }

    @Test func `an id wins over being the prefix of another`() throws {
        let folder = try TemporaryFolder()
        let store = try store(folder)
        try StoredSample(id: "0a", calls: 1).write(to: store)
        #expect(try store.find("0a") == "0a")
    }

    @Test func `a reference that means several runs or none says which there are`() throws {
        let folder = try TemporaryFolder()
        let store = try store(folder)
        #expect(
            throws: StoreProblem(.ambiguousRun, "'0a' could be any of 0a2c, 0a1b")
        ) { try store.find("0a") }
        for unknown in ["zz", "", "%", "tag:branch=none", "tag:branch", "tag:"] {
            let problem = #expect(throws: StoreProblem.self) { try store.find(unknown) }
            #expect(problem?.code == .noSuchRun)
        }
        let empty = try ResultStore.open(path: folder.file("empty.sqlite"))
        #expect(throws: StoreProblem.self) { try empty.find("latest") }
    }

    @Test func `the list is newest first with states, verdicts and paths`() throws {
        let folder = try TemporaryFolder()
        let runs = try store(folder).runs()
        #expect(runs.map(\.facts.id) == ["0b3d", "0a2c", "0a1b"])
        #expect(runs.map(\.state) == [.unfinished, .finished, .finished])
        #expect(runs.map { $0.verdict == nil } == [true, false, false])
        #expect(runs[0].paths == ["websocket", "rtp", "webrtc", "hybrid"])
    }

    @Test func `deleting a run takes everything of it along`() throws {
        let folder = try TemporaryFolder()
        let store = try store(folder)
        for id in ["0a1b", "0a2c", "0b3d"] { try store.delete(id) }
        let left = try store.queue.read { db in
            try [
                "run", "path", "call", "turn", "second", "histogram", "metric", "rate", "objective",
            ]
            .map { try Int.fetchOne(db, sql: "SELECT count(*) FROM \($0)") }
        }
        #expect(left == [Int?](repeating: 0, count: 9))
        let problem = #expect(throws: StoreProblem.self) { try store.delete("0a1b") }
        #expect(problem?.code == .noSuchRun)
    }

    @Test func `an id is given once`() throws {
        let folder = try TemporaryFolder()
        let store = try store(folder)
        let problem = #expect(throws: StoreProblem.self) {
            try StoredSample(id: "0a1b", calls: 1).write(to: store)
        }
        #expect(problem?.code == .duplicateRun)
    }

    @Test func `a scenario that does not read any more is named`() throws {
        struct Unreadable: Error {}
        let folder = try TemporaryFolder()
        let store = try store(folder)
        let problem = #expect(throws: StoreProblem.self) {
            try store.load("0a1b") { _ in throw Unreadable() }
        }
        #expect(problem?.code == .unreadableScenario)
    }
}

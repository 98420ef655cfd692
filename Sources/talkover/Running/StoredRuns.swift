import Analysis
import Foundation
import Planning
import ResultStore

/// Runs as the store has them, for commands that look back.
struct StoredRuns {
    let store: ResultStore

    init(path: String) throws {
        do {
            store = try ResultStore.open(path: path, creating: false)
        } catch {
            throw CommandFailure(status: .environment, message: error.message)
        }
    }

    /// The run a user means: an id, a prefix of one, `latest` or `tag:K=V`.
    func material(of reference: String) throws -> RunMaterial {
        try problemsAsFailures { () throws(StoreProblem) in
            try store.load(try store.find(reference), parse: Self.parse)
        }
    }

    func delete(_ reference: String) throws -> String {
        try problemsAsFailures { () throws(StoreProblem) in
            let id = try store.find(reference)
            try store.delete(id)
            return id
        }
    }

    func all() throws -> [StoredRun] {
        try problemsAsFailures { () throws(StoreProblem) in try store.runs() }
    }

    /// A stored scenario was valid when its run began; its clips may be gone since.
    static func parse(_ yaml: String) throws -> Scenario {
        try ScenarioFile.parse(yaml, file: "stored scenario").get()
    }

    private func problemsAsFailures<Value>(
        _ body: () throws(StoreProblem) -> Value
    ) throws -> Value {
        do {
            return try body()
        } catch {
            throw CommandFailure(
                status: error.isAboutReference ? .usage : .environment, message: error.message
            )
        }
    }
}

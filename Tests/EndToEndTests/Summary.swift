import Foundation
import GRDB
import Testing

/// What `--json` printed: one document, and nothing else.
struct Summary {
    let document: [String: Any]

    init(_ text: String) throws {
        let object = try JSONSerialization.jsonObject(with: Data(text.utf8))
        document = try #require(object as? [String: Any])
    }

    subscript(_ keys: String...) -> Any? {
        keys.reduce(document as Any?) { ($0 as? [String: Any])?[$1] }
    }

    /// The verdict of each objective.
    var objectives: [String] {
        let objectives = document["objectives"] as? [[String: Any]] ?? []
        return objectives.compactMap { $0["verdict"] as? String }
    }
}

extension DatabaseQueue {
    func count(_ table: String) throws -> Int {
        try read { try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table)") ?? 0 }
    }

    func text(_ sql: String) throws -> [String] {
        try read { try String.fetchAll($0, sql: sql) }
    }
}

import Foundation
import GRDB
import Timeline

/// The cells of one row by column, in a fixed order so that its statement is prepared once.
struct Columns {
    private(set) var names: [String] = []
    private(set) var values: [(any DatabaseValueConvertible)?] = []

    mutating func set(_ name: String, _ value: (any DatabaseValueConvertible)?) {
        names.append(name)
        values.append(value)
    }

    mutating func set(_ name: String, _ instant: RunInstant?) { set(name, instant?.nanoseconds) }
    mutating func set(_ name: String, _ span: Nanoseconds?) { set(name, span?.count) }

    /// Inserts the row, or replaces what the columns of its `key` already name.
    func upsert(_ db: Database, into table: String, key: [String]) throws {
        try upsertStatement(db, into: table, key: key).execute(arguments: arguments)
    }

    /// The statement of `upsert`, for many rows with the same columns: run it with their
    /// `arguments`.
    func upsertStatement(_ db: Database, into table: String, key: [String]) throws -> Statement {
        let updates = names.filter { !key.contains($0) }.map { "\($0) = excluded.\($0)" }
        let sql = """
            INSERT INTO \(table) (\(names.joined(separator: ", ")))
            VALUES (\(names.map { _ in "?" }.joined(separator: ", ")))
            ON CONFLICT (\(key.joined(separator: ", ")))
            DO UPDATE SET \(updates.joined(separator: ", "))
            """
        return try db.cachedStatement(sql: sql)
    }

    var arguments: StatementArguments { StatementArguments(values) }

    func insert(_ db: Database, into table: String) throws {
        let sql = """
            INSERT INTO \(table) (\(names.joined(separator: ", ")))
            VALUES (\(names.map { _ in "?" }.joined(separator: ", ")))
            """
        try db.cachedStatement(sql: sql).execute(arguments: arguments)
    }
}

extension Row {
    func instant(_ column: String) -> RunInstant? {
        (self[column] as Int64?).map { RunInstant(nanoseconds: $0) }
    }

    func span(_ column: String) -> Nanoseconds? {
        (self[column] as Int64?).map { Nanoseconds($0) }
    }

    /// A value that must be there, of a type that must read.
    func required<Value: DatabaseValueConvertible>(_ column: String) throws -> Value {
        guard let value = Value.fromDatabaseValue(self[column]) else {
            throw StoreProblem(.damaged, "column \(column) holds no \(Value.self)")
        }
        return value
    }

    func word<Word: RawRepresentable>(
        _ column: String
    ) throws -> Word where Word.RawValue == String {
        let text: String = try required(column)
        guard let word = Word(rawValue: text) else {
            throw StoreProblem(
                .damaged, "column \(column) holds '\(text)', which means nothing here")
        }
        return word
    }

    func optionalWord<Word: RawRepresentable>(
        _ column: String
    ) throws -> Word? where Word.RawValue == String {
        self[column] as String? == nil ? nil : try word(column)
    }
}

/// JSON as the store's columns hold it: keys in order, so that equal values are equal text.
enum StoredJSON {
    static func text(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    static func value<Value: Decodable>(_ text: String, as type: Value.Type) throws -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(text.utf8))
        } catch {
            throw StoreProblem(.damaged, "a JSON column holds no \(type): \(text.prefix(80))")
        }
    }
}

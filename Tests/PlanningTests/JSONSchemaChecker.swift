import Foundation
import Yams

/// JSON, for checking a schema: order of keys does not matter.
indirect enum JSONValue: Equatable {
    case null, bool(Bool), number(Double), string(String), list([JSONValue])
    case object([String: JSONValue])

    init(json: String) throws {
        self = try JSONDecoder().decode(JSONValue.self, from: Data(json.utf8))
    }

    /// Scalars by YAML 1.2's core schema, as an editor's language server reads them.
    init(yaml: String) throws {
        guard let node = try Yams.compose(yaml: yaml) else {
            self = .null
            return
        }
        self = Self.value(node)
    }

    subscript(key: String) -> JSONValue? {
        if case .object(let pairs) = self { pairs[key] } else { nil }
    }

    var keys: [String] {
        if case .object(let pairs) = self { Array(pairs.keys) } else { [] }
    }

    var pairs: [(String, JSONValue)] {
        guard case .object(let pairs) = self else { return [] }
        return pairs.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    var items: [JSONValue] {
        if case .list(let items) = self { items } else { [] }
    }

    private static func value(_ node: Node) -> JSONValue {
        switch node {
        case .mapping(let mapping):
            .object(
                Dictionary(mapping.map { ($0.key.string ?? "", value($0.value)) }) { first, _ in
                    first
                }
            )
        case .sequence(let sequence): .list(sequence.map(value))
        case .scalar(let scalar): value(scalar)
        case .alias: .null
        }
    }

    private static func value(_ scalar: Node.Scalar) -> JSONValue {
        guard scalar.style == .plain else { return .string(scalar.string) }
        switch scalar.string {
        case "", "~", "null": return .null
        case "true": return .bool(true)
        case "false": return .bool(false)
        default: return Double(scalar.string).map { .number($0) } ?? .string(scalar.string)
        }
    }
}

extension JSONValue: Decodable {
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let flag = try? container.decode(Bool.self) {
            self = .bool(flag)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self = .string(text)
        } else if let items = try? container.decode([JSONValue].self) {
            self = .list(items)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }
}

/// The part of JSON Schema (draft 2020-12) that the scenario's schema uses.
///
/// A keyword it does not know is a fault of its own, so that nothing passes unchecked.
struct JSONSchema {
    let root: JSONValue

    func faults(of value: JSONValue) -> [String] { faults(of: value, by: root, at: "") }

    private func faults(of value: JSONValue, by schema: JSONValue, at place: String) -> [String] {
        schema.pairs.flatMap { keyword, argument in
            faults(of: value, keyword, argument, in: schema, at: place).map { "\(place): \($0)" }
        }
    }

    private func faults(
        of value: JSONValue, _ keyword: String, _ argument: JSONValue, in schema: JSONValue,
        at place: String
    ) -> [String] {
        switch keyword {
        case "$schema", "title", "description", "default", "$defs": return []
        case "$ref":
            guard case .string(let name) = argument, let key = name.split(separator: "/").last,
                let target = root["$defs"]?[String(key)]
            else { return ["no definition \(argument)"] }
            return faults(of: value, by: target, at: place)
        case "type": return hasType(argument, value) ? [] : ["is no \(argument)"]
        case "const": return value == argument ? [] : ["is not \(argument)"]
        case "enum": return argument.items.contains(value) ? [] : ["is none of \(argument)"]
        case "oneOf":
            let matching = argument.items.count { faults(of: value, by: $0, at: place).isEmpty }
            return matching == 1 ? [] : ["matches \(matching) of \(argument.items.count)"]
        case "not":
            return faults(of: value, by: argument, at: place).isEmpty ? ["matches a 'not'"] : []
        case "pattern", "minLength", "minimum", "maximum":
            return scalarFaults(value, keyword, argument)
        default: return collectionFaults(of: value, keyword, argument, in: schema, at: place)
        }
    }

    private func scalarFaults(_ value: JSONValue, _ keyword: String, _ argument: JSONValue)
        -> [String]
    {
        switch (keyword, value, argument) {
        case ("pattern", .string(let text), .string(let pattern)):
            let isMatch = text.range(of: pattern, options: .regularExpression) != nil
            return isMatch ? [] : ["'\(text)' does not match \(pattern)"]
        case ("minLength", .string(let text), .number(let least)):
            return Double(text.count) >= least ? [] : ["is too short"]
        case ("minimum", .number(let number), .number(let least)):
            return number >= least ? [] : ["is under \(least)"]
        case ("maximum", .number(let number), .number(let most)):
            return number <= most ? [] : ["is over \(most)"]
        default: return []
        }
    }

    private func collectionFaults(
        of value: JSONValue, _ keyword: String, _ argument: JSONValue, in schema: JSONValue,
        at place: String
    ) -> [String] {
        let count: Double? =
            switch value {
            case .object(let pairs): Double(pairs.count)
            case .list(let items): Double(items.count)
            case .null, .bool, .number, .string: nil
            }
        switch (keyword, argument) {
        case ("required", _):
            guard case .object = value else { return [] }
            return argument.items.compactMap { item in
                guard case .string(let key) = item else { return "bad 'required'" }
                return value[key] == nil ? "has no \(key)" : nil
            }
        case ("properties", _):
            return argument.pairs.flatMap { key, schema in
                value[key].map { faults(of: $0, by: schema, at: "\(place)/\(key)") } ?? []
            }
        case ("additionalProperties", _):
            let known = schema["properties"]?.keys ?? []
            return value.pairs.filter { !known.contains($0.0) }.flatMap { key, item in
                argument == .bool(false)
                    ? ["unknown \(key)"] : faults(of: item, by: argument, at: "\(place)/\(key)")
            }
        case ("propertyNames", _):
            return value.keys.flatMap { faults(of: .string($0), by: argument, at: place) }
        case ("items", _):
            return value.items.enumerated().flatMap {
                faults(of: $1, by: argument, at: "\(place)/\($0)")
            }
        case ("minItems", .number(let least)), ("minProperties", .number(let least)):
            return count.map { $0 >= least } ?? true ? [] : ["has too few"]
        case ("maxItems", .number(let most)), ("maxProperties", .number(let most)):
            return count.map { $0 <= most } ?? true ? [] : ["has too many"]
        default:
            return ["unknown keyword \(keyword)"]
        }
    }

    private func hasType(_ type: JSONValue, _ value: JSONValue) -> Bool {
        switch (type, value) {
        case (.string("object"), .object), (.string("array"), .list), (.string("string"), .string),
            (.string("number"), .number), (.string("boolean"), .bool), (.string("null"), .null):
            true
        case (.string("integer"), .number(let number)): number == number.rounded()
        default: false
        }
    }
}

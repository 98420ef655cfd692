/// A JSON value (RFC 8259) that keeps what it was read from: numbers as written, members in order.
package indirect enum JSONValue: Equatable, Sendable {
    case null
    case bool(Bool)
    /// The number as it stands in the text, so that no precision is lost on the way.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([JSONMember])

    /// The last member of that name; `nil` also where this is no object.
    package subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.name == name }?.value
    }

    package var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    package var flag: Bool? {
        guard case .bool(let flag) = self else { return nil }
        return flag
    }

    /// The number where it is a whole one that fits.
    package var integer: Int? {
        guard case .number(let text) = self else { return nil }
        if let whole = Int(text) { return whole }
        return Double(text).flatMap { Int(exactly: $0) }
    }

    /// `patch` laid over this: objects member by member, at every depth; anything else replaced.
    ///
    /// `null` replaces too (unlike RFC 7396): in a session it clears what it stands for.
    package func merged(with patch: JSONValue) -> JSONValue {
        guard case .object(var members) = self, case .object(let changes) = patch else {
            return patch
        }
        for change in changes {
            if let index = members.lastIndex(where: { $0.name == change.name }) {
                members[index].value = members[index].value.merged(with: change.value)
            } else {
                members.append(change)
            }
        }
        return .object(members)
    }
}

/// A name and its value, as an object holds them.
package struct JSONMember: Equatable, Sendable {
    package var name: String
    package var value: JSONValue

    package init(_ name: String, _ value: JSONValue) {
        self.name = name
        self.value = value
    }
}

extension JSONValue: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral {
    package init(dictionaryLiteral members: (String, JSONValue)...) {
        self = .object(members.map { JSONMember($0.0, $0.1) })
    }

    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByIntegerLiteral
{
    package init(stringLiteral text: String) { self = .string(text) }
    package init(booleanLiteral flag: Bool) { self = .bool(flag) }
    package init(integerLiteral number: Int) { self = .number(String(number)) }
}

/// A JSON document with its keys in the order in which they were written down.
enum JSONValue: Equatable, Sendable {
    case null
    case bool(Bool)
    case whole(Int)
    case unsigned(UInt64)
    /// Rounded to three decimals when written; `null` when it is not finite.
    case number(Double)
    /// Rounded to six decimals when written: ratios and probabilities.
    case precise(Double)
    case string(String)
    case array([JSONValue])
    case object([(key: String, value: JSONValue)])

    /// A number, or `null` where nothing was measured.
    init(_ value: Double?) { self = value.map { .number($0) } ?? .null }

    static func == (left: JSONValue, right: JSONValue) -> Bool { left.compact == right.compact }

    /// The document on one line, without spaces between its parts.
    var compact: String { text(separator: ",", colon: ":") }

    /// The document laid out for reading: what fits on a line stays on it, the rest is indented.
    func pretty(width: Int = 120) -> String { laidOut(indent: 0, taken: 0, width: width) }

    private func laidOut(indent: Int, taken: Int, width: Int) -> String {
        let line = text(separator: ", ", colon: ": ")
        if indent + taken + line.utf8.count <= width { return line }
        let inner = String(repeating: " ", count: indent + 2)
        let outer = String(repeating: " ", count: indent)
        switch self {
        case .object(let members):
            let lines = members.map { member in
                let key = Self.quoted(member.key) + ": "
                return inner + key
                    + member.value.laidOut(
                        indent: indent + 2, taken: key.utf8.count + 1, width: width)
            }
            return "{\n" + lines.joined(separator: ",\n") + "\n\(outer)}"
        case .array(let elements):
            let lines = elements.map {
                inner + $0.laidOut(indent: indent + 2, taken: 1, width: width)
            }
            return "[\n" + lines.joined(separator: ",\n") + "\n\(outer)]"
        case .null, .bool, .whole, .unsigned, .number, .precise, .string:
            return line
        }
    }

    private func text(separator: String, colon: String) -> String {
        switch self {
        case .null: return "null"
        case .bool(let value): return value ? "true" : "false"
        case .whole(let value): return String(value)
        case .unsigned(let value): return String(value)
        case .number(let value): return Self.decimal(value)
        case .precise(let value): return Self.decimal(value, places: 6)
        case .string(let value): return Self.quoted(value)
        case .array(let elements):
            let parts = elements.map { $0.text(separator: separator, colon: colon) }
            return "[" + parts.joined(separator: separator) + "]"
        case .object(let members):
            let parts = members.map {
                Self.quoted($0.key) + colon + $0.value.text(separator: separator, colon: colon)
            }
            return "{" + parts.joined(separator: separator) + "}"
        }
    }

    private static func decimal(_ value: Double, places: Int = 3) -> String {
        guard value.isFinite else { return "null" }
        guard abs(value) < (places > 3 ? 1e8 : 1e12) else { return value.description }
        return Figure.shortest(value, places)
    }

    /// A JSON string that is also safe inside an HTML `script` element.
    ///
    /// `<`, `>` and `&` are escaped, as are the two line separators that JSON allows and older
    /// JavaScript does not.
    private static func quoted(_ text: String) -> String {
        let inside = text.escaping { scalar in
            switch scalar {
            case "\"": return "\\\""
            case "\\": return "\\\\"
            case "\n": return "\\n"
            case "\r": return "\\r"
            case "\t": return "\\t"
            case "<", ">", "&", "\u{2028}", "\u{2029}", "\u{7F}"..."\u{9F}", "\u{0}"..."\u{1F}":
                let digits = String(scalar.value, radix: 16)
                return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: return nil
            }
        }
        return "\"\(inside)\""
    }
}

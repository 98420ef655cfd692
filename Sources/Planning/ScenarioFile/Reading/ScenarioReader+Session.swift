/// `session` and `signalling_fields`, which are passed on: any YAML that JSON can say.
extension ScenarioReader {
    /// - Returns: the mapping as JSON text, keys in the order of the file.
    func session(_ entry: YAMLEntry, example: String = "{voice: alloy}") -> String? {
        guard case .mapping = entry.value.content else {
            wrong(entry, "write a mapping, as in \(example)", code: .wrongType)
            return nil
        }
        var text = ""
        JSONText.append(entry.value, to: &text)
        return text
    }
}

/// Writes YAML values as JSON, scalars by YAML 1.2's core schema.
enum JSONText {
    static func append(_ value: YAMLValue, to text: inout String) {
        switch value.content {
        case .scalar(let scalar, let isPlain):
            append(scalar: scalar, isPlain: isPlain, isNull: value.isNull, to: &text)
        case .sequence(let items):
            text += "["
            for (index, item) in items.enumerated() {
                if index > 0 { text += "," }
                append(item, to: &text)
            }
            text += "]"
        case .mapping(let entries):
            text += "{"
            for (index, entry) in entries.enumerated() {
                if index > 0 { text += "," }
                append(string: entry.key, to: &text)
                text += ":"
                append(entry.value, to: &text)
            }
            text += "}"
        }
    }

    private static func append(scalar: String, isPlain: Bool, isNull: Bool, to text: inout String) {
        if isNull {
            text += "null"
        } else if isPlain, scalar == "true" || scalar == "false" {
            text += scalar
        } else if isPlain, let whole = Int64(scalar) {
            text += "\(whole)"
        } else if isPlain, let number = ScenarioReader.decimal(scalar) {
            text += "\(number)"
        } else {
            append(string: scalar, to: &text)
        }
    }

    static func append(string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}

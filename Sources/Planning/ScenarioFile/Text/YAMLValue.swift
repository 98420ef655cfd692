/// A node of a scenario's YAML with the place it came from.
///
/// Own values rather than the YAML library's nodes: they can carry the name of a
/// command-line option, and aliases are already resolved, within bounds.
struct YAMLValue: Equatable, Sendable {
    var place: Place
    var content: Content

    indirect enum Content: Equatable, Sendable {
        /// `isPlain` where it stands without quotes, so that `5` is a number and `"5"` is text.
        case scalar(String, isPlain: Bool)
        case sequence([YAMLValue])
        case mapping([YAMLEntry])
    }

    init(place: Place, _ content: Content) {
        self.place = place
        self.content = content
    }

    /// `~`, `null`, or nothing at all.
    var isNull: Bool {
        guard case .scalar(let text, isPlain: true) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// The text of a scalar that is not null.
    var text: String? {
        guard case .scalar(let text, _) = content, !isNull else { return nil }
        return text
    }

    /// What it is, in the words of a message.
    var kindName: String {
        switch content {
        case .scalar(let text, _): isNull ? "empty" : "'\(text)'"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }

    /// The value of a mapping's key.
    subscript(key: String) -> YAMLValue? {
        guard case .mapping(let entries) = content else { return nil }
        return entries.first { $0.key == key }?.value
    }
}

/// One key of a mapping with its value.
struct YAMLEntry: Equatable, Sendable {
    var key: String
    var place: Place
    var value: YAMLValue
}

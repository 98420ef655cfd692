import Yams

/// Writes values back as YAML text, without the comments and layout of the original.
enum YAMLWriter {
    static func write(_ value: YAMLValue) -> String? {
        try? Yams.serialize(node: node(value), width: 100, allowUnicode: true)
    }

    private static func node(_ value: YAMLValue) -> Node {
        switch value.content {
        case .scalar(let text, let isPlain):
            Node(text, isPlain ? .implicit : Tag(.str), isPlain ? .plain : .doubleQuoted)
        case .sequence(let items):
            Node(items.map(node))
        case .mapping(let entries):
            Node(entries.map { (Node($0.key), node($0.value)) })
        }
    }
}

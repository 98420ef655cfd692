import Timeline

/// Reads values out of a scenario's tree and keeps every problem on the way.
///
/// A reading function returns what it could make of its part, or a stand-in after it has
/// reported a problem: the rest of the file is still looked at.
final class ScenarioReader {
    let file: String
    let files: FileLookup
    private(set) var problems: [ScenarioProblem] = []

    init(file: String, files: FileLookup) {
        self.file = file
        self.files = files
    }

    func report(_ code: ScenarioProblem.Code, at place: Place, _ message: String) {
        problems.append(ScenarioProblem(code: code, file: file, place: place, message: message))
    }

    /// The fields of a mapping, after reporting every key that `table` does not have.
    ///
    /// - Parameter title: how messages call this one, if not as the table does.
    func fields(
        _ value: YAMLValue, at place: Place, of table: KeyTable, title: String? = nil
    ) -> Fields? {
        let title = title ?? table.title
        guard case .mapping(let entries) = value.content else {
            report(
                .wrongType, at: value.isNull ? place : value.place,
                "\(title) is \(value.kindName); write a mapping with "
                    + Suggestion.alternatives(table.keys)
            )
            return nil
        }
        for entry in entries where !table.keys.contains(entry.key) {
            if table.later.contains(entry.key) {
                report(
                    .notInThisVersion, at: entry.place,
                    "'\(entry.key)' is not in this version; leave it out")
            } else if let near = Suggestion.nearest(to: entry.key, among: table.keys) {
                report(
                    .unknownKey, at: entry.place,
                    "unknown key '\(entry.key)' in \(title); did you mean '\(near)'?"
                )
            } else {
                report(
                    .unknownKey, at: entry.place,
                    "unknown key '\(entry.key)' in \(title); it takes "
                        + table.keys.joined(separator: ", ")
                )
            }
        }
        return Fields(place: place, entries: entries.filter { table.keys.contains($0.key) })
    }
}

/// The known keys of one mapping.
struct Fields {
    /// Where the mapping is: the line of the key that holds it.
    let place: Place
    let entries: [YAMLEntry]

    subscript(key: String) -> YAMLEntry? { entries.first { $0.key == key } }
}

/// What a scenario refers to outside its own text.
struct FileLookup: Sendable {
    /// Why a clip cannot be used; `nil` where it can.
    var clipFault: @Sendable (String) -> ClipFault?
    /// The path to open for a file the scenario names; `nil` where there is none.
    var resolve: @Sendable (String) -> String?

    /// Believes everything: for a scenario out of the store, whose files may have moved.
    static let trusting = FileLookup(clipFault: { _ in nil }, resolve: { $0 })
}

enum ClipFault: Equatable {
    case missing(known: [String])
    case unusable(String)
}

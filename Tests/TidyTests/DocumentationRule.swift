/// Which declarations say what they are for.
///
/// Every `package` or `public` declaration at the left margin, and every such function or
/// initialiser inside a type that throws: which errors a caller can expect is what it cannot see.
enum DocumentationRule {
    private static let access = ["package", "public", "open"]
    private static let kinds = [
        "struct", "class", "enum", "protocol", "actor", "func", "typealias", "let", "var", "macro",
    ]

    static func offences(in repository: Repository) -> [Offence] {
        repository.swiftSources.flatMap { file in
            file.codeLines.indices.compactMap { index in
                guard let what = undocumented(at: index, in: file) else { return nil }
                return Offence(
                    file: file.path,
                    line: index + 1,
                    what: "\(what) without a doc comment",
                    remedy: "one sentence, then what a caller cannot see (unit, range, errors)"
                )
            }
        }
    }

    /// What is declared on a line and lacks its comment, else `nil`.
    private static func undocumented(at index: Int, in file: SourceFile) -> String? {
        let line = file.codeLines[index]
        let words = line.split { " (<:".contains($0) }.drop { $0.hasPrefix("@") }
        guard let first = words.first, access.contains(String(first)) else { return nil }

        let isAtMargin = !line.hasPrefix(" ")
        let kind = words.dropFirst().first { kinds.contains(String($0)) || $0.hasPrefix("init") }
        guard let kind, !words.contains("import") else { return nil }
        let isCalled = kind == "func" || kind.hasPrefix("init")
        guard isAtMargin || isCalled && throwsErrors(index, file) else { return nil }
        return isDocumented(index, in: file) ? nil : "`\(file.lines[index].drop { $0 == " " })`"
    }

    private static func throwsErrors(_ index: Int, _ file: SourceFile) -> Bool {
        var signature = ""
        for line in file.codeLines[index...].prefix(12) {
            signature += " " + line
            if line.contains("{") { break }
        }
        let head = signature.prefix { $0 != "{" }
        return head.split { " ()".contains($0) }.contains("throws")
    }

    private static func isDocumented(_ index: Int, in file: SourceFile) -> Bool {
        for above in file.lines[..<index].reversed() {
            let text = above.drop { $0 == " " }
            if text.hasPrefix("///") || text.hasSuffix("*/") { return true }
            guard text.hasPrefix("@") || text.hasPrefix("#if") else { return false }
        }
        return false
    }
}

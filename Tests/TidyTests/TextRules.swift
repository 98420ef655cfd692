/// What holds for every text file: names, white space, and no trace of one machine.
enum TextRules {
    /// Names that say nothing about what a file holds.
    private static let emptyNames = [
        "Utils", "Utilities", "Util", "Helpers", "Helper", "Manager", "Common", "Misc", "Impl",
        "Placeholder",
    ]

    static func nameOffences(in repository: Repository) -> [Offence] {
        (repository.swiftSources + repository.swiftTests).compactMap { file in
            let names = file.components.map { $0.split(separator: ".").first ?? $0 }
            let empty = emptyNames.first { empty in names.contains { $0.hasSuffix(empty) } }
            guard let empty else { return nil }
            return Offence(
                file: file.path,
                line: 0,
                what: "a name that ends in \(empty)",
                remedy: "name it after what it holds, or put its parts where their nouns live"
            )
        }
    }

    private static let tidyEndings = [".swift", ".md", ".yaml", ".yml", "Makefile", ".h", ".c"]

    static func whiteSpaceOffences(in repository: Repository) -> [Offence] {
        let tidy = repository.files.filter { file in
            file.path.hasPrefix(".ci/") || tidyEndings.contains { file.path.hasSuffix($0) }
        }
        return tidy.flatMap { file -> [Offence] in
            var offences = file.lines.enumerated().compactMap { index, line -> Offence? in
                guard line.last?.isWhitespace == true else { return nil }
                return Offence(
                    file: file.path, line: index + 1, what: "space at the end of the line",
                    remedy: "remove it"
                )
            }
            if !file.text.isEmpty, !file.text.hasSuffix("\n") || file.text.hasSuffix("\n\n") {
                offences.append(
                    Offence(
                        file: file.path, line: file.lineCount, what: "the end of the file",
                        remedy: "end it with one line end"
                    )
                )
            }
            return offences
        }
    }

    /// Folders that exist on one machine only, written apart so that this file does not offend.
    private static let privateFolders = ["work", "root", "home", "Users"].map { "/" + $0 + "/" }

    static func pathOffences(in repository: Repository) -> [Offence] {
        repository.files.flatMap { file in
            file.lines.enumerated().flatMap { index, line in
                privateFolders.filter { holds(line, pathInto: $0) }.map { folder in
                    Offence(
                        file: file.path, line: index + 1, what: "a path into `\(folder)`",
                        remedy: "write it from the repository's root"
                    )
                }
            }
        }
    }

    /// Whether an absolute path into `folder` begins in the line: as part of a longer one it may be a URL's.
    private static func holds(_ line: Substring, pathInto folder: String) -> Bool {
        var rest = line
        while let found = rest.firstRange(of: folder) {
            let before = rest[..<found.lowerBound].last
            let isInside = before.map { $0.isLetter || $0.isNumber || ".-_~})".contains($0) }
            if isInside != true { return true }
            rest = rest[rest.index(after: found.lowerBound)...]
        }
        return false
    }

    /// Tests are named by sentences: in backticks, or as the attribute's own text.
    static func testNameOffences(in repository: Repository) -> [Offence] {
        repository.swiftTests.flatMap { file in
            file.offsets(of: "@Test").compactMap { offset in
                let rest = String(decoding: file.code[offset...].dropFirst(5), as: UTF8.self)
                guard !rest.hasPrefix("(\""), let function = rest.firstRange(of: "func ") else {
                    return nil
                }
                guard !rest[function.upperBound...].hasPrefix("`") else { return nil }
                return Offence(
                    file: file.path,
                    line: file.line(at: offset),
                    what: "a test whose name is no sentence",
                    remedy: "say in backticks what holds"
                )
            }
        }
    }

    private static let schemaLine = "# yaml-language-server: $schema="

    /// Every scenario tells editors its schema, and the schema is there.
    static func scenarioOffences(in repository: Repository) -> [Offence] {
        let scenarios = repository.files.filter { file in
            file.components.count == 2 && file.path.hasPrefix("Scenarios/")
                && (file.path.hasSuffix(".yaml") || file.path.hasSuffix(".yml"))
        }
        return scenarios.compactMap { file in
            guard let line = file.lines.prefix(3).first(where: { $0.hasPrefix(schemaLine) }) else {
                return Offence(
                    file: file.path, line: 1, what: "no schema line",
                    remedy: "begin it with `\(schemaLine)` and the schema's relative path"
                )
            }
            let named = String(line.dropFirst(schemaLine.count))
            let path = resolve(named, from: "Scenarios")
            guard repository.file(path) == nil else { return nil }
            return Offence(
                file: file.path, line: 1, what: "the schema `\(named)` is not there",
                remedy: "name it relative to the scenario"
            )
        }
    }

    private static func resolve(_ path: String, from folder: String) -> String {
        var parts = folder.split(separator: "/")
        for part in path.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return parts.joined(separator: "/")
    }
}

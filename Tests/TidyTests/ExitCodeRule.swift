/// The exit codes that README documents are the ones the command has.
enum ExitCodeRule {
    static func offences(in repository: Repository) -> [Offence] {
        let documented = repository.file("README.md").map(documentedCodes) ?? []
        let declared = repository.swiftSources.filter { $0.module == "Analysis" }
            .flatMap(declaredCodes).sorted()
        if declared.isEmpty {
            return [
                offence(
                    "Sources/Analysis", "no `enum ExitStatus` with numbers",
                    "declare every exit code there, as `case passed = 0`"
                )
            ]
        }
        if documented.isEmpty {
            return [
                offence(
                    "README.md", "no table of exit codes",
                    "add one whose first column is headed Exit and holds \(list(declared))"
                )
            ]
        }
        guard documented.sorted() != declared else { return [] }
        return [
            offence(
                "README.md", "documents the exit codes \(list(documented.sorted()))",
                "the command has \(list(declared))"
            )
        ]
    }

    private static func offence(_ file: String, _ what: String, _ remedy: String) -> Offence {
        Offence(file: file, line: 0, what: what, remedy: remedy)
    }

    private static func list(_ codes: [Int]) -> String {
        codes.map(String.init).joined(separator: ", ")
    }

    /// The numbers in the first column of the table whose first heading begins with `Exit`.
    private static func documentedCodes(_ readme: SourceFile) -> [Int] {
        var isInTable = false
        var codes: [Int] = []
        for line in readme.lines {
            guard line.hasPrefix("|") else {
                isInTable = false
                continue
            }
            let cells = line.dropFirst().split(separator: "|", omittingEmptySubsequences: false)
            let first = (cells.first ?? "").filter { !" `*".contains($0) }
            if first.hasPrefix("Exit") { isInTable = true }
            if isInTable, let code = Int(first) { codes.append(code) }
        }
        return codes
    }

    /// The raw values of `enum ExitStatus`, or the numbers its constants are made from.
    private static func declaredCodes(_ file: SourceFile) -> [Int] {
        guard
            let start = file.codeLines.firstIndex(where: { line in
                let words = line.split { " :".contains($0) }
                return words.contains("ExitStatus")
                    && (words.contains("enum") || words.contains("struct"))
            })
        else { return [] }
        var codes: [Int] = []
        var depth = 0
        for line in file.codeLines[start...] {
            depth += line.count { $0 == "{" } - line.count { $0 == "}" }
            let words = line.split { " (),".contains($0) }
            if words.contains("case") || words.contains("let"), words.contains("=") {
                codes += words.compactMap { Int($0) }
            }
            if depth == 0, line.contains("}") { break }
        }
        return codes
    }
}

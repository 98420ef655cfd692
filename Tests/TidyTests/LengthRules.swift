/// How long a file and a function may be.
enum LengthRules {
    static let longestSource = 400
    static let longestTest = 600
    static let longestFunction = 60
    static let longestTestFunction = 80

    static func fileOffences(in repository: Repository) -> [Offence] {
        (repository.swiftSources + repository.swiftTests).compactMap { file in
            let limit = file.module == nil ? longestTest : longestSource
            guard file.lineCount > limit else { return nil }
            return Offence(
                file: file.path,
                line: 0,
                what: "\(file.lineCount) lines, and the limit is \(limit)",
                remedy: "split it by concept"
            )
        }
    }

    static func functionOffences(in repository: Repository) -> [Offence] {
        (repository.swiftSources + repository.swiftTests).flatMap { file -> [Offence] in
            let limit = file.module == nil ? longestTestFunction : longestFunction
            return functions(of: file).filter { $0.bodyLines > limit }.map { function in
                Offence(
                    file: file.path,
                    line: function.line,
                    what: "a function of \(function.bodyLines) lines, and the limit is \(limit)",
                    remedy: "give its parts names"
                )
            }
        }
    }

    /// Where each function begins, and how many lines stand between its braces.
    static func functions(of file: SourceFile) -> [(line: Int, bodyLines: Int)] {
        let starts = ["func", "init", "deinit", "subscript"].flatMap { keyword in
            file.offsets(of: keyword).map { $0 + keyword.utf8.count }
        }
        return starts.sorted().compactMap { start in
            guard let opening = bodyStart(in: file.code, after: start) else { return nil }
            let last = file.line(at: closingBrace(in: file.code, of: opening))
            return (file.line(at: start), max(0, last - file.line(at: opening) - 1))
        }
    }

    /// Offset of the brace that opens a declaration's body; `nil` for a requirement of a protocol.
    private static func bodyStart(in code: [UInt8], after start: Int) -> Int? {
        var depth = 0
        for offset in code.indices.dropFirst(start) {
            switch code[offset] {
            case UInt8(ascii: "("), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: "{") where depth == 0: return offset
            case UInt8(ascii: "}") where depth == 0: return nil
            case UInt8(ascii: "\n") where depth == 0:
                guard isContinued(code, at: offset) else { return nil }
            default: break
            }
            if depth < 0 { return nil }
        }
        return nil
    }

    /// Whether a declaration that reached the end of a line goes on below it.
    private static func isContinued(_ code: [UInt8], at lineEnd: Int) -> Bool {
        let rest = code[lineEnd...].drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
        return ["{", "->", "where", "throws", "async", "rethrows", "&", "<", "("].contains {
            rest.starts(with: $0.utf8)
        }
    }

    private static func closingBrace(in code: [UInt8], of opening: Int) -> Int {
        var depth = 0
        for offset in code.indices.dropFirst(opening) {
            if code[offset] == UInt8(ascii: "{") { depth += 1 }
            if code[offset] == UInt8(ascii: "}") { depth -= 1 }
            if depth == 0 { return offset }
        }
        return code.count
    }
}
